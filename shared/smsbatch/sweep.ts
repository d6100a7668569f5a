import { CLOCK_SKEW_MILLISECONDS } from '../contract/sendWindow.ts';
import { logFailure } from '../telemetry/failureLog.ts';
import { oldestUnsentChunk } from '../telemetry/measures.ts';
import { type Batch, isOver, isSplit, SPLIT_GRACE_MILLISECONDS } from './batch.ts';
import type { BatchContext } from './batchContext.ts';
import { failBatch } from './cancellation.ts';
import { complete, emitWhenReported } from './completion.ts';
import type { ActiveBatch } from './ledger/batches.ts';
import { type ChunkState, isDoubtful, newChunkState } from './ledger/chunks.ts';
import { emitPending } from './outcome.ts';
import { assertRecipientsExist, EXPIRED, isExpiry } from './recipients/recipientsFile.ts';
import { sendChunkMessage, sendSplitMessage } from './send/batchQueues.ts';
import { extraMilliseconds, reserveAgain } from './send/chunkTime.ts';
import { chunkMilliseconds } from './send/pace.ts';

/**
 * A chunk is overdue this long after its wake-up time. `sending`: its process has died, or its clock is behind. `waiting`:
 * the process that took its message has died.
 */
const OVERDUE_MILLISECONDS = { sending: CLOCK_SKEW_MILLISECONDS, waiting: 15_000 };

/** A chunk without a row is lost this long after its send time: the process that took its message died before the claim. */
const LOST_MILLISECONDS = 30_000;

/** Per batch and sweep. Chunks may also be late because sending cannot keep up, and then their messages still exist. */
const MAXIMUM_LOST_CHUNKS = 100;

/**
 * A submission that has not added its batch by then has died, because the platform stops functions earlier. With a shorter
 * time, a slow submission could add a batch that no sweep finds.
 *
 * @see https://learn.microsoft.com/azure/azure-functions/functions-scale#timeout (30 minutes unless host.json changes it)
 */
const ABANDONED_SUBMISSION_MILLISECONDS = 60 * 60_000;

/** Upper bound on how long after completion a late write can still arrive. */
const QUIET_MILLISECONDS = 2 * 60_000;

/** Pending events are left this long to the process that wrote them, which is about to emit them. */
const EMIT_GRACE_MILLISECONDS = 60_000;

/** A batch whose recovery keeps failing is retried after as long as it has been failing, within these bounds. */
const SHORTEST_RETRY_MILLISECONDS = 30_000;
const LONGEST_RETRY_MILLISECONDS = 15 * 60_000;

/**
 * Recovers abandoned work: batches that were accepted but never split, splits and chunks whose process died, batches that
 * are done but not marked as completed, and events that were not emitted. Safe to run repeatedly and concurrently with the
 * work itself. A batch whose recovery fails is logged and postponed; other batches are not affected.
 */
export async function recoverAbandonedBatches(context: BatchContext): Promise<void> {
  let oldestDueOn = Number.POSITIVE_INFINITY;
  for await (const active of context.batches.active()) {
    const isPostponed = active.retryOn > context.now();
    const dueOn = isPostponed ? active.failingSince : await recoverIsolated(context, active);
    oldestDueOn = Math.min(oldestDueOn, dueOn);
  }
  oldestUnsentChunk(Math.max(0, context.now() - oldestDueOn) / 1000);
}

/** @returns the due time of its oldest chunk, as far as it is known (epoch milliseconds) */
async function recoverIsolated(context: BatchContext, active: ActiveBatch): Promise<number> {
  try {
    const dueOn = await recoverActive(context, active);
    if (active.failingSince > 0) await context.batches.reschedule(active, { failingSince: 0, retryOn: 0 });
    return dueOn;
  } catch (error) {
    const failingSince = active.failingSince || context.now();
    logFailure(`Batch ${active.id} cannot be recovered`, error);
    await postpone(context, active, failingSince);
    return failingSince;
  }
}

async function postpone(context: BatchContext, active: ActiveBatch, failingSince: number): Promise<void> {
  const failingFor = context.now() - failingSince;
  const wait = Math.min(Math.max(failingFor, SHORTEST_RETRY_MILLISECONDS), LONGEST_RETRY_MILLISECONDS);
  try {
    await context.batches.reschedule(active, { failingSince, retryOn: context.now() + wait });
  } catch (error) {
    logFailure(`Batch ${active.id} cannot be postponed and is tried again by the next sweep`, error);
  }
}

async function recoverActive(context: BatchContext, active: ActiveBatch): Promise<number> {
  const batch = await context.batches.get(active.client, active.id);
  if (batch) return recoverBatch(context, batch, active);
  if (context.now() - active.since > ABANDONED_SUBMISSION_MILLISECONDS) await context.batches.deactivate(active);
  return Number.POSITIVE_INFINITY;
}

async function recoverBatch(context: BatchContext, batch: Batch, active: ActiveBatch): Promise<number> {
  if (!isOver(batch.state) && batch.splitDueOn < context.now()) await restartSplit(context, batch);
  const { open, oldestDueOn } = await recoverChunks(context, batch);
  if (open === 0 && !isOver(batch.state)) await complete(context, batch.client, batch.id);
  if (batch.pendingEvents.length > 0) await emitOverdue(context, active);
  const hasWork = open > 0 || !isOver(batch.state) || batch.pendingEvents.length > 0;
  if (hasWork || !isQuiet(context, batch, active)) return oldestDueOn;
  await emitWhenReported(context, batch);
  await context.batches.deactivate(active);
  return oldestDueOn;
}

/** Whether no redrive can still be written, and no chunk of a batch that was just canceled can still be sent. */
function isQuiet(context: BatchContext, { state, completedOn = 0 }: Batch, { since }: ActiveBatch): boolean {
  const last = state === 'completed' ? since : Math.max(since, completedOn);
  return context.now() - last > QUIET_MILLISECONDS;
}

/** Emits pending events whose process has died. */
async function emitOverdue(context: BatchContext, { client, id, since }: ActiveBatch): Promise<void> {
  const batch = await context.batches.get(client, id);
  if (!batch || batch.pendingEvents.length === 0) return;
  const changedOn = Math.max(since, batch.completedOn ?? batch.createdOn);
  if (context.now() - changedOn > EMIT_GRACE_MILLISECONDS) await emitPending(context, batch);
}

/** Fails a batch whose recipients have been deleted. */
async function restartSplit(context: BatchContext, batch: Batch): Promise<void> {
  if (isSplit(batch)) return;
  try {
    await assertRecipientsExist(context.storage, batch.id);
  } catch (error) {
    if (!isExpiry(error)) throw error;
    return failBatch(context, batch.client, batch.id, EXPIRED);
  }
  const splitDueOn = context.now() + SPLIT_GRACE_MILLISECONDS;
  if (!(await context.batches.advance(batch, { splitDueOn }))) return; // another writer was faster
  await sendSplitMessage(context, { client: batch.client, batch: batch.id });
}

/** @returns how many chunks are still to be sent, and the due time of the oldest of them */
async function recoverChunks(context: BatchContext, batch: Batch): Promise<{ open: number; oldestDueOn: number }> {
  let open = 0;
  let oldestDueOn = Number.POSITIVE_INFINITY;
  let expected = 0;
  const missing: number[] = [];
  for await (const { chunk, state, wakeOn } of context.ledger.chunkStates(batch.id, batch.chunkCount)) {
    for (; expected < Math.min(chunk, batch.nextChunk); expected += 1) missing.push(expected);
    expected = chunk + 1;
    if (state === 'done') continue;
    open += 1;
    oldestDueOn = Math.min(oldestDueOn, wakeOn);
    if (isOverdue({ state, wakeOn }, context.now())) await requeueOverdueChunk(context, batch, chunk);
  }
  for (; expected < batch.nextChunk; expected += 1) missing.push(expected);
  if (batch.state === 'canceled') return { open, oldestDueOn };
  const lost = missing.filter((chunk) => latestSendTime(batch, chunk) + LOST_MILLISECONDS < context.now());
  for (const chunk of lost.slice(0, MAXIMUM_LOST_CHUNKS)) await requeueLostChunk(context, batch, chunk);
  const [first] = missing;
  if (first !== undefined) oldestDueOn = Math.min(oldestDueOn, latestSendTime(batch, first));
  return { open: open + missing.length, oldestDueOn };
}

function isOverdue({ state, wakeOn }: Pick<ChunkState, 'state' | 'wakeOn'>, now: number): boolean {
  return state !== 'done' && wakeOn + OVERDUE_MILLISECONDS[state] < now;
}

/** If a process died while sending the chunk, the chunk becomes doubtful: the try may have taken effect. */
async function requeueOverdueChunk(context: BatchContext, batch: Batch, chunk: number): Promise<void> {
  const stored = await context.ledger.get(batch.id, chunk);
  if (!stored || !isOverdue(stored.state, context.now() - extraMilliseconds(stored.state.postponed))) return;
  const doubtful = isDoubtful(stored.state);
  const isAtOnce = doubtful || batch.state === 'canceled';
  const time = isAtOnce ? { wakeOn: context.now() } : await reserveAgain(context, batch, stored.state);
  const waiting = { ...stored.state, state: 'waiting' as const, doubtful, ...time };
  if (!(await context.ledger.update(batch.id, stored, waiting))) return; // its process is alive after all
  await sendChunkMessage(context, { client: batch.client, batch: batch.id, chunk }, time.wakeOn);
}

/** The latest time at which a chunk without a row was to be sent (epoch milliseconds). */
function latestSendTime(batch: Batch, chunk: number): number {
  return batch.lastChunkOn - (batch.nextChunk - 1 - chunk) * chunkMilliseconds(batch);
}

/** Gives a lost chunk a new send time, and a row with it, so that the next sweep does not requeue it again. */
async function requeueLostChunk(context: BatchContext, batch: Batch, chunk: number): Promise<void> {
  const fresh = newChunkState(batch, chunk);
  const time = await reserveAgain(context, batch, fresh);
  if (!(await context.ledger.open(batch.id, chunk, { ...fresh, ...time }))) return; // it has been claimed after all
  await sendChunkMessage(context, { client: batch.client, batch: batch.id, chunk }, time.wakeOn);
}
