import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Counters, giveBack, standings, take } from '../../../shared/limits/counters.ts';

const START = Date.parse('2026-01-15T08:30:00Z');
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** A client that takes at some times (milliseconds after the start); answers what was taken, and when it may come again. */
function taking(limits: { smsPerMinute?: number; smsPerDay?: number }) {
  let counters: Counters = {};
  return (amount: number, after: number) => {
    const taken = take(counters, limits, { sms: amount }, START + after);
    if ('excess' in taken) return { isTaken: false, wait: taken.excess.retryAfterSeconds };
    ({ counters } = taken);
    return { isTaken: true, wait: 0 };
  };
}

describe('a minute', () => {
  test('slides: it does not begin again with the clock’s', () => {
    const takes = taking({ smsPerMinute: 10 });
    expect(takes(10, 59 * SECOND)).toMatchObject({ isTaken: true });
    expect(takes(1, 61 * SECOND)).toEqual({ isTaken: false, wait: 59 });
    expect(takes(1, 119 * SECOND + 999)).toMatchObject({ isTaken: false });
    expect(takes(10, 120 * SECOND)).toMatchObject({ isTaken: true });
  });

  test('ends for what came first before it ends for what came later', () => {
    const takes = taking({ smsPerMinute: 10 });
    takes(4, 0);
    takes(6, 30 * SECOND);
    expect(takes(5, 40 * SECOND)).toEqual({ isTaken: false, wait: 51 });
    expect(takes(4, 40 * SECOND)).toEqual({ isTaken: false, wait: 21 });
    expect(takes(4, 61 * SECOND)).toMatchObject({ isTaken: true });
  });

  test('never has room for more than the limit', () => {
    expect(taking({ smsPerMinute: 10 })(11, 0)).toEqual({ isTaken: false, wait: undefined });
  });
});

test('a day slides, too', () => {
  const takes = taking({ smsPerDay: 10 });
  expect(takes(10, 0)).toMatchObject({ isTaken: true });
  expect(takes(1, 24 * HOUR - 1)).toMatchObject({ isTaken: false });
  expect(takes(1, 24 * HOUR + 15 * MINUTE)).toMatchObject({ isTaken: true });
});

test('of two limits, the one to wait for longest is named, and none counts what the other refuses', () => {
  const limits = { smsPerMinute: 5, smsPerDay: 8 };
  const first = take({}, limits, { sms: 5 }, START);
  if ('excess' in first) throw new Error('was refused');
  const second = take(first.counters, limits, { sms: 4 }, START);
  expect(second).toMatchObject({ excess: { standing: { limit: 'smsPerDay', maximum: 8, used: 5 } } });
  expect(standings(first.counters, limits, START)).toMatchObject([{ used: 5 }, { used: 5 }]);
});

describe('whatever is taken and given back', () => {
  const LIMIT = 7;
  const steps = fc.array(
    fc.record({
      pause: fc.oneof(fc.nat(2 * SECOND), fc.nat(MINUTE), fc.constant(MINUTE), fc.constant(SECOND)),
      amount: fc.integer({ min: 1, max: LIMIT }),
      isGivenBack: fc.boolean(),
    }),
    { minLength: 1, maxLength: 60 },
  );

  type Step = typeof steps extends fc.Arbitrary<(infer One)[]> ? One : never;

  /** One client's minute, beside a plain list of all that it was allowed. */
  class Model {
    #counters: Counters = {};
    #now = START;
    readonly #sent: { readonly on: number; readonly amount: number }[] = [];

    step({ pause, amount, isGivenBack }: Step): void {
      this.#now += pause;
      const now = this.#now;
      const limits = { smsPerMinute: LIMIT };
      const taken = take(this.#counters, limits, { sms: amount }, now);
      if ('excess' in taken) {
        expect(this.#within(61 * SECOND) + amount).toBeGreaterThan(LIMIT);
        const later = now + (taken.excess.retryAfterSeconds ?? 0) * SECOND;
        expect(take(this.#counters, limits, { sms: amount }, later)).not.toHaveProperty('excess');
        return;
      }
      this.#counters = isGivenBack ? giveBack(taken.counters, limits, { sms: amount }, now, now) : taken.counters;
      if (!isGivenBack) this.#sent.push({ on: now, amount });
      expect(this.#within(MINUTE)).toBeLessThanOrEqual(LIMIT);
      expect(this.#counters.smsPerMinute?.length).toBeLessThanOrEqual(61); // what a row holds
    }

    #within(milliseconds: number): number {
      const recent = this.#sent.filter(({ on }) => on > this.#now - milliseconds);
      return recent.reduce((sum, { amount }) => sum + amount, 0);
    }
  }

  test('no 60 seconds hold more than the limit, 61 would have to, and the wait is long enough', () => {
    const isKept = fc.property(steps, (list): void => {
      const model = new Model();
      for (const step of list) model.step(step);
    });
    expect(fc.assert(isKept)).toBeUndefined();
  });
});
