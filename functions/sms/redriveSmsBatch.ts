import { redriveSmsBatchRequest, smsBatch, smsBatchParams } from '../../shared/contract/smsBatch.ts';
import { operation } from '../../shared/operation/define.ts';
import { redriveBatch } from '../../shared/smsbatch/redrive.ts';

/** Resends the failed messages of a batch that is over; messages in doubt only on request. */
export const redriveSmsBatch = operation({
  name: 'redriveSmsBatch',
  tag: 'SMS',
  summary: 'Resends the failed messages of a completed batch; those in doubt only on request.',
  method: 'POST',
  route: 'sms/batches/{id}:redrive',
  request: { params: smsBatchParams, body: redriveSmsBatchRequest.default({}) },
  responses: { 202: smsBatch },
  isLocal: true,
  isSending: true,
  canExpire: true,
  run: async ({ params, body }, { smsBatches, client, chargeRedrive }) => {
    const { includeInDoubt = false } = body;
    const batch = await redriveBatch(smsBatches, client, params.id, includeInDoubt, chargeRedrive);
    return { status: 202, body: batch, effect: { resource: { type: 'smsBatch', id: params.id } } };
  },
});
