import * as acs from '../../shared/acs/identity.ts';
import { noParams } from '../../shared/contract/common.ts';
import { createIdentityRequest, identityResult, identityResultWithoutToken } from '../../shared/contract/identity.ts';
import { operation } from '../../shared/operation/operation.ts';

/** Makes an identity and, when scopes are given, an access token for it. */
export const createIdentity = operation({
  name: 'createIdentity',
  tag: 'Identity',
  summary: 'Creates an identity. If scopes are given, also issues an access token.',
  method: 'POST',
  route: 'identities',
  queue: 'create-identity',
  request: { params: noParams, body: createIdentityRequest.default({}) },
  responses: { 201: identityResult },
  withoutSecrets: (body) => {
    const { accessToken, ...result } = identityResult.parse(body);
    return accessToken ? { ...result, accessToken: { expiresOn: accessToken.expiresOn } } : result;
  },
  renew: async (kept, { body }, context) => {
    const result = identityResultWithoutToken.parse(kept.body);
    const { createTokenWithScopes: scopes, expiresInMinutes } = body;
    if (!result.accessToken || !scopes) return kept;
    const accessToken = await acs.issueAccessToken(context.acs, result.identity.id, { scopes, expiresInMinutes });
    return { ...kept, body: { ...result, accessToken } };
  },
  run: async ({ body }, context) => ({ status: 201, body: await acs.createIdentity(context.acs, body) }),
});
