import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DEADLINE_MILLISECONDS, firstLook, lookAfterAbsence, nextLook } from '../../../shared/email/schedule.ts';

const ACCEPTED = Date.parse('2026-01-15T08:30:00Z');
const MINUTE = 60_000;
const after = (minutes: number) => ACCEPTED + minutes * MINUTE;

test('the first look is after a minute, or when ACS says', () => {
  expect(firstLook(ACCEPTED, undefined)).toBe(after(1));
  expect(firstLook(ACCEPTED, 30)).toBe(ACCEPTED + 30_000);
});

test('the looks after it are 5, 15 and 60 minutes and a day after the mail; then nobody knows', () => {
  const looks: (number | undefined)[] = [];
  for (let look: number | undefined = after(1); look !== undefined; looks.push(look)) look = nextLook(ACCEPTED, look);
  expect(looks).toEqual([after(5), after(15), after(60), after(24 * 60), undefined]);
});

test('ACS may put a look off, but not past the day', () => {
  expect(nextLook(ACCEPTED, after(1), 600)).toBe(after(11));
  expect(nextLook(ACCEPTED, after(61), 999_999)).toBe(after(24 * 60));
  expect(firstLook(ACCEPTED, 999_999)).toBe(after(24 * 60));
});

test('a 404 says nothing for ten minutes: it is looked again a minute later; then as after any look', () => {
  expect(lookAfterAbsence(ACCEPTED, after(1))).toBe(after(2));
  expect(lookAfterAbsence(ACCEPTED, after(9.9))).toBe(after(10.9));
  expect(lookAfterAbsence(ACCEPTED, after(10))).toBe(after(15));
  expect(lookAfterAbsence(ACCEPTED, after(24 * 60))).toBeUndefined();
});

test('whenever it is looked, the next look is later, and not before ACS wants it', () => {
  fc.assert(
    fc.property(fc.nat(DEADLINE_MILLISECONDS), fc.nat(10_000), (elapsed, retryAfterSeconds) => {
      const now = ACCEPTED + elapsed;
      const next = nextLook(ACCEPTED, now, retryAfterSeconds);
      expect(next === undefined).toBe(elapsed === DEADLINE_MILLISECONDS);
      const wanted = Math.min(now + retryAfterSeconds * 1000, ACCEPTED + DEADLINE_MILLISECONDS);
      expect(next ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(wanted);
      expect(next ?? Number.POSITIVE_INFINITY).toBeGreaterThan(now);
    }),
  );
});
