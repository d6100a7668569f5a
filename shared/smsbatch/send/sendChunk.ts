import { lastStartInWindow } from '../../contract/sendWindow.ts';
import { workPutBack } from '../../telemetry/measures.ts';
import { annotate } from '../../telemetry/telemetry.ts';
import { type Batch, CHUNK_QUEUE } from '../batch.ts';
import { completeWhenDone } from '../completion.ts';
import { revokeBatch } from '../control.ts';
import type { BatchEngine } from '../engine.ts';
import {
  type ChunkState,
  failedResult,
  isDoubtful,
  newChunkState,
  type RecipientResult,
  subtractTally,
  tallyOf,
} from '../ledger/chunk.ts';
import type { StoredChunk } from '../ledger/chunks.ts';
import type { ChunkName } from '../messages.ts';
import { EXPIRED, isExpiry } from '../recipients/file.ts';
import { attemptChunk } from './attempt.ts';
import type { AttemptResult } from './attemptResult.ts';
import { claim, putBack } from './claim.ts';
import { refusalOf } from './permission.ts';
import { sendChunkMessage } from './queue.ts';

/** Tries of a chunk whose failures may pass. */
const MAXIMUM_TRIES = 5;

const FIRST_BACKOFF_MILLISECONDS = 10_000;

/**
 * Sends one chunk. The row says `sending` before ACS is called, and has the results, in one transaction with the
 * counters, after it; so whatever dies in between is found again, and sent again with the same ids or not at all.
 */
export async function sendChunk(engine: BatchEngine, message: ChunkName): Promise<void> {
  annotate({ 'switchboard.batch.id': message.batch, 'switchboard.batch.chunk': message.chunk });
  const batch = await engine.batches.getRecent(message.client, message.batch);
  if (!batch || message.chunk >= batch.chunkCount) return;
  if (batch.state === 'canceled') return abandonChunk(engine, batch, message.chunk);
  const refusal = refusalOf(engine, batch);
  if (refusal !== undefined) {
    await revokeBatch(engine, batch.client, batch.id, refusal);
    return abandonChunk(engine, batch, message.chunk);
  }
  const pausedUntil = await engine.senders.pausedUntil(batch.pace);
  if (pausedUntil > engine.now()) return putBack(engine, batch, message);
  // Before the claim: a chunk of which something cannot be read has surely not been sent.
  const recipients = await existingRecipients(engine, batch, message.chunk);
  await engine.optOuts.optedOut(batch.from, []);
  const claimed = await claim(engine, batch, message.chunk);
  if (!claimed) return;
  if (!recipients) return finish(engine, batch, claimed, fillUnsent(claimed.state, 410, EXPIRED));
  if (isTooLate(engine, claimed.state)) return giveUp(engine, batch, claimed);
  const attempt = await attemptChunk(engine, batch, message.chunk, recipients, claimed.state);
  await record(engine, { batch, message, claimed, attempt });
}

/** Undefined when they have been deleted. */
async function existingRecipients(engine: BatchEngine, { id }: Batch, chunk: number) {
  try {
    return await engine.recipients.of(id, chunk);
  } catch (error) {
    if (isExpiry(error)) return undefined;
    throw error;
  }
}

/** ACS might no longer recognise the ids of what may have been sent. */
function isTooLate({ now, settings }: BatchEngine, { doubtful, firstSent }: ChunkState): boolean {
  return doubtful && now() > lastStartInWindow(firstSent, settings.repeatabilityWindowSeconds);
}

interface Record {
  readonly batch: Batch;
  readonly message: ChunkName;
  readonly claimed: StoredChunk;
  readonly attempt: AttemptResult;
}

async function record(engine: BatchEngine, { batch, message, claimed, attempt }: Record): Promise<void> {
  const doubtful = claimed.state.doubtful || attempt.doubtful;
  const isPaused = attempt.pauseSeconds !== undefined;
  const failedTries = claimed.state.failedTries + (isPaused || !attempt.reason ? 0 : 1);
  const next = { ...claimed.state, doubtful, failedTries, results: attempt.results };
  if (!attempt.results.includes(null)) return finish(engine, batch, claimed, attempt.results);
  if (!doubtful && failedTries >= MAXIMUM_TRIES) {
    const { status = 500, message: reason = 'not sent' } = attempt.reason ?? {};
    return finish(engine, batch, claimed, fillOpen(attempt.results, failedResult(status, reason)));
  }
  const open = attempt.results.filter((result) => result === null).length;
  const wakeOn = await wakeTime(engine, batch, open, failedTries, attempt.pauseSeconds);
  const waiting: ChunkState = { ...next, state: 'waiting', wakeOn };
  const gained = subtractTally(tallyOf(attempt.results), tallyOf(claimed.state.results));
  if (!(await engine.ledger.settle(batch.id, claimed, waiting, gained))) return; // somebody else has taken over
  if (isPaused) workPutBack(CHUNK_QUEUE, (wakeOn - engine.now()) / 1000);
  await sendChunkMessage(engine, message, wakeOn);
}

/** After a 429 the sender's next free time, else a delay that grows with the tries. */
async function wakeTime(
  engine: BatchEngine,
  batch: Batch,
  recipients: number,
  failedTries: number,
  pauseSeconds: number | undefined,
): Promise<number> {
  if (pauseSeconds === undefined) {
    return engine.now() + (failedTries === 0 ? 0 : FIRST_BACKOFF_MILLISECONDS * 2 ** (failedTries - 1));
  }
  await engine.senders.pause(batch.pace, engine.now() + pauseSeconds * 1000);
  return engine.senders.reserve(batch.pace, recipients, engine.now());
}

async function finish(
  engine: BatchEngine,
  batch: Batch,
  claimed: StoredChunk,
  results: ChunkState['results'],
): Promise<void> {
  const done: ChunkState = { ...claimed.state, state: 'done', results };
  const gained = subtractTally(tallyOf(results), tallyOf(claimed.state.results));
  if (await engine.ledger.settle(batch.id, claimed, done, gained)) await completeWhenDone(engine, batch, claimed.chunk);
}

function fillOpen(results: ChunkState['results'], result: RecipientResult): ChunkState['results'] {
  return results.map((known) => known ?? result);
}

/** The results of a chunk that cannot be sent: what may have been sent is in doubt, the rest has failed. */
function fillUnsent({ results, doubtful }: Unsent, httpStatusCode: number, reason: string): ChunkState['results'] {
  return fillOpen(results, doubtful ? ['inDoubt'] : failedResult(httpStatusCode, reason));
}

type Unsent = Pick<ChunkState, 'results' | 'doubtful'>;

/** What may have been sent, and can no longer be repeated safely. */
function giveUp(engine: BatchEngine, batch: Batch, claimed: StoredChunk): Promise<void> {
  return finish(engine, batch, claimed, fillOpen(claimed.state.results, ['inDoubt']));
}

/** In a canceled batch nothing more is sent: its chunks are closed. What somebody was sending when they died is in doubt. */
async function abandonChunk(engine: BatchEngine, batch: Batch, chunk: number): Promise<void> {
  const stored = await engine.ledger.get(batch.id, chunk);
  if (!stored || stored.state.state === 'done' || stored.state.wakeOn > engine.now()) return;
  if (isDoubtful(stored.state)) await giveUp(engine, batch, stored);
  else await finish(engine, batch, stored, stored.state.results);
}

/**
 * Closes a chunk that could not be handled at all (its message is on the poison queue): what may have been sent is in
 * doubt, the rest has failed for `reason`.
 */
export async function failChunk(engine: BatchEngine, message: ChunkName, reason: string): Promise<void> {
  const batch = await engine.batches.get(message.client, message.batch);
  if (!batch || message.chunk >= batch.chunkCount) return;
  const stored =
    (await engine.ledger.get(batch.id, message.chunk)) ??
    (await engine.ledger.open(batch.id, message.chunk, newChunkState(batch, message.chunk)));
  if (!stored || stored.state.state === 'done') return;
  await finish(engine, batch, stored, fillUnsent({ ...stored.state, doubtful: isDoubtful(stored.state) }, 500, reason));
}
