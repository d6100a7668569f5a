import type { SmsBatch, SubmitSmsBatchRequest } from '../contract/smsBatch.ts';
import { invalidField } from '../contract/switchboardError.ts';
import type { BatchAdmission } from '../limits/batchAdmission.ts';
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
import type { BatchEngine } from './engine.ts';
import { NOTHING } from './ledger/chunk.ts';
import { emitOwed } from './owed.ts';
import { chunkSize } from './pace.ts';
import { isCountry } from './recipients/numbers.ts';
import { expectedRecipients, recipientSource } from './recipients/recipientSource.ts';
import { preparedPieces, RecipientPreparation } from './recipients/recipients.ts';
import { senderPace } from './sender.ts';
import { splitBatch } from './split.ts';
import { sendSplitMessage } from './splitqueue.ts';
import { countsOf, describeBatch, describeFacts, estimateEnd } from './status.ts';

export interface Submission {
  /** The same for every repetition of one submission. */
  readonly id: string;
  readonly client: string;
  readonly request: SubmitSmsBatchRequest;
  /** Which recipients the client may send to, and how many; any when not given. */
  readonly admission?: BatchAdmission;
}

/** The longest that a queue message can wait. */
const MAXIMUM_AHEAD_MILLISECONDS = 7 * 24 * 60 * 60 * 1000;

/**
 * Accepts a batch: recipients to a file, a row, one message that starts the split. A repetition of one that was accepted
 * answers with that one. Whatever is wrong is found before anything is kept.
 *
 * @throws SwitchboardError `InvalidRequest`
 */
export async function submitBatch(engine: BatchEngine, submission: Submission): Promise<SmsBatch> {
  const { id, client, request, admission } = submission;
  const known = await engine.batches.get(client, id);
  if (known) return resume(engine, known);
  assertSendable(request, engine.now());
  const preparation = newPreparation(engine, submission);
  // Charged before the file exists: a batch that is refused leaves nothing.
  const pieces = preparedPieces(recipientSource(request), preparation, async () => admission?.charge());
  await engine.storage.blobs.writeText(BATCHES_CONTAINER, recipientsBlob(id), pieces);
  const { chunkOffsets, invalid } = preparation.summary;
  await engine.storage.blobs.write(BATCHES_CONTAINER, chunkIndexBlob(id), JSON.stringify(chunkOffsets));
  const facts = factsOf(engine, submission, preparation);
  await engine.batches.activate(id, client, engine.now());
  await engine.batches.add(facts, firstProgress(facts, engine.now()), invalid);
  const batch = await engine.batches.get(client, id);
  if (!batch) throw new Error('The row of a batch that was just added is gone.');
  return resume(engine, batch);
}

/** What `submitBatch` would answer, without keeping anything. */
export async function dryRun(engine: BatchEngine, submission: Submission): Promise<SmsBatch> {
  const { request, admission } = submission;
  assertSendable(request, engine.now());
  const preparation = newPreparation(engine, submission);
  for await (const _ of preparedPieces(recipientSource(request), preparation)) {
    // only the account is wanted
  }
  await admission?.check();
  const facts = factsOf(engine, submission, preparation);
  const progress = firstProgress(facts, engine.now());
  const { nextFree, pausedUntil } = await engine.senders.read(facts.pace);
  const end = estimateEnd({ ...facts, ...progress }, Math.max(nextFree, pausedUntil), engine.now());
  return {
    state: progress.state,
    ...describeFacts(facts, preparation.summary.invalid),
    counts: countsOf({ ...facts, ...progress }, NOTHING),
    estimatedCompletionOn: new Date(end).toISOString(),
  };
}

/** Starts the split, also of a batch whose submission died before it came to that. */
async function resume(engine: BatchEngine, batch: Batch): Promise<SmsBatch> {
  await emitOwed(engine, batch);
  if (batch.nextChunk === 0 && batch.state !== 'canceled') await startSplit(engine, batch);
  return describeBatch(engine, (await engine.batches.getRecent(batch.client, batch.id)) ?? batch);
}

/** A submission goes on to give chunks their sending times for this long: that spares them the wait for a message. */
const FIRST_SPLIT_MILLISECONDS = 1000;

/** Gives the first chunks their times at once, and the others by a message; where that fails, all by a message. */
async function startSplit(engine: BatchEngine, { client, id, sendAt = 0 }: Batch): Promise<void> {
  const message = { client, batch: id };
  const delaySeconds = Math.max(0, Math.ceil((sendAt - engine.now()) / 1000));
  const split = () => splitBatch(engine, message, FIRST_SPLIT_MILLISECONDS);
  if (delaySeconds === 0 && (await succeeds(id, inSpan({ name: 'splitSmsBatch', kind: 'internal' }, split)))) return;
  await sendSplitMessage(engine, message, delaySeconds);
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

function newPreparation(engine: BatchEngine, { request, admission }: Submission): RecipientPreparation {
  const { defaultCountry, from, message } = request;
  if (defaultCountry !== undefined && !isCountry(defaultCountry)) {
    throw invalidField('defaultCountry', 'is not a country with phone numbers');
  }
  const { ratePerMinute } = senderPace(from, engine.settings.ratesPerMinute);
  const expected = expectedRecipients(request);
  return new RecipientPreparation({
    message,
    defaultCountry,
    chunkSize: chunkSize(ratePerMinute),
    expected,
    ...(admission ? { admission } : {}),
  });
}

function assertSendable({ sendAt }: SubmitSmsBatchRequest, now: number): void {
  if (sendAt === undefined) return;
  const ahead = Date.parse(sendAt) - now;
  if (ahead < 0) throw invalidField('sendAt', 'is in the past');
  if (ahead > MAXIMUM_AHEAD_MILLISECONDS) throw invalidField('sendAt', 'is more than 7 days ahead');
}

function factsOf(
  engine: BatchEngine,
  { id, client, request }: Submission,
  preparation: RecipientPreparation,
): BatchFacts {
  const pace = senderPace(request.from, engine.settings.ratesPerMinute);
  const { total, duplicates, invalidCount, emptyPlaceholders, ...summary } = preparation.summary;
  const size = chunkSize(pace.ratePerMinute);
  return {
    id,
    client,
    from: request.from,
    message: request.message,
    options: { enableDeliveryReport: true, ...request.smsSendOptions },
    createdOn: engine.now(),
    sendAt: request.sendAt === undefined ? undefined : Date.parse(request.sendAt),
    total,
    chunkSize: size,
    chunkCount: Math.ceil(total / size),
    pace,
    encoding: summary.encoding,
    segmentsTotal: summary.segmentsTotal,
    segmentsPerMessageMaximum: summary.segmentsPerMessageMaximum,
    duplicates,
    invalidCount,
    emptyPlaceholders,
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
    owed: [{ event: 'accepted', redrives: 0 }],
    isExpired: false,
  };
}
