import { expect, test } from 'vitest';
import { printInterface, typeOf } from '../../../infra/toolchain/typePrinter.ts';

/** @see https://json-schema.org/draft/2020-12/json-schema-validation */
test.each([
  [{}, 'unknown'],
  [{ type: 'integer' }, 'number'],
  [{ type: ['string', 'null'] }, 'string | null'],
  [{ const: "it's" }, "'it\\'s'"],
  [{ enum: ['a', 1, true, null] }, "'a' | 1 | true | null"],
  [{ not: {} }, 'never'],
  [{ type: 'array', items: { enum: ['a', 'b'] } }, "readonly ('a' | 'b')[]"],
  [{ type: 'array', items: { $ref: '#/components/schemas/SmsBatch' } }, 'readonly SmsBatch[]'],
  [{ type: 'array' }, 'readonly unknown[]'],
  [{ anyOf: [{ type: 'string' }, { type: 'null' }] }, 'string | null'],
  [{ oneOf: [{ $ref: '#/a/A' }, { $ref: '#/a/B' }] }, 'A | B'],
  [{ type: 'object' }, 'Readonly<Record<string, never>>'],
  [{ type: 'object', additionalProperties: { type: 'number' } }, '{\n  readonly [name: string]: number;\n}'],
])('%j is %s', (schema, type) => {
  expect(typeOf(schema)).toBe(type);
});

test('a schema without a type in TypeScript is an error', () => {
  expect(() => typeOf({ type: 'file' })).toThrow('There is no TypeScript for {"type":"file"}.');
});

test('an interface has doc comments, and optional members may be undefined', () => {
  const properties = {
    'x-id': { type: 'string', description: 'The id.' },
    counts: { type: 'object', properties: { total: { type: 'integer' } }, additionalProperties: {} },
  };
  expect(printInterface('It', { description: 'It is one.', type: 'object', properties, required: ['x-id'] })).toBe(
    `/** It is one. */
export interface It {
  /** The id. */
  readonly 'x-id': string;
  readonly counts?: {
    readonly total?: number | undefined;
    readonly [name: string]: unknown;
  } | undefined;
}`,
  );
});

test('long comments and unions have several lines, and a comment cannot end early', () => {
  const description = `${'word '.repeat(30)}*/ end`;
  const values = ['one', 'two', 'three'].map((it) => it.repeat(12));
  const printed = printInterface('It', { type: 'object', properties: { a: { description, enum: values } } });
  expect(Math.max(...printed.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(120);
  expect(printed.match(/\*\//g)).toHaveLength(1);
  expect(printed).toContain(`  readonly a?:\n    | '${values[0]}'\n    | '${values[1]}'`);
});
