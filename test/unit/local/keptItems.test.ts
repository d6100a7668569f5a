import { expect, test } from 'vitest';
import { readKeptItems } from '../../../infra/local/keptItems.ts';

test.each([
  ['1', 1],
  ['10000', 10_000],
  ['1000000', 1_000_000],
])('--keep-items %s keeps that many', (text, count) => {
  expect(readKeptItems(text)).toBe(count);
});

test.each(['', '0', '-1', '1.5', '1e3', '1000001', ' 5', 'all'])('--keep-items %j is refused', (text) => {
  expect(() => readKeptItems(text)).toThrow(`--keep-items must be a whole number from 1 to 1000000, not '${text}'.`);
});
