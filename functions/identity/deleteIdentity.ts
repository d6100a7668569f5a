import { identityParams } from '../../shared/contract/identity.ts';
import { operation } from '../../shared/operation/define.ts';

export const deleteIdentity = operation({
  name: 'deleteIdentity',
  tag: 'Identity',
  summary: 'Deletes an identity and revokes its tokens. Succeeds even if the identity does not exist.',
  http: { method: 'DELETE', route: 'identities/{id}' },
  queue: 'delete-identity',
  params: identityParams,
  permissions: { identity: ({ params }) => params.id },
  responses: { 204: null },
  run: async ({ params }, { acs, identities }) => {
    await identities.delete(acs, params.id);
    return { status: 204, effect: { resource: { type: 'identity', id: params.id } } };
  },
});
