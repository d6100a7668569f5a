import { noBody } from '../../shared/contract/common.ts';
import { smsBatch, smsBatchParams } from '../../shared/contract/smsbatch.ts';
import { operation } from '../../shared/operation/operation.ts';
import { batchStatus } from '../../shared/smsbatch/control.ts';

/** Where a batch of the calling client stands. */
export const getSmsBatch = operation({
  name: 'getSmsBatch',
  method: 'GET',
  route: 'sms/batches/{id}',
  request: { params: smsBatchParams, body: noBody },
  responses: { 200: smsBatch },
  run: async ({ params }, { smsBatches, client }) => ({
    status: 200,
    body: await batchStatus(smsBatches, client, params.id),
  }),
});
