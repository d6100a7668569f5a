import type * as z from 'zod';
import { type ErrorDetail, invalidField, SwitchboardError } from './switchboardError.ts';

/**
 * Holds a value against its schema.
 *
 * @throws SwitchboardError `InvalidRequest` with a detail for each wrong field (the first 100), named by its JSON path.
 */
export function validate<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const details = result.error.issues.flatMap(issueDetails);
  throw new SwitchboardError('InvalidRequest', summary(details), {
    target: details[0]?.target,
    details: details.slice(0, MAXIMUM_DETAILS),
  });
}

/** Deeper than any valid request. Recursive functions overflow the stack on values that are nested too deeply. */
const MAXIMUM_DEPTH = 64;

/**
 * A request without its members that are null, at whatever depth: to ACS, null means that a member is absent. An element
 * that is null stays, and is wrong wherever it stands. The value itself is not changed.
 *
 * @param kept names of members in which null is wrong, too
 * @throws SwitchboardError `InvalidRequest` for what no request holds: see `assertStorable`
 */
export function withoutNulls(value: unknown, kept: readonly string[] = []): unknown {
  assertStorable(value);
  return strip(value ?? undefined, kept);
}

function strip(value: unknown, kept: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((it) => strip(it, kept));
  if (!isPlainObject(value)) return value;
  const members = Object.entries(value).filter(([name, it]) => it !== null || kept.includes(name));
  return Object.fromEntries(members.map(([name, it]) => [name, strip(it, kept)]));
}

/**
 * Refuses JSON that is nested too deeply, and text with half a surrogate pair, which is no Unicode: neither storage nor ACS
 * takes it.
 *
 * @throws SwitchboardError `InvalidRequest`
 */
export function assertStorable(value: unknown): void {
  assertAt(value, []);
}

/** @param path is put back before it returns, so that a long list takes no memory for its elements' paths */
function assertAt(value: unknown, path: PropertyKey[]): void {
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw invalidField(jsonPath(path), 'holds half a surrogate pair, which is no character');
    return;
  }
  if (!Array.isArray(value) && !isPlainObject(value)) return;
  if (path.length >= MAXIMUM_DEPTH) throw invalidField(String(path[0]), `is nested more than ${MAXIMUM_DEPTH} deep`);
  for (const [key, it] of Array.isArray(value) ? value.entries() : Object.entries(value)) {
    path.push(key);
    if (typeof key === 'string' && !key.isWellFormed()) {
      throw invalidField(jsonPath(path).toWellFormed(), 'is named by half a surrogate pair, which is no character');
    }
    assertAt(it, path);
    path.pop();
  }
}

/** As JSON has them; not bytes, nor a list that is read element by element. */
function isPlainObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** A request may have any number of wrong fields; more details than these help no one. */
export const MAXIMUM_DETAILS = 100;

/** The first few by name, for those who see only the message. */
function summary(details: readonly ErrorDetail[]): string {
  const [first] = details;
  if (details.length === 1) return `${first?.target || 'The request'}: ${first?.message}`;
  const names = details.slice(0, 5).map(({ target }) => target);
  return `${details.length} fields are wrong: ${names.join(', ')}${details.length > 5 ? ', …' : '.'}`;
}

/** The details of a zod error: an unknown key is named by itself, not by the object that holds it. */
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
