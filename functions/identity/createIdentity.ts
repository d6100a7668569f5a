import * as acs from '../../shared/acs/identity.ts';
import { noParams } from '../../shared/contract/common.ts';
import { createIdentityRequest, identityResult, identityResultWithoutToken } from '../../shared/contract/identity.ts';
import { operation } from '../../shared/operation/define.ts';

export const createIdentity = operation({
  name: 'createIdentity',
  tag: 'Identity',
  summary: 'Creates an identity. If scopes are given, also issues an access token.',
  http: { method: 'POST', route: 'identities' },
  queue: 'create-identity',
  params: noParams,
  body: { schema: createIdentityRequest.default({}) },
  responses: { 201: identityResult },
  secrets: {
    strip: (body) => {
      const { accessToken, ...result } = identityResult.parse(body);
      return accessToken ? { ...result, accessToken: { expiresOn: accessToken.expiresOn } } : result;
    },
    renew: async (stored, { body }, context) => {
      const result = identityResultWithoutToken.parse(stored.body);
      const { createTokenWithScopes: scopes, expiresInMinutes } = body;
      if (!result.accessToken || !scopes) return stored;
      const { id } = result.identity;
      await context.assertMayUse(id);
      const accessToken = await acs.issueAccessToken(context.acs, id, { scopes, expiresInMinutes });
      return { ...stored, body: { ...result, accessToken } };
    },
  },
  run: async ({ body }, { acs: session, identities, client }) => {
    const result = await identities.create(session, client, body);
    return { status: 201, body: result, effect: { resource: { type: 'identity', id: result.identity.id } } };
  },
});
