import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isCountry, NumberSet, normaliseNumber } from '../../../shared/smsbatch/numbers.ts';

test.each([
  ['+14255550123', undefined, '+14255550123'],
  [' +1 (425) 555-0123 ', undefined, '+14255550123'],
  ['+1.425.555.0123', undefined, '+14255550123'],
  ['(425) 555-0123', 'US', '+14255550123'],
  ['011 44 20 7946 0958', 'US', '+442079460958'],
  ['020 7946 0958', 'GB', '+442079460958'],
  ['0171 1234567', 'DE', '+491711234567'],
  ['+442079460958', 'US', '+442079460958'],
  ['+390612345678', undefined, '+390612345678'],
] as const)('%j (%s) is %s', (text, country, number) => {
  expect(normaliseNumber(text, country)).toEqual({ ok: true, number });
});

test.each([
  ['', undefined, 'is empty'],
  ['   ', 'US', 'is empty'],
  ['hello', 'US', 'is not a phone number'],
  ['anna@contoso.com', undefined, 'is not a phone number'],
  ['4255550123', undefined, 'has no country code'],
  ['+999123456789', undefined, 'has no country code'],
  ['+1425', undefined, 'length'],
  ['+1425555012345', undefined, 'length'],
  ['+1', undefined, 'is too short'],
  ['+123456789012345678901', undefined, 'is too long'],
  ['call +1 425 555 0123 now', undefined, 'is not a phone number'],
] as const)('%j (%s) %s', (text, country, reason) => {
  expect(normaliseNumber(text, country)).toMatchObject({ ok: false, reason: expect.stringContaining(reason) });
});

test('what was normalised stays as it is', () => {
  const digits = fc.stringMatching(/^[2-9]\d{9}$/);
  fc.assert(
    fc.property(digits, (it) => {
      expect(normaliseNumber(`+1${it}`, undefined)).toEqual({ ok: true, number: `+1${it}` });
      expect(normaliseNumber(it, 'US')).toEqual({ ok: true, number: `+1${it}` });
    }),
  );
});

test('never throws', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void normaliseNumber(text, 'US')));
});

test('knows countries', () => {
  expect(['US', 'DE', 'AC'].map(isCountry)).toEqual([true, true, true]);
  expect(['XX', 'us', ''].map(isCountry)).toEqual([false, false, false]);
});

test('a set of numbers is as a set of texts', () => {
  const number = fc.oneof(
    fc.stringMatching(/^\+[1-9]\d{6,14}$/),
    fc.integer({ min: 0, max: 99 }).map((it) => `+142555500${it}`),
  );
  fc.assert(
    fc.property(fc.array(number, { maxLength: 300 }), (list) => {
      const numbers = new NumberSet();
      const model = new Set<string>();
      for (const it of list) {
        expect(numbers.add(it)).toBe(!model.has(it));
        model.add(it);
      }
    }),
  );
});

test('a set grows, and takes consecutive numbers and the longest ones', () => {
  const numbers = new NumberSet();
  const all = Array.from({ length: 20_000 }, (_, index) => `+${999_999_999_999_999 - index}`);
  expect(all.filter((it) => numbers.add(it))).toHaveLength(all.length);
  expect(all.filter((it) => numbers.add(it))).toEqual([]);
});
