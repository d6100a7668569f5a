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

test('a value of the right shape comes back', () => {
  expect(validate(schema, { name: 'a', rows: [{ to: 'b' }] })).toEqual({ name: 'a', rows: [{ to: 'b' }] });
});

describe('a refusal', () => {
  test('tells how many fields are wrong, and the first hundred of them', () => {
    const unknown = Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`field${index}`, 1]));
    const error = refusal({ name: 'a', ...unknown });
    expect(error.details).toHaveLength(100);
    expect(error.message).toMatch(/^101 fields are wrong: field0, /);
  });

  test('names a wrong field by its path, in target, details and message', () => {
    const error = refusal({ name: 'a', rows: [{ to: 'b' }, { to: 3 }] });
    expect(error).toMatchObject({ code: 'InvalidRequest', status: 400, target: 'rows[1].to' });
    expect(error.details).toEqual([
      { code: 'InvalidField', target: 'rows[1].to', message: expect.stringMatching(/string/) },
    ]);
    expect(error.message).toMatch(/^rows\[1\]\.to: /);
  });

  test('names an unknown field itself, at whatever depth', () => {
    const error = refusal({ name: 'a', nmae: 'b', rows: [{ to: 'b', too: 'c' }] });
    expect(error.details).toEqual([
      { code: 'UnknownField', target: 'rows[0].too', message: 'is not a known field' },
      { code: 'UnknownField', target: 'nmae', message: 'is not a known field' },
    ]);
  });

  test('lists every wrong field, and the first five in the message', () => {
    const error = refusal({ rows: [{}, {}, {}, {}, {}] });
    expect(error.details?.map(({ target }) => target)).toEqual([
      'name',
      ...['rows[0].to', 'rows[1].to', 'rows[2].to', 'rows[3].to', 'rows[4].to'],
    ]);
    expect(error.message).toBe('6 fields are wrong: name, rows[0].to, rows[1].to, rows[2].to, rows[3].to, …');
    expect(refusal({ rows: [{}] }).message).toBe('2 fields are wrong: name, rows[0].to.');
  });

  test('of the whole value speaks of the request', () => {
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
