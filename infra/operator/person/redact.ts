import { mentions, type Person, withoutPerson } from './person.ts';

/** A text without the person. JSON stays JSON, and only its names and texts are searched: numbers may be anything. */
export function redactText(person: Person, text: string): string {
  const json = parseJson(text);
  if (json === undefined) return withoutPerson(person, text);
  const redacted = JSON.stringify(redactValue(person, json));
  return redacted === JSON.stringify(json) ? text : redacted;
}

/** Whether {@link redactText} would change it. */
export function holdsPerson(person: Person, text: string): boolean {
  // In JSON a name may be written with escapes; without any, the text itself says whether a look inside is worth it.
  return (mentions(person, text) || text.includes('\\u')) && redactText(person, text) !== text;
}

function parseJson(text: string): unknown {
  if (!/^\s*[[{"]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined; // cut off, or text after all
  }
}

function redactValue(person: Person, value: unknown): unknown {
  if (typeof value === 'string') return withoutPerson(person, value);
  if (Array.isArray(value)) return value.map((it) => redactValue(person, it));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, it]) => [withoutPerson(person, name), redactValue(person, it)]);
  return Object.fromEntries(entries) as unknown;
}
