import type { FieldError } from './serviceError.ts';

/**
 * Reads the members of a JSON object and rejects wrong types; the error names the field. Null counts as absent, as on ACS.
 */
export class Fields {
  readonly #members: Readonly<Record<string, unknown>>;
  readonly #path: string;
  readonly #fieldError: FieldError;

  constructor(value: unknown, path: string, fieldError: FieldError) {
    if (!isObject(value)) throw fieldError(path, `${path || 'The request body'} must be a JSON object.`);
    this.#members = value;
    this.#path = path;
    this.#fieldError = fieldError;
  }

  /** Creates the error for a member, for the caller to throw. */
  invalid(name: string, message: string): Error {
    return this.#fieldError(this.#pathOf(name), message);
  }

  names(): string[] {
    return Object.keys(this.#members);
  }

  /** Rejects members with any other name. */
  allowOnly(names: readonly string[]): void {
    const unknown = this.names().find((name) => !names.includes(name));
    if (unknown !== undefined) throw this.invalid(unknown, `unknown name; use ${names.join(', ')}`);
  }

  value(name: string): unknown {
    return this.#members[name] ?? undefined;
  }

  /** For the few members that ACS rejects when they are null. */
  isNull(name: string): boolean {
    return this.#members[name] === null;
  }

  string(name: string): string {
    return this.#required(name, this.optionalString(name));
  }

  optionalString(name: string): string | undefined {
    const value = this.value(name);
    if (value === undefined || typeof value === 'string') return value;
    throw this.invalid(name, `The ${name} field must be a string.`);
  }

  boolean(name: string): boolean {
    return this.#required(name, this.optionalBoolean(name));
  }

  optionalBoolean(name: string): boolean | undefined {
    const value = this.value(name);
    if (value === undefined || typeof value === 'boolean') return value;
    throw this.invalid(name, `The ${name} field must be true or false.`);
  }

  optionalInteger(name: string): number | undefined {
    const value = this.value(name);
    if (value === undefined || (typeof value === 'number' && Number.isSafeInteger(value))) return value;
    throw this.invalid(name, `The ${name} field must be an integer.`);
  }

  /** Returns the elements of an array of objects; an absent array counts as empty. */
  objects(name: string): Fields[] {
    return this.list(name).map((item, index) => new Fields(item, `${this.#pathOf(name)}[${index}]`, this.#fieldError));
  }

  list(name: string): unknown[] {
    const value = this.value(name) ?? [];
    if (Array.isArray(value)) return value;
    throw this.invalid(name, `The ${name} field must be an array.`);
  }

  object(name: string): Fields {
    return this.#required(name, this.optionalObject(name));
  }

  optionalObject(name: string): Fields | undefined {
    const value = this.value(name);
    return value === undefined ? undefined : new Fields(value, this.#pathOf(name), this.#fieldError);
  }

  /** A map of strings, such as metadata or email headers. */
  optionalStringMap(name: string): Record<string, string> | undefined {
    const map = this.optionalObject(name);
    const keys = map?.names().filter((key) => !map.isNull(key));
    return map && Object.fromEntries(keys?.map((key) => [key, map.string(key)]) ?? []);
  }

  #required<T>(name: string, value: T | undefined): T {
    if (value === undefined) throw this.invalid(name, `The ${pascal(name)} field is required.`);
    return value;
  }

  #pathOf(name: string): string {
    return this.#path === '' ? name : `${this.#path}.${name}`;
  }
}

export const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** The name of a member as ACS spells it in error messages, in .NET style: `SmsRecipients` for `smsRecipients`. */
export function pascal(name: string): string {
  return name.replace(/(?:^|\.)[a-z]/g, (letter) => letter.toUpperCase());
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

interface WithBody {
  readonly body: Buffer;
}

/** Reads a JSON body; an empty body and null count as an empty object. */
export function readJson(request: WithBody, fieldError: FieldError): Fields {
  return new Fields(parseJson(request, fieldError), '', fieldError);
}

export function parseJson(request: WithBody, fieldError: FieldError): unknown {
  if (request.body.length === 0) return {};
  try {
    return JSON.parse(request.body.toString('utf8')) ?? {};
  } catch {
    throw fieldError('', 'The request body is not valid JSON.');
  }
}
