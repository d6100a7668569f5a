import type * as z from 'zod';
import { type ErrorDetail, invalidField, SwitchboardError } from './switchboardError.ts';

/**
 * Validates a value against a schema.
 *
 * @throws SwitchboardError `InvalidRequest` with a detail for each invalid field (the first 100), by its JSON path
 */
export function validate<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value, { error: plainMessage });
  if (result.success) return result.data;
  const details = result.error.issues.flatMap(issueDetails);
  throw new SwitchboardError('InvalidRequest', summary(details), {
    target: details[0]?.target,
    details: details.slice(0, MAXIMUM_DETAILS),
  });
}

const TYPES: Readonly<Record<string, string | undefined>> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'an array',
  object: 'an object',
  record: 'an object',
};

const FORMATS: Readonly<Record<string, string | undefined>> = {
  base64: 'base64',
  guid: 'a UUID',
  url: 'a URL',
};

/**
 * zod's error messages in plain English, after the name of the field: `must have at most 20 characters`. They apply where
 * a schema has no message of its own.
 */
export function plainMessage(issue: z.core.$ZodRawIssue): string {
  if (issue.input === undefined) return 'is required';
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${TYPES[issue.expected] ?? 'of another type'}`;
    case 'invalid_format':
      return `must be ${FORMATS[issue.format] ?? 'in the documented format'}`;
    case 'invalid_value':
      return choiceMessage(issue.values);
    case 'invalid_union':
      return issue.inclusive !== false && issue.options?.length ? choiceMessage(issue.options) : 'has an invalid value';
    case 'too_small':
      return sizeMessage(issue.origin, 'at least', Number(issue.minimum), issue.inclusive);
    case 'too_big':
      return sizeMessage(issue.origin, 'at most', Number(issue.maximum), issue.inclusive);
    default:
      return 'has an invalid value';
  }
}

function choiceMessage(values: readonly unknown[]): string {
  return `must be ${values.length > 1 ? 'one of ' : ''}${values.join(', ')}`;
}

function sizeMessage(origin: string, relation: 'at least' | 'at most', limit: number, isInclusive = true): string {
  const unit = origin === 'string' ? 'character' : origin === 'array' ? 'element' : undefined;
  if (!unit)
    return `must be ${isInclusive ? relation : relation === 'at least' ? 'greater than' : 'less than'} ${limit}`;
  if (relation === 'at least' && limit === 1) return 'must not be empty';
  return `must have ${relation} ${limit} ${unit}${limit === 1 ? '' : 's'}`;
}

/** Deeper than any valid request. Recursive functions overflow the stack on values that are nested too deeply. */
const MAXIMUM_DEPTH = 64;

/**
 * Returns a copy of a request without members that are null, at any depth: to ACS, null means absent. Elements of arrays
 * that are null remain, and are invalid.
 *
 * @param kept names of members in which null is invalid, too
 * @throws SwitchboardError `InvalidRequest` as `assertStorable`
 */
export function withoutNulls(value: unknown, kept: readonly string[] = []): unknown {
  assertStorable(value);
  return withoutNullMembers(value ?? undefined, kept);
}

/** Like `withoutNulls`, without any check: for JSON that no caller wrote. */
export function withoutNullMembers(value: unknown, kept: readonly string[] = []): unknown {
  if (Array.isArray(value)) return value.map((it) => withoutNullMembers(it, kept));
  if (!isPlainObject(value)) return value;
  const members = Object.entries(value).filter(([name, it]) => it !== null || kept.includes(name));
  return Object.fromEntries(members.map(([name, it]) => [name, withoutNullMembers(it, kept)]));
}

/**
 * Rejects JSON that is nested too deeply and strings with half a surrogate pair, which are not valid Unicode: neither
 * storage nor ACS accepts them.
 *
 * @throws SwitchboardError `InvalidRequest`
 */
export function assertStorable(value: unknown): void {
  assertAt(value, []);
}

/** @param path one array for the whole traversal, so that a long list needs no memory for the paths of its elements */
function assertAt(value: unknown, path: PropertyKey[]): void {
  if (typeof value === 'string') {
    if (!value.isWellFormed())
      throw invalidField(jsonPath(path), 'contains half a surrogate pair, which is not a valid character');
    return;
  }
  if (!Array.isArray(value) && !isPlainObject(value)) return;
  if (path.length >= MAXIMUM_DEPTH)
    throw invalidField(String(path[0]), `must not be nested more than ${MAXIMUM_DEPTH} levels deep`);
  for (const [key, it] of Array.isArray(value) ? value.entries() : Object.entries(value)) {
    path.push(key);
    if (typeof key === 'string' && !key.isWellFormed()) {
      throw invalidField(
        jsonPath(path).toWellFormed(),
        'has a name with half a surrogate pair, which is not a valid character',
      );
    }
    assertAt(it, path);
    path.pop();
  }
}

/** Only objects from JSON: neither bytes nor a `JsonList`. */
function isPlainObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** A request can have any number of invalid fields; more details than this help no one. */
export const MAXIMUM_DETAILS = 100;

/** Names the first few, for callers that show only the message. */
function summary(details: readonly ErrorDetail[]): string {
  const [first] = details;
  if (details.length === 1) return `${first?.target || 'The request'}: ${first?.message}`;
  const names = details.slice(0, 5).map(({ target }) => target);
  return `${details.length} fields are invalid: ${names.join(', ')}${details.length > 5 ? ', …' : '.'}`;
}

/** The details of a zod issue: the target is an unknown key itself, not the object that contains it. */
export function issueDetails(issue: z.core.$ZodIssue): ErrorDetail[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => detail('UnknownField', 'is not a known field', [...issue.path, key]));
  }
  return [detail('InvalidField', issue.message, issue.path)];
}

function detail(code: string, message: string, path: readonly PropertyKey[]): ErrorDetail {
  return { code, message, target: jsonPath(path) };
}

/** `['smsRecipients', 3, 'to']` → `smsRecipients[3].to`. */
export function jsonPath(path: readonly PropertyKey[]): string {
  return path
    .map((key, index) => (typeof key === 'number' ? `[${key}]` : `${index > 0 ? '.' : ''}${String(key)}`))
    .join('');
}
