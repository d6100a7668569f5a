import { describe, expect, test } from 'vitest';
import { createIdentity, deleteIdentity, issueAccessToken } from '../../../shared/acs/identity.ts';
import { SwitchboardError } from '../../../shared/contract/switchboardError.ts';
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
