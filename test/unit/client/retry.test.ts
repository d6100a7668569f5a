import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { retryPolicyOf, secondsBeforeRetry } from '../../../shared/client/retry.ts';

const policy = fc.record({
  attempts: fc.integer({ min: 1, max: 10 }),
  initialDelaySeconds: fc.double({ min: 0, max: 100, noNaN: true }),
  maxDelaySeconds: fc.double({ min: 0, max: 100, noNaN: true }),
});
const random = fc.double({ min: 0, max: 1, noNaN: true });
const failed = fc.record({
  attempt: fc.integer({ min: 1, max: 12 }),
  isRepeatable: fc.boolean(),
  error: fc.record({
    code: fc.constantFrom('ConnectionFailed', 'OperationInProgress', 'UpstreamInDoubt', 'ClientLimitExceeded', 'Any'),
    status: fc.constantFrom(undefined, 400, 401, 403, 404, 408, 409, 410, 422, 429, 500, 501, 502, 503, 504),
    retryAfterSeconds: fc.option(fc.integer({ min: 0, max: 200 }), { nil: undefined }),
  }),
});

describe('a delay', () => {
  test('is at least what Switchboard asks for, and at most the longest one', () => {
    fc.assert(
      fc.property(failed, policy, random, (it, rules, chance) => {
        const seconds = secondsBeforeRetry(it, rules, chance);
        if (seconds === undefined) return;
        expect(seconds).toBeGreaterThanOrEqual(it.error.retryAfterSeconds ?? 0);
        expect(seconds).toBeLessThanOrEqual(rules.maxDelaySeconds);
      }),
    );
  });

  test('follows fewer failures than there may be attempts', () => {
    fc.assert(
      fc.property(failed, policy, random, (it, rules, chance) => {
        if (it.attempt >= rules.attempts) expect(secondsBeforeRetry(it, rules, chance)).toBeUndefined();
      }),
    );
  });

  test('doubles with each attempt, up to the longest one, and is spread over its second half', () => {
    const rules = retryPolicyOf({ attempts: 9, initialDelaySeconds: 1, maxDelaySeconds: 10 });
    const error = { code: 'InternalServerError', status: 500, retryAfterSeconds: undefined };
    const delays = (chance: number) =>
      [1, 2, 3, 4, 5].map((attempt) => secondsBeforeRetry({ attempt, error, isRepeatable: true }, rules, chance));
    expect(delays(1)).toEqual([1, 2, 4, 8, 10]);
    expect(delays(0)).toEqual([0.5, 1, 2, 4, 5]);
  });
});

/** @see https://learn.microsoft.com/azure/architecture/best-practices/transient-faults */
describe('what is tried again', () => {
  const isRetried = (
    code: string,
    status?: number,
    facts: { retryAfterSeconds?: number; isRepeatable?: boolean } = {},
  ) => {
    const { retryAfterSeconds, isRepeatable = true } = facts;
    const error = { code, status, retryAfterSeconds };
    return secondsBeforeRetry({ attempt: 1, error, isRepeatable }, retryPolicyOf(), 0) !== undefined;
  };

  test.each([408, 429, 500, 502, 503, 504])('%i', (status) => {
    expect(isRetried('Any', status)).toBe(true);
  });

  test.each([301, 400, 401, 403, 404, 409, 410, 413, 415, 422, 501, 505])('not %i', (status) => {
    expect(isRetried('Any', status)).toBe(false);
  });

  test('a failed connection, but not a response that cannot be understood', () => {
    expect(isRetried('ConnectionFailed')).toBe(true);
    expect(isRetried('UnexpectedResponse', 503)).toBe(true); // of a gateway
    expect(isRetried('UnexpectedResponse')).toBe(false);
    expect(isRetried('UnexpectedResponse', 200)).toBe(false);
  });

  test('a request of which an earlier attempt is in progress', () => {
    expect(isRetried('OperationInProgress', 409, { retryAfterSeconds: 60 })).toBe(true);
  });

  test('a limit that will be free again, but not a request that exceeds it by itself', () => {
    expect(isRetried('ClientLimitExceeded', 429, { retryAfterSeconds: 1 })).toBe(true);
    expect(isRetried('ClientLimitExceeded', 429)).toBe(false);
  });

  test('a lost response of ACS, if ACS recognises the repetition', () => {
    expect(isRetried('UpstreamInDoubt', 504)).toBe(true);
    expect(isRetried('UpstreamInDoubt', 504, { isRepeatable: false })).toBe(false);
  });

  test('nothing for which the wait would be longer than the longest delay', () => {
    expect(isRetried('TooManyRequests', 429, { retryAfterSeconds: 60 })).toBe(true);
    expect(isRetried('TooManyRequests', 429, { retryAfterSeconds: 61 })).toBe(false);
  });
});

describe('the options', () => {
  test('false means one attempt', () => {
    expect(retryPolicyOf(false).attempts).toBe(1);
  });

  test.each([
    [{ attempts: 0 }, 'retry.attempts'],
    [{ attempts: 1.5 }, 'retry.attempts'],
    [{ attempts: Number.NaN }, 'retry.attempts'],
    [{ initialDelaySeconds: -1 }, 'retry.initialDelaySeconds'],
    [{ maxDelaySeconds: Number.NaN }, 'retry.maxDelaySeconds'],
    [{ maxDelaySeconds: Number.POSITIVE_INFINITY }, 'retry.maxDelaySeconds'],
  ])('%j is refused', (options, name) => {
    expect(() => retryPolicyOf(options)).toThrow(new RegExp(`^${name} must be`));
  });
});
