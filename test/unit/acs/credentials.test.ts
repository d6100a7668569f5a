import {
  createHttpHeaders,
  createPipelineRequest,
  type PipelineRequest,
  type PipelineResponse,
} from '@azure/core-rest-pipeline';
import { describe, expect, test } from 'vitest';
import { entraPolicy, signingPolicy } from '../../../shared/acs/credentials.ts';
import { importKey, sign } from '../../../shared/signing/sign.ts';

const KEYS = ['one', 'two'].map((name) => importKey(Buffer.from(`the key ${name}`).toString('base64')));
const URL_OF_ACS = 'https://contoso.communication.azure.com/sms?api-version=2021-03-07';
const DATE = new Date('2026-01-15T08:30:00Z');

/** ACS, where the keys of these indexes are good. */
function acs(goodKeys: readonly number[], refusal = '{"error":{"code":"Denied","message":"Denied."}}') {
  const used: number[] = [];
  const next = async (request: PipelineRequest): Promise<PipelineResponse> => {
    const authorization = request.headers.get('authorization');
    const body = typeof request.body === 'string' ? request.body : undefined;
    const key = KEYS.findIndex(
      (it) => sign({ method: 'POST', url: URL_OF_ACS, body, date: DATE }, it).authorization === authorization,
    );
    used.push(key);
    const isGood = goodKeys.includes(key);
    return { request, status: isGood ? 202 : 401, headers: createHttpHeaders(), bodyAsText: isGood ? '' : refusal };
  };
  return { used, next };
}

const post = () => createPipelineRequest({ url: URL_OF_ACS, method: 'POST', body: '{}' });

describe('the resource’s keys', () => {
  test('the first is used while it is valid', async () => {
    const policy = signingPolicy(KEYS, () => DATE);
    const { used, next } = acs([0, 1]);
    for (const _ of [1, 2]) expect((await policy.sendRequest(post(), next)).status).toBe(202);
    expect(used).toEqual([0, 0]);
  });

  test('after a 401 the other is used, and remains in use if it is valid', async () => {
    const policy = signingPolicy(KEYS, () => DATE);
    const second = acs([1]);
    for (const _ of [1, 2, 3]) expect((await policy.sendRequest(post(), second.next)).status).toBe(202);
    expect(second.used).toEqual([0, 1, 1, 1]);
    const first = acs([0]);
    for (const _ of [1, 2]) await policy.sendRequest(post(), first.next);
    expect(first.used).toEqual([1, 0, 0]);
  });

  test('if both are rejected, each was used once and the rejection is returned', async () => {
    const policy = signingPolicy(KEYS, () => DATE);
    const { used, next } = acs([]);
    expect((await policy.sendRequest(post(), next)).status).toBe(401);
    expect((await policy.sendRequest(post(), next)).status).toBe(401);
    expect(used).toEqual([0, 1, 0, 1]);
  });

  test('a single key is used twice, because ACS occasionally rejects a valid date', async () => {
    const policy = signingPolicy(KEYS.slice(0, 1), () => DATE);
    const { used, next } = acs([]);
    await policy.sendRequest(post(), next);
    expect(used).toEqual([0, 0]);
  });

  // The second: azure-sdk-for-python, azure-communication-identity/tests/recordings,
  // test_get_token_for_teams_user_with_expired_token.
  test.each([
    ['sender', '{"error":{"code":"Unauthorized","message":""}}'],
    [
      'token of a Teams user',
      '{"error":{"code":"InvalidAccessToken","message":"Provided access token is not valid."}}',
    ],
  ])('after a rejected %s, the other is not used', async (_, refusal) => {
    const policy = signingPolicy(KEYS, () => DATE);
    const { used, next } = acs([], refusal);
    expect((await policy.sendRequest(post(), next)).status).toBe(401);
    expect(used).toEqual([0]);
  });

  test('without a key, signing fails', async () => {
    await expect(signingPolicy([], () => DATE).sendRequest(post(), acs([]).next)).rejects.toThrow(RangeError);
  });
});

describe('the managed identity', () => {
  const next = async (request: PipelineRequest) => ({ request, status: 200, headers: createHttpHeaders() });

  function credential(lifeMilliseconds: number) {
    const scopes: unknown[] = [];
    const getToken = async (scope: unknown) => {
      scopes.push(scope);
      return { token: `token${scopes.length}`, expiresOnTimestamp: Date.now() + lifeMilliseconds };
    };
    return { scopes, getToken };
  }

  test('authenticates with a token for ACS, which concurrent and later requests share', async () => {
    const given = credential(3_600_000);
    const policy = entraPolicy(async () => given);
    const sent = await Promise.all([1, 2].map(() => policy.sendRequest(post(), next)));
    sent.push(await policy.sendRequest(post(), next));
    expect(sent.map(({ request }) => request.headers.get('authorization'))).toEqual(Array(3).fill('Bearer token1'));
    expect(given.scopes).toEqual([['https://communication.azure.com//.default']]);
  });

  test('requests another token once the first has expired', async () => {
    const policy = entraPolicy(async () => credential(0));
    await policy.sendRequest(post(), next);
    const { request } = await policy.sendRequest(post(), next);
    expect(request.headers.get('authorization')).toBe('Bearer token2');
  });

  test('is also used over http, which the settings allow on this machine', async () => {
    const { request } = await entraPolicy(async () => credential(3_600_000)).sendRequest(
      createPipelineRequest({ url: 'http://127.0.0.1:8787/sms', method: 'POST' }),
      next,
    );
    expect(request.headers.get('authorization')).toBe('Bearer token1');
  });

  test('without a token fails, and the next request tries again', async () => {
    const tokens = [null, { token: 'late', expiresOnTimestamp: Date.now() + 3_600_000 }];
    const policy = entraPolicy(async () => ({ getToken: async () => tokens.shift() ?? null }));
    await expect(policy.sendRequest(post(), next)).rejects.toThrow(/token/);
    expect((await policy.sendRequest(post(), next)).request.headers.get('authorization')).toBe('Bearer late');
  });
});
