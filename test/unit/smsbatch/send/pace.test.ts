import fc from 'fast-check';
import { expect, test } from 'vitest';
import { millisecondsPerRecipient, pause, type Reservation, reserve } from '../../../../shared/pacing/senderStore.ts';
import { chunkSize } from '../../../../shared/smsbatch/send/pace.ts';

const MINUTE = 60_000;
/** For fractional rates below ten, even chunks of one may be too many: 1.5 per minute, at nine tenths, is two in some minutes. */
const rates = fc.oneof(fc.integer({ min: 1, max: 10_000 }), fc.double({ min: 10, max: 100_000, noNaN: true }));

/** The most recipients in any 60 seconds. */
function busiestMinute(sendings: readonly { readonly time: number; readonly recipients: number }[]): number {
  const totals = sendings.map(({ time }) =>
    sendings
      .filter((it) => it.time >= time && it.time < time + MINUTE)
      .reduce((sum, { recipients }) => sum + recipients, 0),
  );
  return Math.max(...totals);
}

function chunksOf(rate: number, late: (chunk: number) => number) {
  const size = chunkSize(rate);
  const distance = size * millisecondsPerRecipient(rate);
  const count = Math.ceil((3 * MINUTE) / distance) + 2;
  return Array.from({ length: Math.min(count, 400) }, (_, chunk) => ({
    time: chunk * distance + late(chunk),
    recipients: size,
  }));
}

test('no minute contains more recipients than the rate when chunks are sent on time', () => {
  fc.assert(
    fc.property(rates, (rate) => {
      expect(busiestMinute(chunksOf(rate, () => 0))).toBeLessThanOrEqual(rate);
    }),
  );
});

test('nor when each is up to six seconds late and the rate is a multiple of the chunk size', () => {
  const multiples = fc.constantFrom(1, 2, 5, 20, 60, 100, 200, 300, 600, 1000, 3000, 6000, 10_000, 20_000);
  const lateness = fc.array(fc.integer({ min: 0, max: 6000 }), { minLength: 1, maxLength: 50 });
  fc.assert(
    fc.property(multiples, lateness, (rate, late) => {
      const chunks = chunksOf(rate, (chunk) => late[chunk % late.length] ?? 0);
      expect(rate % chunkSize(rate)).toBe(0);
      expect(busiestMinute(chunks)).toBeLessThanOrEqual(rate);
    }),
  );
});

test('chunks are as large as possible', () => {
  expect([1, 2, 60, 200, 600, 6000].map(chunkSize)).toEqual([1, 2, 60, 100, 100, 400]);
  expect([20_000, 1e9].map(chunkSize)).toEqual([1000, 1000]);
  expect(chunkSize(0.5)).toBe(1);
  fc.assert(
    fc.property(rates, (rate) => {
      expect(chunkSize(rate)).toBeGreaterThanOrEqual(1);
      expect(chunkSize(rate)).toBeLessThanOrEqual(1000);
      if (chunkSize(rate) > 100) expect(chunkSize(rate) % 100).toBe(0);
    }),
  );
});

test('batches use nine tenths of the rate', () => {
  expect(MINUTE / millisecondsPerRecipient(200)).toBeCloseTo(180);
});

const requests = fc.array(fc.record({ recipients: fc.integer({ min: 1, max: 100 }), wait: fc.nat(200_000) }), {
  minLength: 1,
});

test('no send time is reserved twice, in the past, or during a pause', () => {
  fc.assert(
    fc.property(requests, rates, fc.nat(500_000), (list, rate, pausedUntil) => {
      let now = 0;
      let time = pause({ nextFree: 0, pausedUntil: 0 }, pausedUntil);
      let before: (Reservation & { recipients: number }) | undefined;
      for (const { recipients, wait } of list) {
        now += wait;
        const given = reserve(time, recipients, rate, now);
        expect(given.start).toBeGreaterThanOrEqual(Math.max(now, pausedUntil));
        const end = before ? before.start + before.recipients * millisecondsPerRecipient(rate) : 0;
        expect(given.start).toBeGreaterThanOrEqual(end);
        before = { ...given, recipients };
        time = given.after;
      }
    }),
  );
});

test('a pause is never shortened by another, and reserves no time', () => {
  const long = pause({ nextFree: 5, pausedUntil: 0 }, 1000);
  expect(pause(long, 500)).toEqual({ nextFree: 5, pausedUntil: 1000 });
  expect(pause(long, 1500)).toEqual({ nextFree: 5, pausedUntil: 1500 });
});
