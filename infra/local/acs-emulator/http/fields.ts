import type { ServiceError } from './errors.ts';

/** Makes a service's own error for a field (`smsRecipients[2].to`; empty for the body itself). */
export type Refuse = (field: string, message: string) => ServiceError;

/**
 * Reads the members of a JSON object, and refuses what has the wrong type. Null counts as absent, as on ACS.
 * Each reader names the field in its refusal.
 */
export class Fields {
  readonly #members: Readonly<Record<string, unknown>>;
  readonly #path: string;
  readonly #refuse: Refuse;

  constructor(value: unknown, path: string, refuse: Refuse) {
    if (!isObject(value)) throw refuse(path, `${path || 'The request body'} must be a JSON object.`);
    this.#members = value;
    this.#path = path;
    this.#refuse = refuse;
  }

  refuse(name: string, message: string): ServiceError {
    return this.#refuse(this.#pathOf(name), message);
  }

  names(): string[] {
    return Object.keys(this.#members);
  }

  value(name: string): unknown {
    return this.#members[name] ?? undefined;
  }

  /** For the few members in which null is wrong. */
  isNull(name: string): boolean {
    return this.#members[name] === null;
  }

  text(name: string): string {
    return this.#required(name, this.optionalText(name));
  }

  optionalText(name: string): string | undefined {
    const value = this.value(name);
    if (value === undefined || typeof value === 'string') return value;
    throw this.refuse(name, `The ${name} field must be a string.`);
  }

  flag(name: string): boolean {
    return this.#required(name, this.optionalFlag(name));
  }

  optionalFlag(name: string): boolean | undefined {
    const value = this.value(name);
    if (value === undefined || typeof value === 'boolean') return value;
    throw this.refuse(name, `The ${name} field must be true or false.`);
  }

  optionalInteger(name: string): number | undefined {
    const value = this.value(name);
    if (value === undefined || (typeof value === 'number' && Number.isSafeInteger(value))) return value;
    throw this.refuse(name, `The ${name} field must be an integer.`);
  }

  /** The elements of an array of objects; an absent array is empty. */
  objects(name: string): Fields[] {
    return this.list(name).map((item, index) => new Fields(item, `${this.#pathOf(name)}[${index}]`, this.#refuse));
  }

  list(name: string): unknown[] {
    const value = this.value(name) ?? [];
    if (Array.isArray(value)) return value;
    throw this.refuse(name, `The ${name} field must be an array.`);
  }

  object(name: string): Fields {
    return this.#required(name, this.optionalObject(name));
  }

  optionalObject(name: string): Fields | undefined {
    const value = this.value(name);
    return value === undefined ? undefined : new Fields(value, this.#pathOf(name), this.#refuse);
  }

  /** A map of strings, such as metadata or email headers. */
  optionalTextMap(name: string): Record<string, string> | undefined {
    const map = this.optionalObject(name);
    const keys = map?.names().filter((key) => !map.isNull(key));
    return map && Object.fromEntries(keys?.map((key) => [key, map.text(key)]) ?? []);
  }

  #required<T>(name: string, value: T | undefined): T {
    if (value === undefined) throw this.refuse(name, `The ${pascal(name)} field is required.`);
    return value;
  }

  #pathOf(name: string): string {
    return this.#path === '' ? name : `${this.#path}.${name}`;
  }
}

/** ACS names members in .NET's way in its messages: `smsRecipients` is `SmsRecipients` there. */
export function pascal(name: string): string {
  return name.replace(/(?:^|\.)[a-z]/g, (letter) => letter.toUpperCase());
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
