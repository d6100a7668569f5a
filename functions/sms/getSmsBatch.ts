import { noBody } from '../../shared/contract/common.ts';
import { smsBatch, smsBatchParams } from '../../shared/contract/smsbatch.ts';
import { operation } from '../../shared/operation/operation.ts';
<<<<<<< Updated upstream
import { batchStatus } from '../../shared/smsbatch/control.ts';
=======
import { readBatch } from '../../shared/smsbatch/control.ts';
>>>>>>> Stashed changes

/** Where a batch of the calling client stands. */
export const getSmsBatch = operation({
  name: 'getSmsBatch',
  method: 'GET',
  route: 'sms/batches/{id}',
  request: { params: smsBatchParams, body: noBody },
  responses: { 200: smsBatch },
  run: async ({ params }, { smsBatches, client }) => ({
    status: 200,
<<<<<<< Updated upstream
    body: await batchStatus(smsBatches, client, params.id),
=======
    body: await readBatch(smsBatches, client, params.id),
>>>>>>> Stashed changes
  }),
});
