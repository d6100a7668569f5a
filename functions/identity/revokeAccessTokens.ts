import { identityParams } from '../../shared/contract/identity.ts';
import { operation } from '../../shared/operation/define.ts';

export const revokeAccessTokens = operation({
  name: 'revokeAccessTokens',
  tag: 'Identity',
  summary: 'Revokes all access tokens of an identity.',
  http: { method: 'POST', route: 'identities/{id}/:revokeAccessTokens' },
  queue: 'revoke-access-tokens',
  params: identityParams,
  permissions: { identity: ({ params }) => params.id },
  responses: { 204: null },
  run: async ({ params }, { acs, identities }) => {
    await identities.revokeTokens(acs, params.id);
    return { status: 204, effect: { resource: { type: 'identity', id: params.id } } };
  },
});
