import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DEADLINE_MILLISECONDS, firstPoll, nextPoll, pollAfterNotFound } from '../../../shared/email/pollSchedule.ts';

const ACCEPTED = Date.parse('2026-01-15T08:30:00Z');
const MINUTE = 60_000;
const after = (minutes: number) => ACCEPTED + minutes * MINUTE;

test('the first poll is after a minute, or when ACS asks for it', () => {
  expect(firstPoll(ACCEPTED, undefined)).toBe(after(1));
  expect(firstPoll(ACCEPTED, 30)).toBe(ACCEPTED + 30_000);
});

test('the polls after it are 5, 15 and 60 minutes and a day after the email; then polling ends', () => {
  const polls: (number | undefined)[] = [];
  for (let poll: number | undefined = after(1); poll !== undefined; polls.push(poll)) poll = nextPoll(ACCEPTED, poll);
  expect(polls).toEqual([after(5), after(15), after(60), after(24 * 60), undefined]);
});

test('ACS may delay a poll, but not past the day', () => {
  expect(nextPoll(ACCEPTED, after(1), 600)).toBe(after(11));
  expect(nextPoll(ACCEPTED, after(61), 999_999)).toBe(after(24 * 60));
  expect(firstPoll(ACCEPTED, 999_999)).toBe(after(24 * 60));
});

test('for ten minutes, a 404 is followed by a poll a minute later; then by the scheduled one', () => {
  expect(pollAfterNotFound(ACCEPTED, after(1))).toBe(after(2));
  expect(pollAfterNotFound(ACCEPTED, after(9.9))).toBe(after(10.9));
  expect(pollAfterNotFound(ACCEPTED, after(10))).toBe(after(15));
  expect(pollAfterNotFound(ACCEPTED, after(24 * 60))).toBeUndefined();
});

test('the next poll is always later, and not before ACS asks for it', () => {
  fc.assert(
    fc.property(fc.nat(DEADLINE_MILLISECONDS), fc.nat(10_000), (elapsed, retryAfterSeconds) => {
      const now = ACCEPTED + elapsed;
      const next = nextPoll(ACCEPTED, now, retryAfterSeconds);
      expect(next === undefined).toBe(elapsed === DEADLINE_MILLISECONDS);
      const wanted = Math.min(now + retryAfterSeconds * 1000, ACCEPTED + DEADLINE_MILLISECONDS);
      expect(next ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(wanted);
      expect(next ?? Number.POSITIVE_INFINITY).toBeGreaterThan(now);
    }),
  );
});
