import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { SwitchboardError } from '../../../shared/contract/switchboardError.ts';
import { jsonPath, validate } from '../../../shared/contract/validate.ts';

const schema = z.strictObject({ name: z.string(), rows: z.array(z.strictObject({ to: z.string() })).optional() });

function refusal(value: unknown): SwitchboardError {
  try {
    validate(schema, value);
  } catch (error) {
    if (error instanceof SwitchboardError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

test('a valid value is returned', () => {
  expect(validate(schema, { name: 'a', rows: [{ to: 'b' }] })).toEqual({ name: 'a', rows: [{ to: 'b' }] });
});

describe('a validation error', () => {
  test('has the number of invalid fields, and the first hundred of them', () => {
    const unknown = Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`field${index}`, 1]));
    const error = refusal({ name: 'a', ...unknown });
    expect(error.details).toHaveLength(100);
    expect(error.message).toMatch(/^101 fields are invalid: field0, /);
  });

  test('has the path of an invalid field in target, details and message', () => {
    const error = refusal({ name: 'a', rows: [{ to: 'b' }, { to: 3 }] });
    expect(error).toMatchObject({ code: 'InvalidRequest', status: 400, target: 'rows[1].to' });
    expect(error.details).toEqual([
      { code: 'InvalidField', target: 'rows[1].to', message: expect.stringMatching(/string/) },
    ]);
    expect(error.message).toMatch(/^rows\[1\]\.to: /);
  });

  test('targets an unknown field itself, at any depth', () => {
    const error = refusal({ name: 'a', nmae: 'b', rows: [{ to: 'b', too: 'c' }] });
    expect(error.details).toEqual([
      { code: 'UnknownField', target: 'rows[0].too', message: 'is not a known field' },
      { code: 'UnknownField', target: 'nmae', message: 'is not a known field' },
    ]);
  });

  test('lists every invalid field, and the first five in the message', () => {
    const error = refusal({ rows: [{}, {}, {}, {}, {}] });
    expect(error.details?.map(({ target }) => target)).toEqual([
      'name',
      ...['rows[0].to', 'rows[1].to', 'rows[2].to', 'rows[3].to', 'rows[4].to'],
    ]);
    expect(error.message).toBe('6 fields are invalid: name, rows[0].to, rows[1].to, rows[2].to, rows[3].to, …');
    expect(refusal({ rows: [{}] }).message).toBe('2 fields are invalid: name, rows[0].to.');
  });

  test('of the whole value is about the request', () => {
    expect(refusal('text').message).toMatch(/^The request: /);
  });

  test('does not repeat the value', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 8, unit: fc.constantFrom('¤', '§', 'µ') }), (secret) => {
        const error = refusal({ name: [secret], rows: secret });
        expect(JSON.stringify([error.message, error.details])).not.toContain(secret);
      }),
    );
  });
});

test.each<[PropertyKey[], string]>([
  [[], ''],
  [['from'], 'from'],
  [['smsRecipients', 3, 'to'], 'smsRecipients[3].to'],
  [[0, 'name'], '[0].name'],
  [['a', 'b', 0, 1], 'a.b[0][1]'],
])('jsonPath %j is %s', (path, text) => {
  expect(jsonPath(path)).toBe(text);
});

const option = (kind: string) => z.object({ kind: z.literal(kind) });

test.each([
  [z.string(), undefined, 'is required'],
  [z.string(), 3, 'must be a string'],
  [z.number(), 'x', 'must be a number'],
  [z.int(), 1.5, 'must be a whole number'],
  [z.boolean(), 'yes', 'must be true or false'],
  [z.array(z.string()), {}, 'must be an array'],
  [z.object({}), [], 'must be an object'],
  [z.record(z.string(), z.string()), 'x', 'must be an object'],
  [z.string().min(1), '', 'must not be empty'],
  [z.string().min(2), 'a', 'must have at least 2 characters'],
  [z.string().max(20), 'a'.repeat(21), 'must have at most 20 characters'],
  [z.array(z.string()).min(1), [], 'must not be empty'],
  [z.array(z.string()).max(1), ['a', 'b'], 'must have at most 1 element'],
  [z.int().min(60), 59, 'must be at least 60'],
  [z.int().max(1440), 1441, 'must be at most 1440'],
  [z.number().positive(), 0, 'must be greater than 0'],
  [z.enum(['chat', 'voip']), 'sms', 'must be one of chat, voip'],
  [z.literal('1.0'), '2', 'must be 1.0'],
  [z.guid(), 'x', 'must be a UUID'],
  [z.base64(), '#', 'must be base64'],
  [z.discriminatedUnion('kind', [option('a'), option('b')]), { kind: 'c' }, 'must be one of a, b'],
  [z.discriminatedUnion('kind', [option('a')]), {}, 'must be a'],
  [z.union([z.string(), z.int()]), true, 'has an invalid value'],
  [z.string().regex(/^a$/, 'must be an a'), 'b', 'must be an a'],
])('the message is plain English (%#)', (field, value, message) => {
  const found = () => validate(z.object({ field }), { field: value });
  expect(found).toThrow(
    expect.objectContaining({ code: 'InvalidRequest', details: [expect.objectContaining({ message })] }),
  );
});
