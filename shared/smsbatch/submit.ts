import type { SmsBatch, SubmitSmsBatchRequest } from '../contract/smsBatch.ts';
import { invalidField } from '../contract/switchboardError.ts';
import type { BatchAdmission } from '../limits/batchAdmission.ts';
import { MAXIMUM_DELAY_SECONDS } from '../storage/queues.ts';
import { logFailure } from '../telemetry/failureLog.ts';
import { inSpan } from '../telemetry/telemetry.ts';
import {
  BATCHES_CONTAINER,
  type Batch,
  type BatchFacts,
  type BatchProgress,
  chunkIndexBlob,
  recipientsBlob,
  SPLIT_GRACE_MILLISECONDS,
} from './batch.ts';
import type { BatchContext } from './batchContext.ts';
import { countsOf, NOTHING } from './ledger/counters.ts';
import { emitPending } from './outcome.ts';
import { isCountry } from './recipients/numbers.ts';
import { preparedPieces, RecipientPreparation } from './recipients/preparation.ts';
import { expectedRecipients, recipientSource } from './recipients/recipientSource.ts';
import { sendSplitMessage } from './send/batchQueues.ts';
import { chunkSize, senderPace } from './send/pace.ts';
import { splitBatch } from './split.ts';
import { describeBatch, describeFacts, estimateEnd } from './status.ts';

export interface Submission {
  /** The same for every repetition of a submission. */
  readonly id: string;
  readonly client: string;
  readonly request: SubmitSmsBatchRequest;
  /** Which recipients the client may send to, and how many; without it, any. */
  readonly admission?: BatchAdmission;
}

/**
 * Accepts a batch: stores its recipients and a row, and starts the split. A repeated submission returns the existing
 * batch. The request is validated as a whole before anything is stored.
 *
 * @throws SwitchboardError `InvalidRequest`
 */
export async function submitBatch(context: BatchContext, submission: Submission): Promise<SmsBatch> {
  const { id, client, request, admission } = submission;
  const known = await context.batches.get(client, id);
  if (known) return start(context, known);
  assertSendable(request, context.now());
  const preparation = newPreparation(context, submission);
  // Charged before the blob is complete: a rejected batch leaves nothing behind.
  const pieces = preparedPieces(recipientSource(request), preparation, async () => admission?.charge());
  await context.storage.blobs.writeText(BATCHES_CONTAINER, recipientsBlob(id), pieces);
  const { chunkOffsets, invalid } = preparation.summary;
  await context.storage.blobs.write(BATCHES_CONTAINER, chunkIndexBlob(id), JSON.stringify(chunkOffsets));
  const facts = factsOf(context, submission, preparation);
  await context.batches.activate(id, client, context.now());
  await context.batches.add(facts, firstProgress(facts, context.now()), invalid);
  const batch = await context.batches.get(client, id);
  if (!batch) throw new Error('The row of a batch that was just added is missing.');
  return start(context, batch);
}

/** Returns what `submitBatch` would return, without storing or sending anything. */
export async function dryRunBatch(context: BatchContext, submission: Submission): Promise<SmsBatch> {
  const { request, admission } = submission;
  assertSendable(request, context.now());
  const preparation = newPreparation(context, submission);
  for await (const _ of preparedPieces(recipientSource(request), preparation)) {
    // only the summary is needed
  }
  await admission?.check();
  const facts = factsOf(context, submission, preparation);
  const progress = firstProgress(facts, context.now());
  const { nextFree, pausedUntil } = await context.senders.read(facts.pace);
  const end = estimateEnd({ ...facts, ...progress }, Math.max(nextFree, pausedUntil), context.now());
  return {
    state: progress.state,
    ...describeFacts(facts, preparation.summary.invalid),
    counts: countsOf({ ...facts, ...progress }, NOTHING),
    estimatedCompletionOn: new Date(end).toISOString(),
  };
}

/** Starts the split, also when an earlier submission died before doing so. */
async function start(context: BatchContext, batch: Batch): Promise<SmsBatch> {
  await emitPending(context, batch);
  if (batch.nextChunk === 0 && batch.state !== 'canceled') await startSplit(context, batch);
  return describeBatch(context, (await context.batches.getRecent(batch.client, batch.id)) ?? batch);
}

/**
 * How long a submission itself splits, which saves chunks the wait for a queue message: up to a second if the queue was empty.
 * The caller waits for as long; meanwhile, thousands of recipients are on their way.
 */
const FIRST_SPLIT_MILLISECONDS = 500;

/** Splits the first chunks immediately and leaves the rest to a queue message; if that fails, leaves all to a message. */
async function startSplit(context: BatchContext, { client, id, sendAt = 0 }: Batch): Promise<void> {
  const message = { client, batch: id };
  const delaySeconds = Math.max(0, Math.ceil((sendAt - context.now()) / 1000));
  const split = () => splitBatch(context, message, FIRST_SPLIT_MILLISECONDS);
  if (delaySeconds === 0 && (await succeeds(id, inSpan({ name: 'splitSmsBatch', kind: 'internal' }, split)))) return;
  await sendSplitMessage(context, message, delaySeconds);
}

async function succeeds(id: string, firstSplit: Promise<void>): Promise<boolean> {
  try {
    await firstSplit;
    return true;
  } catch (error) {
    logFailure(`The first split of batch ${id} failed; a queue message starts another one`, error);
    return false;
  }
}

function newPreparation(context: BatchContext, { request, admission }: Submission): RecipientPreparation {
  const { defaultCountry, from, message } = request;
  if (defaultCountry !== undefined && !isCountry(defaultCountry)) {
    throw invalidField('defaultCountry', 'is not a country with phone numbers');
  }
  const { ratePerMinute } = senderPace(from, context.settings.ratesPerMinute);
  return new RecipientPreparation({
    message,
    defaultCountry,
    chunkSize: chunkSize(ratePerMinute),
    expected: expectedRecipients(request),
    ...(admission ? { admission } : {}),
  });
}

/** A scheduled batch waits as a single queue message. */
function assertSendable({ sendAt }: SubmitSmsBatchRequest, now: number): void {
  if (sendAt === undefined) return;
  const ahead = Date.parse(sendAt) - now;
  if (ahead < 0) throw invalidField('sendAt', 'is in the past');
  if (ahead > MAXIMUM_DELAY_SECONDS * 1000) throw invalidField('sendAt', 'is more than 7 days ahead');
}

function factsOf(
  context: BatchContext,
  { id, client, request }: Submission,
  preparation: RecipientPreparation,
): BatchFacts {
  const pace = senderPace(request.from, context.settings.ratesPerMinute);
  const { chunkOffsets: _offsets, invalid: _invalid, ...counted } = preparation.summary;
  const size = chunkSize(pace.ratePerMinute);
  return {
    id,
    client,
    from: request.from,
    message: request.message,
    options: { enableDeliveryReport: true, ...request.smsSendOptions },
    createdOn: context.now(),
    sendAt: request.sendAt === undefined ? undefined : Date.parse(request.sendAt),
    chunkSize: size,
    chunkCount: Math.ceil(counted.total / size),
    pace,
    ...counted,
  };
}

function firstProgress({ sendAt }: BatchFacts, now: number): BatchProgress {
  return {
    state: sendAt === undefined || sendAt <= now ? 'running' : 'scheduled',
    nextChunk: 0,
    lastChunkOn: 0,
    splitDueOn: Math.max(now, sendAt ?? 0) + SPLIT_GRACE_MILLISECONDS,
    redrives: 0,
    redriveInDoubt: false,
    reopened: 0,
    reported: 0,
    completedOn: undefined,
    reason: undefined,
    isRevoked: false,
    pendingEvents: [{ event: 'accepted', redrives: 0 }],
    isExpired: false,
  };
}
