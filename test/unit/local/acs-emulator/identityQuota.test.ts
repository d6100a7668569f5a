import { beforeEach, describe, expect, test } from 'vitest';
import { IDENTITIES, identityPath, type Rig, rigForTest } from './harness.ts';

let rig: Rig;

beforeEach(async () => {
  rig = await rigForTest();
});

const setQuotas = (identity: object) => rig.call('PUT', '/_emulator/quotas', { key: null, body: { identity } });
const create = () => rig.call('POST', IDENTITIES);

// "Service limits for Azure Communication Services", Identity: requests in 30 seconds, for each operation.
describe('a quota', () => {
  test('is of one operation, for any 30 seconds', async () => {
    await setQuotas({ createIdentity: 2 });
    expect((await create()).status).toBe(201);
    rig.clock.advance(20_000);
    const { body } = await create();
    const refused = await create();
    expect(refused).toMatchObject({ status: 429, body: { error: { code: 'TooManyRequests' } } });
    expect(Number(refused.headers.get('retry-after'))).toBe(11);
    expect((await rig.call('DELETE', identityPath(body.identity.id))).status).toBe(204);
    rig.clock.advance(11_000);
    expect((await create()).status).toBe(201);
    expect((await create()).status).toBe(429);
  });

  test.each([
    ['deleteIdentity', 'DELETE', identityPath('8:acs:x')],
    ['issueAccessToken', 'POST', identityPath('8:acs:x', '/:issueAccessToken')],
    ['revokeAccessTokens', 'POST', identityPath('8:acs:x', '/:revokeAccessTokens')],
    ['exchangeTeamsUserAccessToken', 'POST', '/teamsUser/:exchangeAccessToken?api-version=2023-10-01'],
  ])('of %s also counts requests that fail', async (operation, method, path) => {
    await setQuotas({ [operation]: 1 });
    expect((await rig.call(method, path)).status).not.toBe(429);
    expect((await rig.call(method, path)).status).toBe(429);
    expect((await create()).status).toBe(201);
  });

  test('ends with a reset and with new quotas', async () => {
    await setQuotas({ createIdentity: 0 });
    expect((await create()).status).toBe(429);
    await rig.call('DELETE', '/_emulator', { key: null });
    expect((await create()).status).toBe(201);
    await setQuotas({ createIdentity: 0 });
    await setQuotas({});
    expect((await create()).status).toBe(201);
  });

  test.each([
    [{ getIdentity: 1 }, /getIdentity/],
    [{ createIdentity: -1 }, /createIdentity/],
    [{ createIdentity: 'many' }, /createIdentity/],
  ])('is refused if it is %j', async (identity, message) => {
    const answer = await setQuotas(identity);
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 'InvalidQuota' } } });
    expect(answer.body.error.message).toMatch(message);
  });
});
