import { expect, test } from 'vitest';
import { keyAfter, newestFirst, numberedKeys } from '../../../shared/storage/rowKeys.ts';

const sorted = (keys: readonly string[]) => [...keys].sort((a, b) => (a < b ? -1 : 1));

test('numbered row keys sort by number', () => {
  const { keyOf, numberOf } = numberedKeys('chunk', 7);
  const numbers = [0, 1, 9, 10, 99, 100, 9999, 10_000, 999_999];
  const keys = numbers.map(keyOf);
  expect(sorted(keys)).toEqual(keys);
  expect(keys.map(numberOf)).toEqual(numbers);
  expect(keyOf(42)).toBe('chunk-0000042');
});

test('keys of times sort newest first', () => {
  const keys = [Date.UTC(2286, 10, 20), Date.UTC(2026, 0, 2), Date.UTC(2026, 0, 1), 0].map(newestFirst);
  expect(sorted(keys)).toEqual(keys);
  expect(newestFirst(Date.parse('2026-01-15T08:30:00Z'))).toBe('8231534199999');
});

test.each(['time-8231534199999-a', 'number-%2B14255550123'])('nothing sorts between %s and the key after it', (key) => {
  expect(sorted([`${key}%`, `${key}-`, `${key}0`, keyAfter(key), key]).slice(0, 2)).toEqual([key, keyAfter(key)]);
});
