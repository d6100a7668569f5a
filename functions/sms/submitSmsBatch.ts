import { API_VERSION } from '../../shared/contract/common.ts';
import {
  CSV_QUERY_FIELDS,
  MAXIMUM_BATCH_BYTES,
  smsBatch,
  submitSmsBatchParams,
  submitSmsBatchRequest,
} from '../../shared/contract/smsBatch.ts';
import { operation } from '../../shared/operation/define.ts';

/** When to request the status of a batch that was just accepted. */
const RETRY_AFTER_SECONDS = 5;

/** Accepts a message to up to a million recipients. It is split, paced to the sender's rate, and sent exactly once. */
export const submitSmsBatch = operation({
  name: 'submitSmsBatch',
  tag: 'SMS',
  summary: 'Sends an SMS message to up to a million recipients, paced to the sender’s rate.',
  method: 'POST',
  route: 'sms/batches',
  queue: 'sms-batches',
  request: {
    params: submitSmsBatchParams,
    body: submitSmsBatchRequest,
    bodyLimitBytes: MAXIMUM_BATCH_BYTES,
    csvQueryFields: CSV_QUERY_FIELDS,
    longLists: ['recipients', 'smsRecipients'],
  },
  responses: { 200: smsBatch, 202: smsBatch },
  answerHeaders: ['Operation-Location', 'Retry-After'],
  isLocal: true,
  isSending: true,
  sender: ({ body }) => ({ sender: body.from, target: 'from' }),
  run: async ({ params, body }, { smsBatches, client, ids, publicUrl, batchAdmission }) => {
    // The phone number metadata is large, and only a submission needs it.
    const { dryRunBatch, submitBatch } = await import('../../shared/smsbatch/submit.ts');
    const admission = await batchAdmission(body.from);
    const submission = { id: ids.uuid('batch'), client, request: body, admission };
    if (params.dryRun) return { status: 200, body: await dryRunBatch(smsBatches, submission), effect: 'none' };
    const batch = await submitBatch(smsBatches, submission);
    return {
      status: 202,
      headers: {
        'operation-location': `${publicUrl}/sms/batches/${batch.id}?api-version=${API_VERSION}`,
        'retry-after': String(RETRY_AFTER_SECONDS),
      },
      body: batch,
      effect: {
        resource: { type: 'smsBatch', id: submission.id },
        recipients: { accepted: batch.counts.total, refused: batch.invalid.count },
      },
    };
  },
});
