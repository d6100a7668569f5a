import { describe, expect, test } from 'vitest';
import { type ErrorCode, SwitchboardError } from '../../../shared/contract/switchboardError.ts';

test.each<[ErrorCode, number, 'transient' | 'final']>([
  ['ApiVersionUnspecified', 400, 'final'],
  ['InvalidApiVersion', 400, 'final'],
  ['InvalidJson', 400, 'final'],
  ['InvalidRequest', 400, 'final'],
  ['Denied', 401, 'final'],
  ['Forbidden', 403, 'final'],
  ['NotFound', 404, 'final'],
  ['PayloadTooLarge', 413, 'final'],
  ['TooManyRequests', 429, 'transient'],
  ['InternalServerError', 500, 'transient'],
  ['StorageContention', 503, 'transient'],
  ['UpstreamDenied', 502, 'transient'],
  ['UpstreamUnavailable', 502, 'transient'],
  ['UpstreamRejected', 400, 'final'],
  ['UpstreamInDoubt', 504, 'final'],
])('%s is a %i, %s', (code, status, kind) => {
  const error = new SwitchboardError(code, 'text');
  expect(error).toMatchObject({ code, publicCode: code, status, isTransient: kind === 'transient', message: 'text' });
});

describe('a rejection by ACS', () => {
  test('has ACS’s status and code', () => {
    const upstream = { status: 409, code: 'Conflict' };
    expect(new SwitchboardError('UpstreamRejected', '', { upstream })).toMatchObject({
      status: 409,
      publicCode: 'Conflict',
    });
  });

  test('hides ACS’s status and code under other error codes', () => {
    const upstream = { status: 409, code: 'Conflict' };
    expect(new SwitchboardError('UpstreamUnavailable', '', { upstream })).toMatchObject({
      status: 502,
      publicCode: 'UpstreamUnavailable',
    });
  });
});

test('a lost response is transient only if ACS recognises the retry', () => {
  expect(new SwitchboardError('UpstreamInDoubt', '', { repeatable: true }).isTransient).toBe(true);
  expect(new SwitchboardError('UpstreamInDoubt', '', { repeatable: false }).isTransient).toBe(false);
});

test('the cause is kept, if any', () => {
  const cause = new Error('why');
  expect(new SwitchboardError('NotFound', '', { cause }).cause).toBe(cause);
  expect(new SwitchboardError('NotFound', '')).not.toHaveProperty('cause');
});
