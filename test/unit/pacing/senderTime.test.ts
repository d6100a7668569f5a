import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  millisecondsPerRecipient,
  pause,
  reserve,
  type SenderTime,
  type Start,
} from '../../../shared/pacing/senderTime.ts';

const MINUTE = 60_000;
const NEVER_USED: SenderTime = { nextFree: 0, pausedUntil: 0, recent: [] };

interface Step {
  /** The share of the rate that is reserved. */
  readonly share: number;
  readonly wait: number;
  readonly pause: number;
  /** How much later than usual it may be sent. */
  readonly late: number;
}

const steps = fc.array(
  fc.record<Step>({
    share: fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0.01, 0.04, 0.295, 0.33, 0.5)),
    wait: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.nat(100_000)),
    pause: fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, fc.nat(100_000)),
    late: fc.constantFrom(0, 0, 0, 5000, 75_000),
  }),
  { minLength: 1, maxLength: 100, size: 'max' },
);
const rates = fc.oneof(fc.integer({ min: 1, max: 1000 }), fc.double({ min: 1, max: 100_000, noNaN: true }));

/** Reserves time again and again. */
function play(list: readonly Step[], rate: number): { readonly starts: Start[]; readonly times: SenderTime[] } {
  const pace = { key: '+18005550100', ratePerMinute: rate };
  const starts: Start[] = [];
  const times: SenderTime[] = [];
  let now = 1_768_465_800_000;
  let time = NEVER_USED;
  for (const step of list) {
    now += step.wait;
    if (step.pause > 0) time = pause(time, now + step.pause);
    const recipients = Math.max(1, Math.floor(step.share * rate));
    const earliest = Math.max(now, time.nextFree, time.pausedUntil);
    const { start, after } = reserve(time, { recipients, lateMilliseconds: step.late }, pace, now);
    expect(start).toBeGreaterThanOrEqual(earliest);
    starts.push({ on: start, recipients });
    times.push(after);
    time = after;
  }
  return { starts, times };
}

/** The most recipients in any 60 seconds. */
function busiestMinute(starts: readonly Start[]): number {
  const totals = starts.map(({ on: first }) =>
    starts.filter(({ on }) => on >= first && on < first + MINUTE).reduce((sum, { recipients }) => sum + recipients, 0),
  );
  return Math.max(...totals);
}

test('no minute contains more than the rate, even if each start is early or late within bounds', () => {
  const shifts = fc.array(fc.constantFrom('early', 'on time', 'late'), { minLength: 100, maxLength: 100 });
  fc.assert(
    fc.property(steps, rates, shifts, (list, rate, shift) => {
      const { starts } = play(list, rate);
      const sent = starts.map(({ on, recipients }, index) => {
        const late = shift[index] === 'late' ? 5000 + (list[index]?.late ?? 0) : 0;
        return { on: on + (shift[index] === 'early' ? -1500 : late), recipients };
      });
      expect(busiestMinute(sent)).toBeLessThanOrEqual(rate);
    }),
    { numRuns: 500 },
  );
});

test.each([
  ['batches of 70, each of two chunks', [66, 4], 140],
  ['batches of 59', [59], 177],
  ['batches of 250', [100, 100, 50], 200],
])('no minute contains more than the rate with %s', (_, sizes, most) => {
  const step = { wait: 0, pause: 0, late: 0 };
  const list = Array.from({ length: 30 }, () => sizes.map((size) => ({ ...step, share: size / 200 + 1e-9 })));
  const { starts } = play(list.flat(), 200);
  expect(busiestMinute(starts)).toBe(most);
});

test('starts are at least the sending time of the one before apart: nine tenths of the rate', () => {
  fc.assert(
    fc.property(steps, rates, (list, rate) => {
      const { starts } = play(list, rate);
      for (const [index, { on }] of starts.entries()) {
        const before = starts[index - 1];
        const end = before ? before.on + (before.recipients * MINUTE) / (rate * 0.9) : 0;
        expect(on).toBeGreaterThanOrEqual(end - 0.001);
      }
    }),
  );
});

test('a start is not later than it must be', () => {
  const pace = { key: '+18005550100', ratePerMinute: 200 };
  const first = reserve(NEVER_USED, { recipients: 100 }, pace, 1000);
  const second = reserve(first.after, { recipients: 100 }, pace, 1000);
  const third = reserve(second.after, { recipients: 100 }, pace, 1000);
  expect([first.start, second.start, third.start].map(Math.round)).toEqual([1000, 34_333, 67_667]);
  const inTime = reserve(second.after, { recipients: 1 }, pace, 500_000);
  expect(inTime.start).toBe(500_000);
});

test('few starts are remembered, and never as earlier or smaller than they were', () => {
  fc.assert(
    fc.property(steps, rates, (list, rate) => {
      const { starts, times } = play(list, rate);
      for (const [index, { recent }] of times.entries()) {
        expect(recent.length).toBeLessThanOrEqual(32);
        const known = starts.slice(0, index + 1);
        const end = known.at(-1)?.on ?? 0;
        for (const { on } of known.filter((it) => it.on > end + (list[index]?.late ?? 0) - MINUTE)) {
          expect(totalSince(recent, on)).toBeGreaterThanOrEqual(totalSince(known, on));
        }
      }
    }),
  );
});

test('a fast sender has few starts, too', () => {
  const list = Array.from({ length: 2000 }, () => ({ share: 0.001, wait: 0, pause: 0, late: 0 }));
  const lengths = play(list, 100_000).times.map(({ recent }) => recent.length);
  expect(Math.max(...lengths)).toBeLessThanOrEqual(32);
  expect(Math.max(...lengths)).toBeGreaterThan(25); // so that starts leave the window one after the other
});

function totalSince(starts: readonly Start[], from: number): number {
  return starts.filter(({ on }) => on >= from).reduce((sum, { recipients }) => sum + recipients, 0);
}

test('more recipients than the rate start when the window is empty', () => {
  const pace = { key: '+18005550100', ratePerMinute: 200 };
  const { start, after } = reserve(NEVER_USED, { recipients: 1 }, pace, 1000);
  const large = reserve(after, { recipients: 1000 }, pace, 1000);
  expect(large.start).toBeGreaterThanOrEqual(start + MINUTE);
  expect(large.start).toBeLessThan(start + 70_000);
  const slow = { key: 'contoso.com', ratePerMinute: 0.5 };
  expect(reserve(NEVER_USED, { recipients: 1 }, slow, 1000).start).toBe(1000);
});

test('a rate that follows from a limit per hour does not limit single minutes', () => {
  const pace = { key: 'contoso.com', ratePerMinute: 100 / 60, minuteLimit: 30 };
  const first = reserve(NEVER_USED, { recipients: 1 }, pace, 0);
  const second = reserve(first.after, { recipients: 1 }, pace, 0);
  expect(second.start).toBe(40_000);
});

test('batches use nine tenths of the rate', () => {
  expect(MINUTE / millisecondsPerRecipient(200)).toBeCloseTo(180);
});

test('a pause is never shortened by another, and reserves no time', () => {
  const long = pause({ ...NEVER_USED, nextFree: 5 }, 1000);
  expect(pause(long, 500)).toEqual({ nextFree: 5, pausedUntil: 1000, recent: [] });
  expect(pause(long, 1500)).toEqual({ nextFree: 5, pausedUntil: 1500, recent: [] });
  const used = reserve(NEVER_USED, { recipients: 1 }, { key: '', ratePerMinute: 1 }, 1000).after;
  expect(pause(used, 5000).recent).toEqual(used.recent);
});
