import { expect, test } from 'vitest';
import { isTransientStatus, wasNotSent } from '../../../shared/acs/acsError.ts';

test.each([408, 500, 502, 503, 504, 599])('%i may pass', (status) => {
  expect(isTransientStatus(status)).toBe(true);
});

test.each([200, 400, 401, 404, 409, 429, 501, 505])('%i will not pass, or is no failure', (status) => {
  expect(isTransientStatus(status)).toBe(false);
});

test.each(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ABORT_ERR'])('after %s the request may have been sent', (code) => {
  expect(wasNotSent(Object.assign(new Error('x'), { code }))).toBe(false);
});

test.each([undefined, null, 'ECONNREFUSED', { code: 'ECONNREFUSED' }, new Error('ECONNREFUSED')])(
  'what does not say that it was not sent may have been sent: %s',
  (error) => {
    expect(wasNotSent(error)).toBe(false);
  },
);
