import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { lastStartInWindow } from '../../../shared/contract/sendWindow.ts';

/** All tries of a request end within this: test/unit/acs/transport.test.ts */
const LONGEST_REQUEST = 10_000;
/** infra/README.md, "Settings": how far clocks may be apart. */
const LARGEST_SKEW = 5_000;

const moments = fc.integer({ min: Date.parse('2020-01-01T00:00:00Z'), max: Date.parse('2050-01-01T00:00:00Z') });
const windows = fc.integer({ min: 26, max: 86_400 });

/** When ACS stops to recognise ids, by the date on the wire. @see RFC 9110 §5.6.7: whole seconds */
const endOf = (firstSent: number, windowSeconds: number) =>
  Date.parse(new Date(firstSent).toUTCString()) + windowSeconds * 1000;

test('a request that starts in time reaches ACS within the window, for any duration and clock difference', () => {
  const skews = fc.integer({ min: -LARGEST_SKEW, max: LARGEST_SKEW });
  const durations = fc.nat(LONGEST_REQUEST);
  const earlier = fc.nat(86_400_000);
  void fc.assert(
    fc.property(moments, windows, skews, durations, earlier, (firstSent, window, skew, duration, before) => {
      const start = lastStartInWindow(firstSent, window) - before;
      expect(start + duration + skew).toBeLessThanOrEqual(endOf(firstSent, window));
    }),
  );
});

test('the window is counted from the whole second that is sent to ACS', () => {
  const firstSent = Date.parse('2026-01-15T08:30:00.999Z');
  expect(new Date(lastStartInWindow(firstSent, 300)).toISOString()).toBe('2026-01-15T08:34:45.000Z');
});

test('the limit is tight: one millisecond later, the longest request on the slowest clock is too late', () => {
  void fc.assert(
    fc.property(moments, windows, (firstSent, window) => {
      const start = lastStartInWindow(firstSent, window) + 1;
      expect(start + LONGEST_REQUEST + LARGEST_SKEW).toBeGreaterThan(endOf(firstSent, window));
    }),
  );
});

test('the shortest window in the settings has room for a second attempt after ten seconds', () => {
  void fc.assert(
    fc.property(moments, (firstSent) => {
      expect(lastStartInWindow(firstSent, 26)).toBeGreaterThanOrEqual(firstSent + 10_000);
    }),
  );
});
