import { smsBatch, smsBatchParams } from '../../shared/contract/smsBatch.ts';
import { operation } from '../../shared/operation/define.ts';

export const cancelSmsBatch = operation({
  name: 'cancelSmsBatch',
  tag: 'SMS',
  summary: 'Cancels a batch. Messages that are already being sent are not recalled.',
  http: { method: 'POST', route: 'sms/batches/{id}:cancel' },
  params: smsBatchParams,
  responses: { 200: smsBatch },
  isLocal: true,
  canExpire: true,
  run: async ({ params: { id } }, { smsBatches, client }) => {
    const { cancelBatch } = await import('../../shared/smsbatch/cancellation.ts');
    const body = await cancelBatch(smsBatches, client, id);
    return { status: 200, body, effect: { resource: { type: 'smsBatch', id } } };
  },
});
