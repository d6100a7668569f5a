import { noBody } from '../../shared/contract/common.ts';
import { smsBatch, smsBatchParams } from '../../shared/contract/smsBatch.ts';
import { operation } from '../../shared/operation/define.ts';

/** Where a batch of the calling client stands. */
export const getSmsBatch = operation({
  name: 'getSmsBatch',
  tag: 'SMS',
  summary: 'Returns a batch’s state, counts and estimated completion time.',
  method: 'GET',
  route: 'sms/batches/{id}',
  request: { params: smsBatchParams, body: noBody },
  responses: { 200: smsBatch },
  isLocal: true,
  canExpire: true,
  run: async ({ params }, { smsBatches, client }) => ({
    status: 200,
    body: await smsBatches.status(client, params.id),
  }),
});
