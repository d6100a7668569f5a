import * as z from 'zod';

/** Parts of requests that stand in no schema. */
const OUTSIDE_SCHEMAS = [
  ...['api-version', 'accept', 'Content-Type', 'Authorization', 'Idempotency-Key', 'acting-user', 'Operation-Id'],
  ...['operation-id', 'repeatability-request-id', 'x-ms-client-request-id', 'x-ms-client-name', 'host'],
  ...['client', 'bodyBlob', 'csv', 'id', 'identity', 'actingUser', 'replyTo', 'from', 'to'],
];

/**
 * The target of an error for the log: names of known fields and positions. What a caller has named is left out.
 *
 * @param schemas those of the request
 */
export function loggedTarget(target: string, schemas: readonly z.core.$ZodType[]): string {
  const names = new Set(OUTSIDE_SCHEMAS);
  for (const schema of schemas) addNames(schema, names, new Set());
  const [first = '', ...rest] = target.slice(0, 256).split('.');
  return [first, ...rest].map((segment) => loggedSegment(segment, names)).join('.');
}

function loggedSegment(segment: string, names: ReadonlySet<string>): string {
  const [, name = '', positions = ''] = /^([^[\]]*)((?:\[\d{1,7}\])*)$/.exec(segment) ?? [];
  return (name === '' && positions !== '') || names.has(name) ? name + positions : '?';
}

/** Also of a union's options, of elements, and of what is optional or made at its first use. */
function addNames(schema: z.core.$ZodType, names: Set<string>, seen: Set<z.core.$ZodType>): void {
  if (seen.has(schema)) return;
  seen.add(schema);
  if (schema instanceof z.ZodObject) for (const name of Object.keys(schema.shape)) names.add(name);
  for (const part of partsOf(schema)) addNames(part, names, seen);
}

function partsOf(schema: z.core.$ZodType): readonly z.core.$ZodType[] {
  if (schema instanceof z.ZodLazy) return [schema.unwrap()];
  if (schema instanceof z.ZodObject) return Object.values(schema.shape);
  if (schema instanceof z.ZodArray) return [schema.element];
  if (schema instanceof z.ZodUnion) return schema.options;
  if (schema instanceof z.ZodPipe) return [schema.in, schema.out];
  if (schema instanceof z.ZodRecord) return [schema.valueType];
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault) {
    return [schema.unwrap()];
  }
  return [];
}
