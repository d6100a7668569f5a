import { smsBatch, smsBatchParams } from '../../shared/contract/smsBatch.ts';
import { operation } from '../../shared/operation/define.ts';

export const getSmsBatch = operation({
  name: 'getSmsBatch',
  tag: 'SMS',
  summary: 'Returns a batch’s state, counts and estimated completion time.',
  http: { method: 'GET', route: 'sms/batches/{id}' },
  params: smsBatchParams,
  responses: { 200: smsBatch },
  isLocal: true,
  canExpire: true,
  run: async ({ params }, { smsBatches, client }) => {
    const { batchStatus } = await import('../../shared/smsbatch/status.ts');
    return { status: 200, body: await batchStatus(smsBatches, client, params.id) };
  },
});
