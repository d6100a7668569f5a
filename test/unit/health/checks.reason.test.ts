import { expect, test } from 'vitest';
import { reasonOf } from '../../../shared/health/checks.ts';

const error = (facts: object) => Object.assign(new Error('AccountKey=hunter2'), facts);

test.each([
  [error({ code: 'ECONNREFUSED' }), 'refuses connections (ECONNREFUSED)'],
  [error({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }), 'cannot be reached (DEPTH_ZERO_SELF_SIGNED_CERT)'],
  [error({ statusCode: 403, code: 'AuthenticationFailed' }), 'answers 403 AuthenticationFailed'],
  [error({ statusCode: 403, details: { errorCode: 'AuthorizationFailure' } }), 'answers 403 AuthorizationFailure'],
  [error({ statusCode: 500 }), 'answers 500'],
  [error({ name: 'TimeoutError' }), 'does not answer in time'],
  [error({ name: 'AbortError', code: 'ABORT_ERR' }), 'does not answer in time'],
  [error({ name: 'CredentialUnavailableError' }), 'gives no Entra token to this identity'],
  [error({ name: 'AggregateAuthenticationError' }), 'gives no Entra token to this identity'],
  [error({}), 'fails (Error)'],
  ['hunter2', 'fails'],
])('%o', (thrown, reason) => {
  expect(reasonOf(thrown)).toBe(reason);
});
