import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NumberSet } from '../../../../shared/smsbatch/recipients/numbers.ts';

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
