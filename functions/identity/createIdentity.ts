import * as acs from '../../shared/acs/identity.ts';
import { noParams } from '../../shared/contract/common.ts';
import { createIdentityRequest, identityResult, identityResultWithoutToken } from '../../shared/contract/identity.ts';
import { operation } from '../../shared/operation/define.ts';

/** Creates an identity that belongs to the calling client. */
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
    const { id } = result.identity;
    await context.assertMayUse(id);
    const accessToken = await acs.issueAccessToken(context.acs, id, { scopes, expiresInMinutes });
    return { ...kept, body: { ...result, accessToken } };
  },
  run: async ({ body }, { acs: session, identities, client }) => {
    const result = await identities.create(session, client, body);
    return { status: 201, body: result, effect: { resource: { type: 'identity', id: result.identity.id } } };
  },
});
