import { noBody } from '../../shared/contract/common.ts';
import { smsBatch, smsBatchParams } from '../../shared/contract/smsBatch.ts';
import { operation } from '../../shared/operation/define.ts';
import { cancelBatch } from '../../shared/smsbatch/cancellation.ts';

export const cancelSmsBatch = operation({
  name: 'cancelSmsBatch',
  tag: 'SMS',
  summary: 'Cancels a batch. Messages that are already being sent are not recalled.',
  http: { method: 'POST', route: 'sms/batches/{id}:cancel' },
  params: smsBatchParams,
  body: { schema: noBody },
  responses: { 200: smsBatch },
  isLocal: true,
  canExpire: true,
  run: async ({ params }, { smsBatches, client }) => ({
    status: 200,
    body: await cancelBatch(smsBatches, client, params.id),
    effect: { resource: { type: 'smsBatch', id: params.id } },
  }),
});
