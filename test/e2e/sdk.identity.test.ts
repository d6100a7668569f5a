import { CommunicationIdentityClient } from '@azure/communication-identity';
import { describe, expect, inject, test } from 'vitest';
import { identityIds } from '../setup/emulator.ts';
import { TEAMS_APP, TEAMS_USER, teamsToken } from '../setup/teams.ts';
import { INSECURE, overTls, SDK_TARGETS, TRUSTING, withWrongKey } from './targets.ts';

const { acs } = inject('stack');
const HOUR_MILLISECONDS = 60 * 60 * 1000;

function teamsUser(claims: object = {}) {
  return { teamsUserAadToken: teamsToken(new Date(), claims), clientId: TEAMS_APP, userObjectId: TEAMS_USER };
}

/** Of a call of ACS itself. */
async function statusOfChat(token: string): Promise<number> {
  const headers = { authorization: `Bearer ${token}` };
  return (await fetch(`${acs}/chat/threads?api-version=2025-03-15`, { headers })).status;
}

describe.each(SDK_TARGETS)('CommunicationIdentityClient against $name', (target) => {
  test('creates, issues tokens and deletes', async () => {
    const client = new CommunicationIdentityClient(target.connectionString, INSECURE);
    const user = await client.createUser();
    expect(await identityIds(acs)).toContain(user.communicationUserId);
    const { token, expiresOn } = await client.getToken(user, ['chat', 'voip'], { tokenExpiresInMinutes: 60 });
    expect(token.split('.')).toHaveLength(3);
    expect(expiresOn.getTime() - Date.now()).toBeLessThanOrEqual(HOUR_MILLISECONDS);
    await client.deleteUser(user);
    expect(await identityIds(acs)).not.toContain(user.communicationUserId);
    await expect(client.getToken(user, ['chat'])).rejects.toMatchObject({ statusCode: 404 });
  });

  test('creates with a token in one call, over https', async () => {
    const client = new CommunicationIdentityClient(overTls(target), TRUSTING);
    const { user, token, expiresOn } = await client.createUserAndToken(['chat']);
    expect(user.communicationUserId).toMatch(/^8:acs:/);
    expect(token.split('.')).toHaveLength(3);
    expect(expiresOn.getTime() - Date.now()).toBeGreaterThan(HOUR_MILLISECONDS);
  });

  test('is refused a life of a token that ACS does not give', async () => {
    const client = new CommunicationIdentityClient(target.connectionString, INSECURE);
    const user = await client.createUser();
    const issue = client.getToken(user, ['chat'], { tokenExpiresInMinutes: 59 });
    await expect(issue).rejects.toMatchObject({ statusCode: 400 });
  });

  test('revokes the tokens so far, and none of later', async () => {
    const client = new CommunicationIdentityClient(target.connectionString, INSECURE);
    const { user, token } = await client.createUserAndToken(['chat']);
    expect(await statusOfChat(token)).toBe(200);
    await expect(client.revokeTokens(user)).resolves.toBeUndefined();
    expect(await statusOfChat(token)).toBe(401);
    expect(await statusOfChat((await client.getToken(user, ['chat'])).token)).toBe(200);
  });

  test('exchanges the token of a Teams user', async () => {
    const client = new CommunicationIdentityClient(target.connectionString, INSECURE);
    const expiresOn = new Date(Math.floor(Date.now() / 1000) * 1000 + HOUR_MILLISECONDS);
    const exchanged = await client.getTokenForTeamsUser(teamsUser({ exp: expiresOn.getTime() / 1000 }));
    expect(exchanged).toEqual({ token: expect.stringMatching(/^eyJ/), expiresOn });
  });

  // azure-sdk-for-python, azure-communication-identity/tests/recordings: test_get_token_for_teams_user_with_….json
  test.each([
    ['an expired token', teamsUser({ exp: 1 }), { statusCode: 401, code: 'InvalidAccessToken' }],
    ['an empty token', { ...teamsUser(), teamsUserAadToken: '' }, { statusCode: 401, code: 'InvalidAccessToken' }],
    ['a token of another application', teamsUser({ appid: TEAMS_USER }), { statusCode: 400, code: 'ValidationError' }],
    ['a token of another user', teamsUser({ oid: TEAMS_APP }), { statusCode: 400, code: 'ValidationError' }],
    ['an application without a UUID', { ...teamsUser(), clientId: 'invalid' }, { statusCode: 400 }],
    ['no user', { ...teamsUser(), userObjectId: '' }, { statusCode: 400 }],
  ])('gets no token of a Teams user for %s', async (_, options, error) => {
    const client = new CommunicationIdentityClient(target.connectionString, INSECURE);
    await expect(client.getTokenForTeamsUser(options)).rejects.toMatchObject(error);
  });

  test('is denied with a wrong key', async () => {
    const client = new CommunicationIdentityClient(withWrongKey(target), INSECURE);
    await expect(client.createUser()).rejects.toMatchObject({ statusCode: 401 });
  });
});
