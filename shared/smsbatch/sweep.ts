import { type Batch, isOver, SPLIT_GRACE_MILLISECONDS, SPLIT_QUEUE } from './batch.ts';
import { sendChunkMessage } from './chunkqueue.ts';
import { complete } from './completion.ts';
import type { BatchEngine } from './engine.ts';

/** A chunk is overdue when nobody has come for it this long after its time. */
const OVERDUE_MILLISECONDS = 15_000;

/** A chunk without a row is lost when its sender's whole time has been over for this long. */
const LOST_MILLISECONDS = 5 * 60_000;

/** A submission that died before it had written its batch is forgotten after this. */
const HALF_MADE_MILLISECONDS = 10 * 60_000;

/**
 * Finds what somebody has left lying: batches that were accepted and never split, splits and chunks whose process died,
 * and batches that are done and do not say so. Doing it twice, or beside the work itself, does no harm.
 */
export async function sweepBatches(engine: BatchEngine): Promise<void> {
  for await (const { id, client, since } of engine.batches.active()) {
    const batch = await engine.batches.get(client, id);
    if (batch) await sweepBatch(engine, batch);
    else if (engine.now() - since > HALF_MADE_MILLISECONDS) await engine.batches.deactivate(id);
  }
}

async function sweepBatch(engine: BatchEngine, batch: Batch): Promise<void> {
  if (!isOver(batch.state) && batch.splitDueOn < engine.now()) await restartSplit(engine, batch);
  const open = await sweepChunks(engine, batch);
  await complete(engine, batch.client, batch.id);
  if (open === 0 && isOver(batch.state)) await engine.batches.deactivate(batch.id);
}

async function restartSplit(engine: BatchEngine, batch: Batch): Promise<void> {
  if (batch.nextChunk === batch.chunkCount && batch.redrives === 0) return;
  const splitDueOn = engine.now() + SPLIT_GRACE_MILLISECONDS;
  if (!(await engine.batches.advance(batch, { splitDueOn }))) return; // it has moved in the meantime
  await engine.storage.queues.send(SPLIT_QUEUE, JSON.stringify({ client: batch.client, batch: batch.id }));
}

/** @returns how many chunks are begun and not done */
async function sweepChunks(engine: BatchEngine, batch: Batch): Promise<number> {
  let open = 0;
  let expected = 0;
  const missing: number[] = [];
  for await (const { chunk, state, wakeOn } of engine.ledger.chunkStates(batch.id, batch.nextChunk)) {
    for (; expected < chunk; expected += 1) missing.push(expected);
    expected = chunk + 1;
    if (state === 'done') continue;
    open += 1;
    if (wakeOn + OVERDUE_MILLISECONDS < engine.now()) await wakeChunk(engine, batch, chunk);
  }
  for (; expected < batch.nextChunk; expected += 1) missing.push(expected);
  if (missing.length > 0 && !isOver(batch.state)) await sendLostChunks(engine, batch, missing);
  return open;
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

/** Messages do not get lost by themselves; but a queue can be cleared. */
async function sendLostChunks(engine: BatchEngine, batch: Batch, chunks: readonly number[]): Promise<void> {
  const { nextFree, pausedUntil } = await engine.senders.read(batch.pace);
  if (Math.max(nextFree, pausedUntil) + LOST_MILLISECONDS > engine.now()) return;
  for (const chunk of chunks) {
    const start = await engine.senders.reserve(batch.pace, batch.chunkSize, engine.now());
    await sendChunkMessage(engine, { client: batch.client, batch: batch.id, chunk }, start);
  }
}
