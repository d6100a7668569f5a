import { oldestUnsentChunk } from '../telemetry/measures.ts';
import { messageText } from '../telemetry/messages.ts';
import { type Batch, isOver, isSplit, SPLIT_GRACE_MILLISECONDS, SPLIT_QUEUE } from './batch.ts';
import type { ActiveBatch } from './batchstore.ts';
import { newChunkState } from './chunk.ts';
import { sendChunkMessage } from './chunkqueue.ts';
import { complete } from './completion.ts';
import type { BatchEngine } from './engine.ts';
import { chunkMilliseconds } from './pace.ts';
import { tellWhenReported } from './reported.ts';

/** A chunk is overdue when nobody has come for it this long after its time. */
const OVERDUE_MILLISECONDS = 15_000;

/** A chunk without a row is lost this long after its time: whoever took its message died before it had begun. */
const LOST_MILLISECONDS = 45_000;

/** Of one batch at a time: chunks may also be late because nobody keeps up, and then their messages are still there. */
const MAXIMUM_LOST_CHUNKS = 100;

/** A submission that died before it had written its batch is forgotten after this. */
const HALF_MADE_MILLISECONDS = 10 * 60_000;

/** Whoever began something before a batch was over has written of it, or died, within this. */
const QUIET_MILLISECONDS = 2 * 60_000;

/**
 * Finds what somebody has left lying: batches that were accepted and never split, splits and chunks whose process died,
 * and batches that are done and do not say so. Doing it twice, or beside the work itself, does no harm.
 */
export async function sweepBatches(engine: BatchEngine): Promise<void> {
  let oldestDueOn = Number.POSITIVE_INFINITY;
  for await (const active of engine.batches.active()) {
    const batch = await engine.batches.get(active.client, active.id);
    if (batch) oldestDueOn = Math.min(oldestDueOn, await sweepBatch(engine, batch, active));
    else if (engine.now() - active.since > HALF_MADE_MILLISECONDS) await engine.batches.deactivate(active);
  }
  oldestUnsentChunk(Math.max(0, engine.now() - oldestDueOn) / 1000);
}

/** @returns since when its oldest chunk is due (epoch milliseconds) */
async function sweepBatch(engine: BatchEngine, batch: Batch, active: ActiveBatch): Promise<number> {
  if (!isOver(batch.state) && batch.splitDueOn < engine.now()) await restartSplit(engine, batch);
  const { open, oldestDueOn } = await sweepChunks(engine, batch);
  await complete(engine, batch.client, batch.id);
  if (open > 0 || !isOver(batch.state) || !isQuiet(engine, batch, active)) return oldestDueOn;
  await tellWhenReported(engine, batch);
  await engine.batches.deactivate(active);
  return oldestDueOn;
}

/** Nobody is about to write a redrive, or to send a chunk of a batch that was canceled a moment ago. */
function isQuiet(engine: BatchEngine, { state, completedOn = 0 }: Batch, { since }: ActiveBatch): boolean {
  const last = state === 'completed' ? since : Math.max(since, completedOn);
  return engine.now() - last > QUIET_MILLISECONDS;
}

async function restartSplit(engine: BatchEngine, batch: Batch): Promise<void> {
  if (isSplit(batch)) return;
  const splitDueOn = engine.now() + SPLIT_GRACE_MILLISECONDS;
  if (!(await engine.batches.advance(batch, { splitDueOn }))) return; // it has moved in the meantime
  await engine.storage.queues.send(SPLIT_QUEUE, messageText({ client: batch.client, batch: batch.id }));
}

/** @returns how many chunks are not done, of those that anybody will send, and since when the oldest of them is due */
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

/** Has an overdue chunk sent by somebody else, and remembers who died: their try may have taken effect. */
async function wakeChunk(engine: BatchEngine, batch: Batch, chunk: number): Promise<void> {
  const stored = await engine.ledger.get(batch.id, chunk);
  if (!stored || stored.state.state === 'done' || stored.state.wakeOn + OVERDUE_MILLISECONDS >= engine.now()) return;
  const doubtful = stored.state.doubtful || stored.state.state === 'sending';
  const waiting = { ...stored.state, state: 'waiting' as const, doubtful, wakeOn: engine.now() };
  if (!(await engine.ledger.update(batch.id, stored, waiting))) return; // somebody is at it after all
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
  if (!(await engine.ledger.open(batch.id, chunk, { ...fresh, wakeOn }))) return; // somebody is at it after all
  await sendChunkMessage(engine, { client: batch.client, batch: batch.id, chunk }, wakeOn);
}
