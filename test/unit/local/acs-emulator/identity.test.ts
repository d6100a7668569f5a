import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TEAMS_APP, TEAMS_USER, teamsToken } from '../../../setup/teams.ts';
import { createUser, IDENTITIES, identityPath, type Rig, startRig, THREADS } from './harness.ts';

let rig: Rig;

beforeAll(async () => {
  rig = await startRig();
});

afterAll(() => rig.close());

const UNKNOWN = '8:acs:11111111-2222-3333-4444-555555555555_00000006-aaaa-bbbb-cccc-dddddddddddd';

async function newIdentity(): Promise<string> {
  return (await rig.call('POST', IDENTITIES)).body.identity.id;
}

async function chatStatus(token: string): Promise<number> {
  return (await rig.call('GET', THREADS, { token })).status;
}

describe('createIdentity', () => {
  test('accepts an empty body and issues no token', async () => {
    const { status, body } = await rig.call('POST', IDENTITIES);
    expect(status).toBe(201);
    expect(body).toEqual({ identity: { id: expect.stringMatching(/^8:acs:[0-9a-f-]{36}_[0-9a-f-]{36}$/) } });
  });

  test('issues a token with ACS’s claims', async () => {
    const { body } = await rig.call('POST', IDENTITIES, {
      body: { createTokenWithScopes: ['chat', 'voip'], expiresInMinutes: 60 },
    });
    const { token, expiresOn } = body.accessToken;
    expect(expiresOn).toBe('2026-01-15T09:30:00.2500000+00:00');
    expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'RS256', typ: 'JWT', kid: expect.any(String) });
    const issuedAt = Date.parse('2026-01-15T08:30:00Z') / 1000;
    expect(decodeJwt(token)).toMatchObject({
      skypeid: body.identity.id.slice(2),
      scp: 1792,
      csi: String(issuedAt),
      iat: issuedAt,
      exp: issuedAt + 3600,
      acsScope: 'chat,voip',
      resourceId: body.identity.id.slice(6, 42),
    });
  });
});

describe('issueAccessToken', () => {
  test.each([59, 1441])('rejects %i minutes with ACS’s message', async (minutes) => {
    const path = identityPath(await newIdentity(), '/:issueAccessToken');
    expect(await rig.call('POST', path, { body: { scopes: ['chat'], expiresInMinutes: minutes } })).toMatchObject({
      status: 400,
      body: {
        error: {
          code: 'ValidationError',
          message: `ExpiresInMinutes value ${minutes} is invalid. Value must be within the [60, 1440] interval.`,
          target: 'ExpiresInMinutes',
        },
      },
    });
  });

  test.each([{}, { scopes: null }, { scopes: [] }])('requires scopes: %j', async (body) => {
    const path = identityPath(await newIdentity(), '/:issueAccessToken');
    const error = { code: 'ValidationError', message: 'Scopes: The Scopes field is required.', target: 'Scopes' };
    expect(await rig.call('POST', path, { body })).toMatchObject({ status: 400, body: { error } });
  });

  test('rejects an unknown scope', async () => {
    const path = identityPath(await newIdentity(), '/:issueAccessToken');
    expect(await rig.call('POST', path, { body: { scopes: ['everything'] } })).toMatchObject({ status: 400 });
  });

  test('issues a token that grants access to chat until it expires', async () => {
    const path = identityPath(await newIdentity(), '/:issueAccessToken');
    const { status, body } = await rig.call('POST', path, { body: { scopes: ['chat'], expiresInMinutes: 60 } });
    expect(status).toBe(200);
    expect(await chatStatus(body.token)).toBe(200);
    rig.clock.advance(60 * 60_000);
    expect(await chatStatus(body.token)).toBe(401);
  });
});

test('an unknown identity is not found', async () => {
  const body = { scopes: ['chat'] };
  for (const answer of [
    await rig.call('DELETE', identityPath(UNKNOWN)),
    await rig.call('POST', identityPath(UNKNOWN, '/:issueAccessToken'), { body }),
    await rig.call('POST', identityPath(UNKNOWN, '/:revokeAccessTokens')),
  ]) {
    expect(answer).toMatchObject({ status: 404, body: { error: { code: 'IdentityNotFound' } } });
  }
});

test('revoking invalidates earlier tokens, of that user only', async () => {
  const [user, other] = [await createUser(rig), await createUser(rig)];
  expect(await rig.call('POST', identityPath(user.id, '/:revokeAccessTokens'))).toMatchObject({ status: 204 });
  const renewed = await rig.call('POST', identityPath(user.id, '/:issueAccessToken'), { body: { scopes: ['chat'] } });
  expect(await chatStatus(user.token)).toBe(401);
  expect(await chatStatus(renewed.body.token)).toBe(200); // in the same second as the revocation
  expect(await chatStatus(other.token)).toBe(200);
});

test('deleting an identity invalidates its tokens', async () => {
  const user = await createUser(rig);
  expect(await rig.call('DELETE', identityPath(user.id))).toMatchObject({ status: 204, body: undefined });
  expect(await chatStatus(user.token)).toBe(401);
});

// Statuses, codes, messages and targets: azure-sdk-for-python, sdk/communication/azure-communication-identity/tests/recordings,
// test_get_token_for_teams_user_with_….json; 2023-10-01 and later versions have the same shapes.
describe('exchangeTeamsUserAccessToken', () => {
  const PATH = '/teamsUser/:exchangeAccessToken?api-version=2023-10-01';
  const exchange = (more: object = {}, claims: object = {}) => {
    const token = teamsToken(rig.clock.now(), claims);
    return rig.call('POST', PATH, { body: { token, appId: TEAMS_APP, userId: TEAMS_USER, ...more } });
  };
  const HOUR_SECONDS = 3600;

  test('returns a token that expires when the Teams user’s does', async () => {
    const exp = Math.floor(rig.clock.now().getTime() / 1000) + HOUR_SECONDS;
    const { status, body } = await exchange({}, { exp });
    expect(status).toBe(200);
    expect(Object.keys(body)).toEqual(['token', 'expiresOn']);
    expect(body.expiresOn).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}\+00:00$/);
    expect(Date.parse(body.expiresOn)).toBe(exp * 1000);
    expect(decodeJwt(body.token)).toMatchObject({ exp, skypeid: `orgid:${TEAMS_USER}` });
    expect(await chatStatus(body.token)).toBe(401);
  });

  test('accepts the claims of version 2.0, and ids in any case', async () => {
    expect((await exchange({}, { appid: undefined, azp: TEAMS_APP.toUpperCase() })).status).toBe(200);
    expect((await exchange({ userId: TEAMS_USER.toUpperCase() })).status).toBe(200);
  });

  test.each([
    ['empty', { token: '' }, {}],
    ['absent', { token: null }, {}],
    ['no JWT', { token: 'invalid' }, {}],
    ['empty, whatever else is wrong', { token: '', userId: '' }, {}],
    ['expired', {}, { exp: 1 }],
    ['without the permissions', {}, { scp: 'User.Read' }],
    ['without a user', {}, { oid: undefined }],
    ['without an application', {}, { appid: undefined }],
    ['without an expiry', {}, { exp: undefined }],
  ])('rejects a token that is %s', async (_, more, claims) => {
    const error = { code: 'InvalidAccessToken', message: 'Provided access token is not valid.' };
    expect(await exchange(more, claims)).toMatchObject({ status: 401, body: { error } });
  });

  const OTHER = '81e78ca8-ade5-4998-9c05-1e17f850fcfe';

  test.each([
    [{ appId: '' }, 'AppId: The AppId field is required.', 'AppId'],
    [{ appId: undefined }, 'AppId: The AppId field is required.', 'AppId'],
    [{ userId: '' }, 'UserId: The UserId field is required.', 'UserId'],
    [{ appId: 'invalid' }, 'Provided AppId has invalid format.', 'appId'],
    [{ userId: 'invalid' }, 'Provided UserId has invalid format.', 'userId'],
    [{ appId: OTHER }, 'AAD application is not the expected one.', 'appId'],
    [{ userId: OTHER }, 'Provided AAD token issued for unexpected user.', 'userId'],
  ])('rejects %j', async (more, message, target) => {
    const error = { code: 'ValidationError', message, target };
    expect(await exchange(more)).toMatchObject({ status: 400, body: { error } });
  });
});
