import { expect, test } from 'vitest';
import { figure } from '../../bench/report.ts';

test('a figure without a budget is the rounded value alone', () => {
  expect(figure(12.34567)).toEqual({ figure: 12.35 });
});

test('a figure bears its budget and whether it keeps it', () => {
  expect(figure(1.25, { relation: '≤', limit: 1.5 })).toEqual({ figure: 1.25, budget: '≤ 1.5', met: true });
  expect(figure(1.75, { relation: '≤', limit: 1.5 })).toEqual({ figure: 1.75, budget: '≤ 1.5', met: false });
});

test.each([
  ['<', false],
  ['≤', true],
  ['>', false],
  ['≥', true],
] as const)('a value at the limit of %s', (relation, met) => {
  expect(figure(2, { relation, limit: 2 }).met).toBe(met);
});

test('rounding does not bring a value under its budget', () => {
  expect(figure(1.50001, { relation: '≤', limit: 1.5 })).toEqual({ figure: 1.5, budget: '≤ 1.5', met: false });
});

test.each([Number.NaN, Number.POSITIVE_INFINITY])('%d is not a figure', (value) => {
  expect(() => figure(value)).toThrow('must be a number');
});
