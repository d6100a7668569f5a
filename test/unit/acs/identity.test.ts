import { describe, expect, test } from 'vitest';
import {
  createIdentity,
  deleteIdentity,
  exchangeTeamsUserAccessToken,
  issueAccessToken,
  revokeAccessTokens,
} from '../../../shared/acs/identity.ts';
import { SwitchboardError } from '../../../shared/contract/switchboardError.ts';
import { jwt } from '../../setup/credentials.ts';
import { TEAMS_APP, TEAMS_USER } from '../../setup/teams.ts';
import { fakeSession } from './fixtures.ts';

const USER = '8:acs:a_b';
const TOKEN = { token: 'eyJ.a.b', expiresOn: '2022-09-07T14:34:56.2714874+00:00' };

test('an identity is created as requested', async () => {
  const acs = fakeSession(() => ({ status: 201, body: { identity: { id: USER }, accessToken: TOKEN } }));
  const body = { createTokenWithScopes: ['chat' as const], expiresInMinutes: 60 };
  expect(await createIdentity(acs, body)).toEqual({ identity: { id: USER }, accessToken: TOKEN });
  expect(acs.sent).toEqual([
    { service: 'identity', method: 'POST', path: '/identities', body, repetition: 'harmless' },
  ]);
});

test('a token is issued for an id, encoded once', async () => {
  const acs = fakeSession(() => ({ body: TOKEN }));
  expect(await issueAccessToken(acs, USER, { scopes: ['chat'] })).toEqual(TOKEN);
  expect(acs.sent[0]).toMatchObject({
    path: '/identities/8%3Aacs%3Aa_b/:issueAccessToken',
    body: { scopes: ['chat'] },
  });
});

test('tokens are revoked for an id, encoded once, without a body', async () => {
  const acs = fakeSession(() => ({ status: 204 }));
  await revokeAccessTokens(acs, USER);
  const route = '/identities/{id}/:revokeAccessTokens';
  const path = '/identities/8%3Aacs%3Aa_b/:revokeAccessTokens';
  expect(acs.sent).toEqual([{ service: 'identity', method: 'POST', path, route, repetition: 'harmless' }]);
});

test('a Teams user’s token is exchanged as it is', async () => {
  const acs = fakeSession(() => ({ body: TOKEN }));
  const body = { token: 'entra', appId: TEAMS_APP, userId: TEAMS_USER };
  expect(await exchangeTeamsUserAccessToken(acs, body)).toEqual(TOKEN);
  expect(acs.sent).toMatchObject([{ method: 'POST', path: '/teamsUser/:exchangeAccessToken', body }]);
});

const JWT = jwt({ name: 'Anna', oid: TEAMS_USER }, undefined, 's'.repeat(342));

test.each([
  ['a token', 'e'.repeat(32), ['e'.repeat(32)]],
  // The parts of a JWT, of which the first two can be read (RFC 7519 §3).
  ['a JWT', JWT, [JWT, ...JWT.split('.')]],
  ['a word of ACS’s message', 'valid', []],
  ['an empty string', '', []],
])('%s that is exchanged is left out of errors if it is a secret', async (_, token, secrets) => {
  const acs = fakeSession(() => ({ body: TOKEN }));
  await exchangeTeamsUserAccessToken(acs, { token, appId: TEAMS_APP, userId: TEAMS_USER });
  expect(acs.sent[0]?.secrets).toEqual(secrets);
});

describe('deleting an identity', () => {
  const failing = (error: Error) =>
    fakeSession(() => {
      throw error;
    });

  test('sends one request', async () => {
    const acs = fakeSession(() => ({ status: 204 }));
    await deleteIdentity(acs, USER);
    expect(acs.sent).toEqual([
      {
        ...{ service: 'identity', method: 'DELETE', repetition: 'harmless' },
        ...{ path: '/identities/8%3Aacs%3Aa_b', route: '/identities/{id}' },
      },
    ]);
  });

  test('that ACS does not know succeeds', async () => {
    const error = new SwitchboardError('UpstreamRejected', 'x', { upstream: { status: 404, code: 'NotFound' } });
    await expect(deleteIdentity(failing(error), USER)).resolves.toBeUndefined();
  });

  test.each([
    new SwitchboardError('UpstreamRejected', 'x', { upstream: { status: 409, code: 'Conflict' } }),
    new SwitchboardError('UpstreamUnavailable', 'x'),
    new Error('x'),
  ])('fails otherwise: %s', async (error) => {
    await expect(deleteIdentity(failing(error), USER)).rejects.toBe(error);
  });
});
