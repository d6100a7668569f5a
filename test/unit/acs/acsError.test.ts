import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isTransientStatus, readAcsError, readRetryAfter, wasNotSent } from '../../../shared/acs/acsError.ts';
import type { AcsRequest, Repetition } from '../../../shared/acs/request.ts';

const request = (more: Partial<AcsRequest> = {}): AcsRequest => ({
  ...{
    service: 'identity',
    method: 'POST',
    path: '/identities',
    repetition: 'harmless',
    clientRequestId: 'id',
    ...more,
  },
});

const reject = (
  status: number,
  more: Partial<AcsRequest> = {},
  body: unknown = {},
  headers: Record<string, string> = {},
) => readAcsError({ status, text: JSON.stringify(body), header: (name) => headers[name] }, request(more), false);

const envelope = (code: string, message: string) => ({ error: { code, message } });

describe('429', () => {
  test.each([
    ['30', 30],
    [undefined, 60],
    ['soon', 60],
  ])('with Retry-After %s waits %i seconds', (retryAfter, seconds) => {
    const headers = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
    expect(reject(429, {}, {}, headers)).toMatchObject({ code: 'TooManyRequests', retryAfterSeconds: seconds });
  });

  test('with a date waits until that date', () => {
    const date = new Date(Date.now() + 90_000).toUTCString();
    const { retryAfterSeconds = 0 } = reject(429, {}, {}, { 'retry-after': date });
    expect(retryAfterSeconds).toBeGreaterThan(30);
    expect(retryAfterSeconds).toBeLessThanOrEqual(91);
  });

  test('passes on ACS’s message', () => {
    expect(reject(429, {}, envelope('TooManyRequests', 'Rate limit exceeded.')).message).toBe('Rate limit exceeded.');
    expect(reject(429).message).not.toBe('');
  });
});

describe('503', () => {
  test('passes on how long ACS asks to wait', () => {
    expect(reject(503, {}, {}, { 'retry-after': '7' })).toMatchObject({
      ...{ code: 'UpstreamUnavailable', status: 502, retryAfterSeconds: 7 },
    });
  });

  test('without that sets no time', () => {
    expect(reject(503).retryAfterSeconds).toBeUndefined();
  });
});

describe('401 and 403', () => {
  test.each([401, 403])('%i for our own credentials is our failure, and its message is not disclosed', (status) => {
    const error = reject(status, {}, envelope('Denied', 'key number seven is wrong'));
    expect(error).toMatchObject({ code: 'UpstreamDenied', status: 502, isTransient: true, upstream: undefined });
    expect(error.message).not.toContain('seven');
    expect(String(error.cause)).toContain('seven');
  });

  test.each([401, 403])('%i for a user’s token is passed on', (status) => {
    const error = reject(status, { service: 'chat', userToken: 't' }, envelope('Unauthorized', 'Not authorized.'));
    expect(error).toMatchObject({ status, publicCode: 'Unauthorized', message: 'Not authorized.', isTransient: false });
  });

  // azure-sdk-for-python, azure-communication-identity/tests/recordings, test_get_token_for_teams_user_with_expired_token.
  const expired = envelope('InvalidAccessToken', 'Provided access token is not valid.');

  test('for a token in the body is passed on', () => {
    const error = reject(401, { hasTokenInBody: true }, expired);
    expect(error).toMatchObject({ status: 401, publicCode: expired.error.code, isTransient: false });
    expect(error.message).toBe(expired.error.message);
  });

  test('of another kind is about our credentials, whatever is in the body', () => {
    for (const error of [
      reject(401, { hasTokenInBody: true }, envelope('Denied', 'Denied by the resource provider.')),
      reject(403, { hasTokenInBody: true }, expired),
      reject(401, {}, expired),
    ]) {
      expect(error).toMatchObject({ code: 'UpstreamDenied', status: 502 });
    }
  });

  test('for an SMS sender of another resource is about the sender', () => {
    const error = reject(401, { service: 'sms', repetition: 'recognised' }, envelope('Unauthorized', ''));
    expect(error).toMatchObject({ status: 400, publicCode: 'InvalidSender', target: 'from', isTransient: false });
  });

  test('with the same body from another service is about our credentials', () => {
    expect(reject(401, {}, envelope('Unauthorized', '')).code).toBe('UpstreamDenied');
  });
});

describe('a failure after which the request may have taken effect', () => {
  const expected: Record<Repetition, object> = {
    harmless: { code: 'UpstreamUnavailable', status: 502, isTransient: true },
    recognised: { code: 'UpstreamInDoubt', status: 504, isTransient: true },
    doubles: { code: 'UpstreamInDoubt', status: 504, isTransient: false },
  };
  const kinds = Object.keys(expected) as Repetition[];

  test.each(kinds.flatMap((kind) => [408, 500, 502, 504].map((status) => [status, kind] as const)))(
    '%i, if a repetition is %s',
    (status, repetition) => {
      expect(reject(status, { repetition })).toMatchObject(expected[repetition]);
    },
  );

  test.each(kinds)('no response, if a repetition is %s', (repetition) => {
    const cause = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
    expect(readAcsError({ error: cause }, request({ repetition }), false)).toMatchObject({
      ...expected[repetition],
      cause,
    });
  });

  test('mentions the Idempotency-Key only if it helps', () => {
    expect(reject(500, { repetition: 'recognised' }).message).toContain('Idempotency-Key');
    expect(reject(500, { repetition: 'doubles' }).message).not.toContain('Idempotency-Key');
  });
});

describe('a failure after which the request has not taken effect', () => {
  test('503', () => {
    expect(reject(503, { repetition: 'doubles' })).toMatchObject({ code: 'UpstreamUnavailable', isTransient: true });
  });

  test.each(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'])('%s', (code) => {
    const lost = Object.assign(new Error('x'), { code });
    const error = readAcsError({ error: lost }, request({ repetition: 'doubles' }), false);
    expect(error).toMatchObject({ code: 'UpstreamUnavailable', isTransient: true });
  });
});

describe('any other response', () => {
  test.each([400, 404, 409, 412, 413, 422])('%i is passed on with its code, message, target and details', (status) => {
    const details = [{ code: 'a', message: 'b', target: 'c' }];
    const body = { error: { code: 'SomeCode', message: 'Some text.', target: 'field', details } };
    expect(reject(status, {}, body)).toMatchObject({
      ...{ status, publicCode: 'SomeCode', message: 'Some text.', target: 'field', details, isTransient: false },
    });
  });

  test('without a message still has one', () => {
    const error = reject(404);
    expect(error.message).toContain('404');
    expect(error).toMatchObject({ publicCode: 'Status404', details: undefined });
  });

  test.each([301, 304, 307, 501, 505])('%i is not passed on: 502', (status) => {
    expect(reject(status)).toMatchObject({ code: 'UpstreamRejected', status: 502, isTransient: false });
  });
});

test('a SwitchboardError is returned unchanged', () => {
  const error = reject(404);
  expect(readAcsError({ error }, request(), false)).toBe(error);
});

describe('Retry-After', () => {
  const now = Date.parse('2026-01-15T08:30:00Z');

  test.each([
    ['0', 0],
    ['30', 30],
    ['1.2', 2],
    ['-5', 0],
    ['Thu, 15 Jan 2026 08:31:30 GMT', 90],
    ['Thu, 15 Jan 2026 08:29:00 GMT', 0],
    ['', undefined],
    ['  ', undefined],
    ['soon', undefined],
    ['Infinity', undefined],
    [undefined, undefined],
  ])('%j is %s', (value, seconds) => {
    expect(readRetryAfter(value, now)).toBe(seconds);
  });

  test('is a non-negative whole number of seconds, or undefined', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const seconds = readRetryAfter(text, now);
        expect(seconds === undefined || (Number.isInteger(seconds) && seconds >= 0)).toBe(true);
      }),
    );
  });
});

test.each([408, 500, 502, 503, 504, 599])('%i is transient', (status) => {
  expect(isTransientStatus(status)).toBe(true);
});

test.each([200, 400, 401, 404, 409, 429, 501, 505])('%i is permanent, or not a failure', (status) => {
  expect(isTransientStatus(status)).toBe(false);
});

test.each(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ABORT_ERR'])('after %s the request may have been sent', (code) => {
  expect(wasNotSent(Object.assign(new Error('x'), { code }))).toBe(false);
});

test.each([undefined, null, 'ECONNREFUSED', { code: 'ECONNREFUSED' }, new Error('ECONNREFUSED')])(
  'without evidence to the contrary, the request may have been sent: %s',
  (error) => {
    expect(wasNotSent(error)).toBe(false);
  },
);

test('the trace id of ACS is in the cause, which operators can see, and not in the message', () => {
  const traceId = '00-be8d0cac83cc01715e39bc84c2d10c61-5d7b25cd36751c3d-00';
  const error = reject(400, { service: 'sms' }, { title: 'Bad', status: 400, errors: { From: ['x'] }, traceId });
  expect(String(error.cause)).toContain(traceId);
  expect(error.message).toBe('x');
});

test.each([
  [
    'the envelope',
    { error: { code: 'c p-key-1', message: 'm p-key-1', target: 'p-key-1', details: [{ message: 'p-key-1' }] } },
  ],
  ['problem+json', { title: 'p-key-1', status: 400, errors: { 'p-key-1': ['p-key-1-long is wrong'] } }],
  ['problem+json without fields', { title: 'The key p-key-1 is wrong', status: 400 }],
  ['a bare ModelState', { From: ['p-key-1'] }],
])('secrets of the request that ACS quotes in %s are in no part of the error', (_form, body) => {
  for (const status of [400, 401, 429, 500]) {
    const error = reject(status, { service: 'sms', secrets: ['p-key-1-long', 'p-key-1'] }, body);
    const { code, message, target, details, upstream, cause } = error;
    expect(JSON.stringify([code, message, target, details, upstream, String(cause)])).not.toContain('p-key-1');
    expect(String(cause)).toContain(`${status}`);
  }
});
