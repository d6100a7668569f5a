import fc from 'fast-check';
import { expect, test } from 'vitest';
import { reserve, type SenderTime } from '../../../../shared/pacing/senderTime.ts';
import { chunkSize } from '../../../../shared/smsbatch/send/pace.ts';

const MINUTE = 60_000;
const rates = fc.oneof(fc.integer({ min: 1, max: 10_000 }), fc.double({ min: 1, max: 100_000, noNaN: true }));

test('chunks are as large as possible', () => {
  expect([1, 2, 60, 200, 600, 6000].map(chunkSize)).toEqual([1, 2, 60, 100, 100, 400]);
  expect([20_000, 1e9].map(chunkSize)).toEqual([1000, 1000]);
  expect(chunkSize(0.5)).toBe(1);
  fc.assert(
    fc.property(rates, (rate) => {
      expect(chunkSize(rate)).toBeGreaterThanOrEqual(1);
      expect(chunkSize(rate)).toBeLessThanOrEqual(Math.min(rate, 1000));
    }),
  );
});

test('the requests of a chunk are nearly full, and what chunks leave of a minute is little', () => {
  const all = Array.from({ length: 100_000 }, (_, index) => ({ rate: index + 1, size: chunkSize(index + 1) }));
  const isFull = (size: number) => size <= 100 || size / (Math.ceil(size / 100) * 100) > 0.9;
  expect(all.filter(({ size }) => !isFull(size))).toEqual([]);
  expect(all.filter(({ rate, size }) => (rate % size) / rate > 0.03)).toEqual([]);
  expect(all.filter(({ rate, size }) => size > 100 && size > (rate / 60) * 5)).toEqual([]);
});

/** Recipients per minute of a sender whose only batch is large. */
function throughput(rate: number): number {
  const size = chunkSize(rate);
  const pace = { key: '+18005550100', ratePerMinute: rate };
  let time: SenderTime = { nextFree: 0, pausedUntil: 0, recent: [] };
  let sent = 0;
  let start = 0;
  while (start < 10 * MINUTE) {
    ({ start, after: time } = reserve(time, { recipients: size }, pace, 0));
    sent += size;
  }
  return ((sent - size) / start) * MINUTE; // until the last one starts
}

test('a batch takes at least 85 % of its sender’s rate, and no more than nine tenths', () => {
  const slow = Array.from({ length: 500 }, (_, index) => index + 1);
  const fast = Array.from({ length: 250 }, (_, index) => 500 + 397 * index);
  for (const rate of [...slow, ...fast, 6000, 100_000]) {
    expect(throughput(rate) / rate, `rate ${rate}`).toBeGreaterThanOrEqual(0.85);
    expect(throughput(rate) / rate, `rate ${rate}`).toBeLessThanOrEqual(0.9001);
  }
});
