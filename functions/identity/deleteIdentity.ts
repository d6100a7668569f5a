import { noBody } from '../../shared/contract/common.ts';
import { identityParams } from '../../shared/contract/identity.ts';
import { operation } from '../../shared/operation/define.ts';

/** Deletes an identity and revokes its tokens; one that does not exist counts as deleted. */
export const deleteIdentity = operation({
  name: 'deleteIdentity',
  tag: 'Identity',
  summary: 'Deletes an identity and revokes its tokens. Also succeeds if there is no such identity.',
  method: 'DELETE',
  route: 'identities/{id}',
  queue: 'delete-identity',
  request: { params: identityParams, body: noBody },
  responses: { 204: null },
  identity: ({ params }) => params.id,
  run: async ({ params }, { acs, identities }) => {
    await identities.delete(acs, params.id);
    return { status: 204, effect: { resource: { type: 'identity', id: params.id } } };
  },
});
