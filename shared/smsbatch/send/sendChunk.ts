import { lastStartInWindow } from '../../contract/sendWindow.ts';
import { workPutBack } from '../../telemetry/measures.ts';
import { annotate } from '../../telemetry/telemetry.ts';
import type { Batch } from '../batch.ts';
import type { BatchContext } from '../batchContext.ts';
import { completeWhenDone } from '../completion.ts';
import {
  type ChunkResults,
  type ChunkState,
  failedResult,
  fillOpen,
  isDoubtful,
  newChunkState,
  openCount,
  type StoredChunk,
  tallyOf,
} from '../ledger/chunks.ts';
import { subtractTally } from '../ledger/counters.ts';
import { EXPIRED, isExpiry } from '../recipients/recipientsFile.ts';
import { type AttemptResult, attemptChunk, leaseMilliseconds } from './attempt.ts';
import { CHUNK_QUEUE, type ChunkName, NO_TIME, sendChunkMessage, type TimedChunk } from './batchQueues.ts';
import { isDue, isOnTime, putBackChunk } from './chunkTime.ts';
import { revokeIfRefused } from './permission.ts';

/** Tries of a chunk that fails for transient reasons. */
const MAXIMUM_TRIES = 5;

const FIRST_BACKOFF_MILLISECONDS = 10_000;

/**
 * Sends one chunk. Its row says `sending` before ACS is called and has the results, in one transaction with the counters,
 * afterwards. Thus an interrupted chunk is found again and repeated with the same ids, or not at all.
 */
export async function sendChunk(context: BatchContext, message: TimedChunk): Promise<void> {
  annotate({ 'switchboard.batch.id': message.batch, 'switchboard.batch.chunk': message.chunk });
  const batch = await context.batches.getRecent(message.client, message.batch);
  if (!batch || message.chunk >= batch.chunkCount) return;
  const isCanceled = batch.state === 'canceled' || (await revokeIfRefused(context, batch));
  if (isCanceled) return closeCanceledChunk(context, batch, message.chunk);
  const pausedUntil = await context.senders.pausedUntil(batch.pace);
  if (pausedUntil > context.now()) return putBackChunk(context, batch, message, pausedUntil);
  // Everything is read before the claim: if a read fails, the chunk has certainly not been sent.
  const recipients = await existingRecipients(context, batch, message.chunk);
  await context.optOuts.optedOut(batch.from, []);
  if (!(await isOnTime(context, batch, message))) return;
  const claimed = await claimChunk(context, batch, message.chunk, leaseMilliseconds(recipients ?? []));
  if (!claimed) return;
  const { state } = claimed;
  if (!recipients) return finishChunk(context, batch, claimed, resultsOfUnsent(state, 410, EXPIRED));
  if (isTooLate(context, state)) return finishChunk(context, batch, claimed, fillOpen(state.results, ['inDoubt']));
  const attempt = await attemptChunk(context, { batch, chunk: message.chunk, recipients, state });
  await settleAttempt(context, { batch, message, claimed, attempt });
}

/** Undefined when they have been deleted. */
async function existingRecipients(context: BatchContext, batch: Batch, chunk: number) {
  try {
    return await context.recipients.of(batch, chunk);
  } catch (error) {
    if (isExpiry(error)) return undefined;
    throw error;
  }
}

/** Whether ACS may no longer recognize the ids of messages that may have been sent. */
function isTooLate({ now, settings }: BatchContext, { doubtful, firstSent }: ChunkState): boolean {
  return doubtful && now() > lastStartInWindow(firstSent, settings.repeatabilityWindowSeconds);
}

interface AttemptedChunk {
  readonly batch: Batch;
  readonly message: ChunkName;
  readonly claimed: StoredChunk;
  readonly attempt: AttemptResult;
}

/** Writes the results of a try. Requeues the chunk while recipients are open and tries are left. */
async function settleAttempt(context: BatchContext, { batch, message, claimed, attempt }: AttemptedChunk) {
  const { results, reason, pauseSeconds } = attempt;
  if (!results.includes(null)) return finishChunk(context, batch, claimed, results);
  const doubtful = claimed.state.doubtful || attempt.doubtful;
  const isFailedTry = reason !== undefined && pauseSeconds === undefined;
  const failedTries = claimed.state.failedTries + (isFailedTry ? 1 : 0);
  if (!doubtful && failedTries >= MAXIMUM_TRIES) {
    const { status, message: text } = reason ?? { status: 500, message: 'not sent' };
    return finishChunk(context, batch, claimed, fillOpen(results, failedResult(status, text)));
  }
  const wakeOn =
    pauseSeconds === undefined
      ? context.now() + backoffMilliseconds(failedTries)
      : await nextFreeTime(context, batch, openCount(results), pauseSeconds);
  const waiting: ChunkState = { ...claimed.state, state: 'waiting', doubtful, failedTries, results, wakeOn };
  if (!(await settle(context, batch, claimed, waiting))) return; // another process has taken over the chunk
  if (pauseSeconds !== undefined) workPutBack(CHUNK_QUEUE, (wakeOn - context.now()) / 1000);
  await sendChunkMessage(context, message, wakeOn, pauseSeconds === undefined ? NO_TIME : wakeOn);
}

function backoffMilliseconds(failedTries: number): number {
  return failedTries === 0 ? 0 : FIRST_BACKOFF_MILLISECONDS * 2 ** (failedTries - 1);
}

/** Pauses the sender after a 429 and reserves the send time that follows. */
async function nextFreeTime(context: BatchContext, batch: Batch, recipients: number, pauseSeconds: number) {
  await context.senders.pause(batch.pace, context.now() + pauseSeconds * 1000);
  return context.senders.reserve(batch.pace, { recipients }, context.now());
}

async function finishChunk(context: BatchContext, batch: Batch, claimed: StoredChunk, results: ChunkResults) {
  const done: ChunkState = { ...claimed.state, state: 'done', results };
  if (await settle(context, batch, claimed, done)) await completeWhenDone(context, batch, claimed.chunk);
}

/** Writes a chunk with its new results and adds them to the counters; undefined when another writer was faster. */
function settle({ ledger }: BatchContext, batch: Batch, before: StoredChunk, after: ChunkState) {
  return ledger.settle(batch.id, before, after, subtractTally(tallyOf(after.results), tallyOf(before.state.results)));
}

/** The results of a chunk that cannot be sent: in doubt if it may have been sent before, failed otherwise. */
function resultsOfUnsent(
  { results, doubtful }: Pick<ChunkState, 'results' | 'doubtful'>,
  httpStatusCode: number,
  reason: string,
): ChunkResults {
  return fillOpen(results, doubtful ? ['inDoubt'] : failedResult(httpStatusCode, reason));
}

/** Closes a chunk of a canceled batch without sending it. If a process died while sending it, the rest is in doubt. */
async function closeCanceledChunk(context: BatchContext, batch: Batch, chunk: number): Promise<void> {
  const stored = await context.ledger.get(batch.id, chunk);
  if (!stored || stored.state.state === 'done' || stored.state.wakeOn > context.now()) return;
  const { results } = stored.state;
  await finishChunk(context, batch, stored, isDoubtful(stored.state) ? fillOpen(results, ['inDoubt']) : results);
}

/**
 * Closes a chunk whose message ended up on the poison queue: recipients who may have been sent to are in doubt, the others
 * have failed for `reason`, unless the batch has been canceled.
 */
export async function failChunk(context: BatchContext, message: ChunkName, reason: string): Promise<void> {
  const batch = await context.batches.get(message.client, message.batch);
  if (!batch || message.chunk >= batch.chunkCount) return;
  if (batch.state === 'canceled') return closeCanceledChunk(context, batch, message.chunk);
  const stored =
    (await context.ledger.get(batch.id, message.chunk)) ??
    (await context.ledger.open(batch.id, message.chunk, newChunkState(batch, message.chunk)));
  if (!stored || stored.state.state === 'done') return;
  const { results } = stored.state;
  const doubtful = isDoubtful(stored.state);
  await finishChunk(context, batch, stored, resultsOfUnsent({ results, doubtful }, 500, reason));
}

/**
 * Claims a chunk: writes `sending` with a lease, after which the sweep requeues the chunk. Returns undefined when the chunk
 * is done, leased, or not yet due.
 */
export async function claimChunk(
  context: BatchContext,
  batch: Batch,
  chunk: number,
  leaseMilliseconds: number,
): Promise<StoredChunk | undefined> {
  const now = context.now();
  const lease = { state: 'sending', wakeOn: now + leaseMilliseconds, postponed: 0 } as const;
  const claimed = { ...newChunkState(batch, chunk), ...lease, firstSent: now };
  const opened = await context.ledger.open(batch.id, chunk, claimed);
  if (opened) return opened;
  const stored = await context.ledger.get(batch.id, chunk);
  if (!stored || !isDue(stored.state, now)) return undefined;
  const doubtful = isDoubtful(stored.state);
  const firstSent = doubtful ? stored.state.firstSent : now;
  return context.ledger.update(batch.id, stored, { ...stored.state, ...lease, doubtful, firstSent });
}
