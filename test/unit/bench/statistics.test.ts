import { expect, test } from 'vitest';
import { median, medianRatio, quantile, rounded } from '../../bench/statistics.ts';

test('the median is the middle value, in whatever order the values come', () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([10, 2, 9])).toBe(9);
  expect(median([7])).toBe(7);
});

test('of an even number of values the median is the upper one in the middle', () => {
  expect(median([1, 2, 3, 4])).toBe(3);
});

test('nothing has no median', () => {
  expect(median([])).toBeNaN();
});

test('the values are left in their order', () => {
  const values = [3, 1, 2];
  median(values);
  expect(values).toEqual([3, 1, 2]);
});

test('a quantile has that share of the values below it', () => {
  const values = Array.from({ length: 100 }, (_, index) => index);
  expect(quantile(values, 0.95)).toBe(95);
  expect(quantile(values, 0)).toBe(0);
  expect(quantile(values, 1)).toBe(99);
});

test('a ratio is the median of the pairs, which a disturbance of some rounds does not move', () => {
  expect(medianRatio([20, 22, 2000], [10, 11, 1000])).toBe(2);
  expect(medianRatio([30, 3, 3], [10, 2, 2])).toBe(1.5);
});

test('figures are rounded to four digits', () => {
  expect(rounded(1.23456)).toBe(1.235);
  expect(rounded(123_456)).toBe(123_500);
});
