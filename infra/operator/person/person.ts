import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { numberIn } from '../../../shared/contract/phoneNumber.ts';

/** The phone number or email address whose data is exported or erased. */
export interface Person {
  readonly kind: 'number' | 'address';
  /** E.164, or in lower case. */
  readonly value: string;
  /** Matches the number or address in a string, in every usual spelling. */
  readonly pattern: RegExp;
}

/** Replaces erased data. */
const ERASED = 'erased';

/** @throws Error if the string is neither a phone number nor an email address */
export function parsePerson(text: string): Person {
  const trimmed = text.trim();
  if (trimmed.includes('@')) return addressOf(trimmed.toLowerCase());
  if (/^\+[\d\s().\-/]+$/.test(trimmed) && numberIn(trimmed).length > '+123456'.length)
    return numberOf(numberIn(trimmed));
  throw new Error(
    `'${text}' is neither a phone number with a plus and country code (+14255550123) nor an email address.`,
  );
}

export function mentions({ pattern }: Person, text: string): boolean {
  return text.search(pattern) >= 0;
}

export function withoutPerson({ pattern }: Person, text: string): string {
  return text.replaceAll(pattern, ERASED);
}

function addressOf(value: string): Person {
  const pattern = new RegExp(`(?<![\\w.+-])${escaped(value)}(?![\\w-]|\\.\\w)`, 'gi');
  return { kind: 'address', value, pattern };
}

/** Between the digits of a number. */
const GAP = '[ ().\\-/]{0,3}';

function numberOf(value: string): Person {
  const parsed = parsePhoneNumberFromString(value);
  const code = parsed?.countryCallingCode ?? '';
  const national = spaced(value.slice(1 + code.length));
  const international = `(?:\\+|%2B)${GAP}${spaced(code)}${GAP}(?:0${GAP})?${national}(?!\\d)`;
  const withoutPlus = `(?<![\\d+])(?:(?:00|011)${GAP})?${spaced(code)}${GAP}${national}(?!\\d)`;
  // Preceded by another digit group, it would be the end of another number.
  const withoutCode = `(?<![\\d+]|\\d[ ().\\-/]{1,3})(?:0${GAP})?${national}(?!\\d)`;
  return { kind: 'number', value, pattern: new RegExp([international, withoutPlus, withoutCode].join('|'), 'gi') };
}

function spaced(digits: string): string {
  return [...digits].join(GAP);
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

/** A stored item that contains a person's data. */
export interface Trace {
  /** e.g. `table emails` */
  readonly store: string;
  /** Location within the store. */
  readonly place: string;
  readonly content: unknown;
  /** Why it is not erased, if it is kept. */
  readonly kept?: string;
  /** @returns false if it has changed since it was found and must be searched again */
  readonly erase: () => Promise<boolean>;
}

/** Removes the person from a string. JSON stays valid: only its names and strings are searched, not its numbers. */
export function redactText(person: Person, text: string): string {
  const json = parseJson(text);
  if (json === undefined) return withoutPerson(person, text);
  const redacted = JSON.stringify(redactValue(person, json));
  return redacted === JSON.stringify(json) ? text : redacted;
}

/** Whether {@link redactText} would change the string. */
export function holdsPerson(person: Person, text: string): boolean {
  // JSON may contain escapes. Without any, searching the raw string first avoids parsing.
  return (mentions(person, text) || text.includes('\\u')) && redactText(person, text) !== text;
}

function parseJson(text: string): unknown {
  if (!/^\s*[[{"]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined; // truncated, or not JSON
  }
}

function redactValue(person: Person, value: unknown): unknown {
  if (typeof value === 'string') return withoutPerson(person, value);
  if (Array.isArray(value)) return value.map((it) => redactValue(person, it));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, it]) => [withoutPerson(person, name), redactValue(person, it)]);
  return Object.fromEntries(entries) as unknown;
}
