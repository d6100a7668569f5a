import { logFailure } from '../telemetry/failureLog.ts';
import { oldestUnsentChunk } from '../telemetry/measures.ts';
import { type Batch, isOver, isSplit, SPLIT_GRACE_MILLISECONDS } from './batch.ts';
import { complete } from './completion.ts';
import { failBatch } from './control.ts';
import type { BatchEngine } from './engine.ts';
import type { ActiveBatch } from './ledger/batches.ts';
import { newChunkState } from './ledger/chunk.ts';
import { emitOwed } from './owed.ts';
import { chunkMilliseconds } from './pace.ts';
import { assertRecipientsExist, EXPIRED, isExpiry } from './recipients/file.ts';
import { tellWhenReported } from './reported.ts';
import { sendChunkMessage } from './send/queue.ts';
import { sendSplitMessage } from './splitqueue.ts';

/** A chunk that has not been claimed this long after its time is overdue. */
const OVERDUE_MILLISECONDS = 15_000;

/** A chunk without a row is lost this long after its time: the process that took its message died before claiming it. */
const LOST_MILLISECONDS = 45_000;

/** Per batch and sweep: chunks may also be late because sending cannot keep up, and then their messages still exist. */
const MAXIMUM_LOST_CHUNKS = 100;

/**
 * A submission that has not written its batch by then has died: the platform lets no function run for so long. Were it
 * given up earlier, a slow one would add a batch that no sweep finds.
 *
 * @see https://learn.microsoft.com/azure/azure-functions/functions-scale#timeout (30 minutes, where host.json says nothing)
 */
const HALF_MADE_MILLISECONDS = 60 * 60_000;

/** Upper bound on how long after completion a late write can still arrive. */
const QUIET_MILLISECONDS = 2 * 60_000;

/** Events are left this long to the process that wrote them down: it is about to emit them. */
const EMIT_GRACE_MILLISECONDS = 60_000;

/** A batch whose recovery keeps failing is tried again after as long as it has failed for, within these bounds. */
const SHORTEST_RETRY_MILLISECONDS = 30_000;
const LONGEST_RETRY_MILLISECONDS = 15 * 60_000;

/**
 * Recovers abandoned work: batches that were accepted and never split, splits and chunks whose process died, batches that
 * are done but not marked so, and events that were not emitted. Safe to run repeatedly and next to the work itself. A
 * batch whose recovery fails is logged and put off; the others are not affected.
 */
export async function sweepBatches(engine: BatchEngine): Promise<void> {
  let oldestDueOn = Number.POSITIVE_INFINITY;
  for await (const active of engine.batches.active()) {
    const isPutOff = active.retryOn > engine.now();
    oldestDueOn = Math.min(oldestDueOn, isPutOff ? active.failingSince : await sweepIsolated(engine, active));
  }
  oldestUnsentChunk(Math.max(0, engine.now() - oldestDueOn) / 1000);
}

/** @returns since when its oldest chunk is due, as far as that is known (epoch milliseconds) */
async function sweepIsolated(engine: BatchEngine, active: ActiveBatch): Promise<number> {
  try {
    const dueOn = await sweepActive(engine, active);
    if (active.failingSince > 0) await engine.batches.reschedule(active, { failingSince: 0, retryOn: 0 });
    return dueOn;
  } catch (error) {
    const failingSince = active.failingSince || engine.now();
    logFailure(`Batch ${active.id} cannot be recovered`, error);
    await putOff(engine, active, failingSince);
    return failingSince;
  }
}

async function putOff(engine: BatchEngine, active: ActiveBatch, failingSince: number): Promise<void> {
  const failedFor = engine.now() - failingSince;
  const wait = Math.min(Math.max(failedFor, SHORTEST_RETRY_MILLISECONDS), LONGEST_RETRY_MILLISECONDS);
  try {
    await engine.batches.reschedule(active, { failingSince, retryOn: engine.now() + wait });
  } catch (error) {
    logFailure(`Batch ${active.id} cannot be put off and is tried again by the next sweep`, error);
  }
}

async function sweepActive(engine: BatchEngine, active: ActiveBatch): Promise<number> {
  const batch = await engine.batches.get(active.client, active.id);
  if (batch) return sweepBatch(engine, batch, active);
  if (engine.now() - active.since > HALF_MADE_MILLISECONDS) await engine.batches.deactivate(active);
  return Number.POSITIVE_INFINITY;
}

/** @returns since when its oldest chunk is due (epoch milliseconds) */
async function sweepBatch(engine: BatchEngine, batch: Batch, active: ActiveBatch): Promise<number> {
  if (!isOver(batch.state) && batch.splitDueOn < engine.now()) await restartSplit(engine, batch);
  const { open, oldestDueOn } = await sweepChunks(engine, batch);
  await complete(engine, batch.client, batch.id);
  await emitOverdue(engine, active);
  if (open > 0 || !isOver(batch.state) || batch.owed.length > 0 || !isQuiet(engine, batch, active)) return oldestDueOn;
  await tellWhenReported(engine, batch);
  await engine.batches.deactivate(active);
  return oldestDueOn;
}

/** Whether no redrive can still be written, and no chunk of a batch that was just canceled can still be sent. */
function isQuiet(engine: BatchEngine, { state, completedOn = 0 }: Batch, { since }: ActiveBatch): boolean {
  const last = state === 'completed' ? since : Math.max(since, completedOn);
  return engine.now() - last > QUIET_MILLISECONDS;
}

/** Emits what the process that wrote it down did not, because it died. */
async function emitOverdue(engine: BatchEngine, { client, id, since }: ActiveBatch): Promise<void> {
  const batch = await engine.batches.get(client, id);
  if (!batch || batch.owed.length === 0) return;
  const changedOn = Math.max(since, batch.completedOn ?? batch.createdOn);
  if (engine.now() - changedOn > EMIT_GRACE_MILLISECONDS) await emitOwed(engine, batch);
}

/** A batch whose recipients have been deleted has failed; of others, the split goes on. */
async function restartSplit(engine: BatchEngine, batch: Batch): Promise<void> {
  if (isSplit(batch)) return;
  try {
    await assertRecipientsExist(engine.storage, batch.id);
  } catch (error) {
    if (!isExpiry(error)) throw error;
    return failBatch(engine, batch.client, batch.id, EXPIRED);
  }
  const splitDueOn = engine.now() + SPLIT_GRACE_MILLISECONDS;
  if (!(await engine.batches.advance(batch, { splitDueOn }))) return; // another writer has changed it
  await sendSplitMessage(engine, { client: batch.client, batch: batch.id });
}

/** @returns how many chunks that will be sent are not done, and since when the oldest of them is due */
async function sweepChunks(engine: BatchEngine, batch: Batch): Promise<{ open: number; oldestDueOn: number }> {
  let open = 0;
  let oldestDueOn = Number.POSITIVE_INFINITY;
  let expected = 0;
  const missing: number[] = [];
  for await (const { chunk, state, wakeOn } of engine.ledger.chunkStates(batch.id, batch.chunkCount)) {
    for (; expected < Math.min(chunk, batch.nextChunk); expected += 1) missing.push(expected);
    expected = chunk + 1;
    if (state === 'done') continue;
    open += 1;
    oldestDueOn = Math.min(oldestDueOn, wakeOn);
    if (wakeOn + OVERDUE_MILLISECONDS < engine.now()) await wakeChunk(engine, batch, chunk);
  }
  for (; expected < batch.nextChunk; expected += 1) missing.push(expected);
  if (batch.state === 'canceled') return { open, oldestDueOn };
  const lost = missing.filter((chunk) => latestTime(batch, chunk) + LOST_MILLISECONDS < engine.now());
  for (const chunk of lost.slice(0, MAXIMUM_LOST_CHUNKS)) await sendLostChunk(engine, batch, chunk);
  const [first] = missing;
  if (first !== undefined) oldestDueOn = Math.min(oldestDueOn, latestTime(batch, first));
  return { open: open + missing.length, oldestDueOn };
}

/** Requeues an overdue chunk. If its sender died in the middle, the results stay in doubt: the try may have taken effect. */
async function wakeChunk(engine: BatchEngine, batch: Batch, chunk: number): Promise<void> {
  const stored = await engine.ledger.get(batch.id, chunk);
  if (!stored || stored.state.state === 'done' || stored.state.wakeOn + OVERDUE_MILLISECONDS >= engine.now()) return;
  const doubtful = stored.state.doubtful || stored.state.state === 'sending';
  const waiting = { ...stored.state, state: 'waiting' as const, doubtful, wakeOn: engine.now() };
  if (!(await engine.ledger.update(batch.id, stored, waiting))) return; // its sender is alive after all
  await sendChunkMessage(engine, { client: batch.client, batch: batch.id, chunk }, engine.now());
}

/** A chunk was to be sent no later than this. */
function latestTime(batch: Batch, chunk: number): number {
  return batch.lastChunkOn - (batch.nextChunk - 1 - chunk) * chunkMilliseconds(batch);
}

/** Gives a chunk another sending time; its row, which says when that is, keeps the next sweep from doing it again. */
async function sendLostChunk(engine: BatchEngine, batch: Batch, chunk: number): Promise<void> {
  const fresh = newChunkState(batch, chunk);
  const wakeOn = await engine.senders.reserve(batch.pace, fresh.results.length, engine.now());
  if (!(await engine.ledger.open(batch.id, chunk, { ...fresh, wakeOn }))) return; // it has been claimed after all
  await sendChunkMessage(engine, { client: batch.client, batch: batch.id, chunk }, wakeOn);
}
