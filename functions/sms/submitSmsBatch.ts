import { assertSupported } from '../../shared/acs/smsOptions.ts';
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

export const submitSmsBatch = operation({
  name: 'submitSmsBatch',
  tag: 'SMS',
  summary: 'Sends an SMS message to up to a million recipients, paced to the sender’s rate.',
  http: { method: 'POST', route: 'sms/batches', answerHeaders: ['Operation-Location', 'Retry-After'] },
  queue: 'sms-batches',
  params: submitSmsBatchParams,
  body: {
    schema: submitSmsBatchRequest,
    limitBytes: MAXIMUM_BATCH_BYTES,
    csvQueryFields: CSV_QUERY_FIELDS,
    longLists: ['recipients', 'smsRecipients'],
  },
  permissions: { sender: ({ body }) => ({ sender: body.from, target: 'from' }) },
  responses: { 200: smsBatch, 202: smsBatch },
  isLocal: true,
  isSending: true,
  run: async ({ params, body }, context) => {
    const { acs, smsBatches, client, ids, publicUrl } = context;
    assertSupported(body.smsSendOptions, acs.apiVersions.sms);
    const { dryRunBatch, submitBatch } = await import('../../shared/smsbatch/submit.ts');
    const admission = await context.batchAdmission(body.from);
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
