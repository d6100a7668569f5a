import { redriveSmsBatchRequest, smsBatch, smsBatchParams } from '../../shared/contract/smsBatch.ts';
import { operation } from '../../shared/operation/define.ts';

export const redriveSmsBatch = operation({
  name: 'redriveSmsBatch',
  tag: 'SMS',
  summary: 'Resends the failed messages of a completed batch; those in doubt only on request.',
  http: { method: 'POST', route: 'sms/batches/{id}:redrive' },
  params: smsBatchParams,
  body: { schema: redriveSmsBatchRequest.default({}) },
  responses: { 202: smsBatch },
  isLocal: true,
  isSending: true,
  canExpire: true,
  run: async ({ params, body }, context) => {
    const { includeInDoubt = false } = body;
    const { redriveBatch } = await import('../../shared/smsbatch/redrive.ts');
    const charge = (recipients: number) => context.chargeRedrive(recipients);
    const batch = await redriveBatch(context.smsBatches, context.client, params.id, includeInDoubt, charge);
    return { status: 202, body: batch, effect: { resource: { type: 'smsBatch', id: params.id } } };
  },
});
