import { expect, it } from 'vitest';
import { timeSpanMilliseconds } from '../../../../infra/local/functions-host/hostJson.ts';

it.each([
  ['00:00:02', 2_000],
  ['00:00:00', 0],
  ['01:02:03.5', 3_723_500],
  ['2.00:00:00', 172_800_000],
  ['00:00:00.1000000', 100],
  ['24:00:00', undefined],
  ['00:60:00', undefined],
  ['00:00', undefined],
  ['-00:00:01', undefined],
  ['2', undefined],
])('%s is %s ms', (text, milliseconds) => {
  expect(timeSpanMilliseconds(text)).toBe(milliseconds);
});
