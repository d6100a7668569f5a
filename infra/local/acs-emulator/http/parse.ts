import * as z from 'zod';
import type { FieldError } from './serviceError.ts';

export interface ParseOptions {
  /** Where the value is, for errors; empty: it is the whole body. */
  readonly path?: string;
  /** What a member is called in errors. */
  readonly kind?: 'member' | 'path parameter' | 'query parameter';
  readonly invalid: FieldError;
}

/** Reads a value as its schema describes it. @throws the error of the first field that is wrong */
export function parse<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  { path = '', kind = 'member', invalid }: ParseOptions,
): z.output<Schema> {
  const parsed = schema.safeParse(value, { error: explain, reportInput: true });
  if (parsed.success) return parsed.data;
  const issue = deepest(parsed.error.issues[0]);
  if (issue?.code === 'unrecognized_keys') {
    const allowed = namesAt(schema, issue.path);
    const use = allowed.length > 0 ? `; use ${allowed.join(', ')}` : '';
    throw invalid(fieldOf(path, [...issue.path, issue.keys[0] ?? '']), `unknown ${kind}${use}`);
  }
  const field = fieldOf(path, issue?.path ?? []);
  throw invalid(field, `${field === '' ? 'The request body ' : ''}${issue?.message}`);
}

const TYPES: Readonly<Record<string, string>> = {
  array: 'an array',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
  object: 'a JSON object',
  record: 'a JSON object',
  string: 'a string',
};

/** Messages that follow the name of a field. Those of a schema itself precede them. */
function explain(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.input === undefined && (issue.code === 'invalid_type' || issue.code === 'invalid_value')) {
    return 'is required';
  }
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${TYPES[issue.expected] ?? issue.expected}`;
    case 'invalid_key':
      return issue.issues[0]?.message;
    case 'invalid_value':
      return `must be ${oneOf(issue.values)}`;
    case 'too_small':
      return `must ${issue.origin === 'number' || issue.origin === 'int' ? 'be' : 'have'} at least ${issue.minimum}`;
    case 'too_big':
      return `must ${issue.origin === 'number' || issue.origin === 'int' ? 'be' : 'have'} at most ${issue.maximum}`;
    default:
      return undefined;
  }
}

function oneOf(values: readonly unknown[]): string {
  return values.length > 1 ? `one of ${values.join(', ')}` : String(values[0]);
}

type Issue = z.core.$ZodIssue;

/** Of a union, the issue of the alternative that fits best: the one that fails deepest inside the value. */
function deepest(issue: Issue | undefined): Issue | undefined {
  if (issue?.code !== 'invalid_union') return issue;
  const candidates = issue.errors.flatMap((issues) => deepest(issues[0]) ?? []);
  const [best] = candidates.toSorted((one, other) => other.path.length - one.path.length);
  return best && best.path.length > 0 ? { ...best, path: [...issue.path, ...best.path] } : issue;
}

/** The names of the members that a value may have at a path. */
function namesAt(schema: unknown, [key, ...rest]: readonly PropertyKey[]): string[] {
  if (schema instanceof z.ZodUnion)
    return [...new Set(schema.options.flatMap((it) => namesAt(it, key === undefined ? [] : [key, ...rest])))];
  if (schema instanceof z.ZodOptional) return namesAt(schema.unwrap(), key === undefined ? [] : [key, ...rest]);
  if (schema instanceof z.ZodArray) return key === undefined ? [] : namesAt(schema.element, rest);
  if (!(schema instanceof z.ZodObject)) return [];
  return key === undefined ? Object.keys(schema.shape) : namesAt(schema.shape[String(key)], rest);
}

/** `['items', 0, 'to']` → `items[0].to` */
function fieldOf(start: string, path: readonly PropertyKey[]): string {
  return path.reduce<string>((field, key) => {
    if (typeof key === 'number') return `${field}[${key}]`;
    return field === '' ? String(key) : `${field}.${String(key)}`;
  }, start);
}
