import { noBody } from '../../shared/contract/common.ts';
import { smsBatch, smsBatchParams } from '../../shared/contract/smsBatch.ts';
import { operation } from '../../shared/operation/define.ts';
import { cancelBatch } from '../../shared/smsbatch/cancellation.ts';

/** Cancels a batch: only messages that are already being sent are still sent. */
export const cancelSmsBatch = operation({
  name: 'cancelSmsBatch',
  tag: 'SMS',
  summary: 'Cancels a batch. Messages that are already being sent are not recalled.',
  method: 'POST',
  route: 'sms/batches/{id}:cancel',
  request: { params: smsBatchParams, body: noBody },
  responses: { 200: smsBatch },
  isLocal: true,
  canExpire: true,
  run: async ({ params }, { smsBatches, client }) => ({
    status: 200,
    body: await cancelBatch(smsBatches, client, params.id),
    effect: { resource: { type: 'smsBatch', id: params.id } },
  }),
});
