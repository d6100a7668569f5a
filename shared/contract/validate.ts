import type * as z from 'zod';
import { type ErrorDetail, SwitchboardError } from './switchboarderror.ts';

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

/** A request may have any number of unknown fields; nobody reads more than these. */
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
