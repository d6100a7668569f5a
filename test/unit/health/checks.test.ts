import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clockVerdict, credentialVerdict } from '../../../shared/health/checks.ts';

const clock = (clockAheadMilliseconds: number | undefined) => clockVerdict({ status: 400, clockAheadMilliseconds });

test.each([
  [0, 'ok'],
  [60_000, 'ok'],
  [-60_000, 'ok'],
  [60_001, 'warning'],
  [-300_000, 'warning'],
  [300_001, 'failed'],
  [-300_001, 'failed'],
])('a clock that is ahead by %i ms: %s', (milliseconds, status) => {
  expect(clock(milliseconds).status).toBe(status);
});

test('the message says by how much, and in which direction', () => {
  expect(clock(400_400).message).toBe('this clock is 400 s ahead of that of ACS');
  expect(clock(-90_000).message).toBe('this clock is 90 s behind that of ACS');
});

test('without a time of ACS there is only a warning', () => {
  expect(clock(undefined)).toMatchObject({ status: 'warning' });
  expect(clockVerdict(undefined)).toMatchObject({ status: 'warning' });
});

test.each([
  [400, 'ok'],
  [404, 'ok'],
  [200, 'ok'],
  [429, 'warning'],
  [401, 'failed'],
  [403, 'failed'],
  [408, 'failed'],
  [503, 'failed'],
])('ACS answers %i: %s', (status, verdict) => {
  expect(credentialVerdict({ status, clockAheadMilliseconds: 0 }).status).toBe(verdict);
});

test('every status but ok has a message', () => {
  const statuses = fc.integer({ min: 100, max: 599 });
  fc.assert(
    fc.property(statuses, fc.integer(), (status, clockAheadMilliseconds) => {
      const answer = { status, clockAheadMilliseconds };
      for (const verdict of [clockVerdict(answer), credentialVerdict(answer)]) {
        expect(verdict.message === undefined).toBe(verdict.status === 'ok');
      }
    }),
  );
});
