import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  accessToken,
  createIdentityRequest,
  identityResult,
  issueAccessTokenRequest,
} from '../../../shared/contract/identity.ts';
import { accepts, refusedFields } from './fixtures.ts';

test('the lifetime of a token is 60 to 1440 minutes', () => {
  const minutes = fc.oneof(fc.integer({ min: -5, max: 1500 }), fc.constantFrom(59, 60, 1440, 1441));
  fc.assert(
    fc.property(minutes, (expiresInMinutes) => {
      const refused = expiresInMinutes >= 60 && expiresInMinutes <= 1440 ? [] : ['expiresInMinutes'];
      expect(refusedFields(issueAccessTokenRequest, { scopes: ['chat'], expiresInMinutes })).toEqual(refused);
      expect(refusedFields(createIdentityRequest, { createTokenWithScopes: ['chat'], expiresInMinutes })).toEqual(
        refused,
      );
    }),
  );
  expect(accepts(issueAccessTokenRequest, { scopes: ['chat'], expiresInMinutes: 60.5 })).toBe(false);
});

describe('scopes', () => {
  test('are those of ACS', () => {
    const scopes = ['chat', 'voip', 'chat.join', 'chat.join.limited', 'voip.join'];
    expect(accepts(issueAccessTokenRequest, { scopes })).toBe(true);
    expect(refusedFields(issueAccessTokenRequest, { scopes: ['chat', 'admin'] })).toEqual(['scopes[1]']);
    expect(refusedFields(createIdentityRequest, { createTokenWithScopes: ['Chat'] })).toEqual([
      'createTokenWithScopes[0]',
    ]);
  });

  test('are required to issue a token, but not to create an identity', () => {
    expect(refusedFields(issueAccessTokenRequest, {})).toEqual(['scopes']);
    expect(refusedFields(issueAccessTokenRequest, { scopes: [] })).toEqual(['scopes']);
    expect(accepts(createIdentityRequest, {})).toBe(true);
  });
});

test('unknown fields are ignored, as on ACS', () => {
  expect(createIdentityRequest.parse({ isNew: true })).toEqual({});
  expect(issueAccessTokenRequest.parse({ scopes: ['chat'], expires: 60 })).toEqual({ scopes: ['chat'] });
});

test('results have ACS’s form, with all fields that callers rely on', () => {
  const token = { token: 'eyJ', expiresOn: '2022-09-07T14:34:56.2714874+00:00' };
  expect(identityResult.parse({ identity: { id: '8:acs:x' }, accessToken: token })).toEqual({
    identity: { id: '8:acs:x' },
    accessToken: token,
  });
  expect(accepts(identityResult, { identity: { id: '8:acs:x' }, accessToken: null })).toBe(true);
  expect(accepts(identityResult, { identity: {} })).toBe(false);
  expect(accepts(accessToken, { token: 'eyJ' })).toBe(false);
});
