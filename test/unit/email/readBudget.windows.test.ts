import fc from 'fast-check';
import { expect, test } from 'vitest';
import { grantReads, type ReadLog, usedShare } from '../../../shared/email/readBudget.ts';

const START = Date.parse('2026-01-15T08:30:00Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

interface Ask {
  /** Milliseconds since the previous one. */
  readonly pause: number;
  readonly wanted: number;
  /** How long the read takes to reach ACS. */
  readonly onTheWay: number;
}

const asks = fc.array(
  fc.record({
    pause: fc.oneof(fc.nat(2000), fc.nat(40_000), fc.nat(HOUR)),
    wanted: fc.integer({ min: 1, max: 40 }),
    onTheWay: fc.nat(10_000),
  }),
  { maxLength: 120, size: 'max' },
);

const limits = fc.record({
  readsPerMinute: fc.integer({ min: 1, max: 60 }),
  readsPerHour: fc.integer({ min: 1, max: 200 }),
});

/** The largest number of these times within any window of this length. */
function busiest(times: readonly number[], window: number): number {
  const inOrder = times.toSorted((a, b) => a - b);
  return Math.max(0, ...inOrder.map((from) => inOrder.filter((time) => time >= from && time < from + window).length));
}

test('in no minute and no hour, wherever it starts, does ACS receive more reads than it allows', () => {
  fc.assert(
    fc.property(limits, asks, (allowed, all: readonly Ask[]) => {
      let log: ReadLog = [];
      let now = START;
      const arrivals: number[] = [];
      for (const { pause, wanted, onTheWay } of all) {
        now += pause;
        const grant = grantReads(log, wanted, allowed, now);
        log = grant.after;
        for (let read = 0; read < grant.granted; read += 1) arrivals.push(now + onTheWay);
      }
      expect(busiest(arrivals, MINUTE)).toBeLessThanOrEqual(allowed.readsPerMinute);
      expect(busiest(arrivals, HOUR)).toBeLessThanOrEqual(allowed.readsPerHour);
    }),
  );
});

test('a refused read is granted at the returned time, and not before', () => {
  fc.assert(
    fc.property(limits, asks, (allowed, all: readonly Ask[]) => {
      let log: ReadLog = [];
      let now = START;
      for (const { pause, wanted } of all) {
        now += pause;
        const grant = grantReads(log, wanted, allowed, now);
        log = grant.after;
        if (grant.granted === wanted) continue;
        expect(grantReads(log, 1, allowed, grant.nextFreeOn - 1).granted).toBe(0);
        expect(grantReads(log, 1, allowed, grant.nextFreeOn).granted).toBe(1);
      }
    }),
  );
});

test('a caller that asks all day is granted most of 200 reads an hour', () => {
  const allowed = { readsPerMinute: 60, readsPerHour: 200 };
  let log: ReadLog = [];
  let granted = 0;
  for (let now = START; now < START + 24 * HOUR; now += 30_000) {
    const grant = grantReads(log, 60, allowed, now);
    log = grant.after;
    granted += grant.granted;
  }
  expect(granted).toBeGreaterThan(24 * 200 * 0.98);
  expect(log.length).toBeLessThan(400);
});

test('the log holds no more than the last hour', () => {
  const allowed = { readsPerMinute: 60, readsPerHour: 200 };
  const { after } = grantReads([], 5, allowed, START);
  expect(grantReads(after, 0, allowed, START + 2 * HOUR).after).toEqual([]);
});

test('the used share of an hour is that of all reads in the log', () => {
  const allowed = { readsPerMinute: 10, readsPerHour: 40 };
  expect(usedShare([], allowed)).toBe(0);
  expect(usedShare(grantReads([[1, 4]], 6, allowed, 11_000).after, allowed)).toBe(0.25);
});
