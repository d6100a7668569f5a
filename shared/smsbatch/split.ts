import { annotate } from '../telemetry/telemetry.ts';
import { type Batch, isOver, SPLIT_GRACE_MILLISECONDS } from './batch.ts';
import { failBatch, revokeBatch } from './control.ts';
import type { BatchEngine } from './engine.ts';
import type { BatchName } from './messages.ts';
import { chunkMilliseconds } from './pace.ts';
import { assertRecipientsReadable, EXPIRED, isExpiry } from './recipients/file.ts';
import { applyRedrive } from './redrive.ts';
import { refusalOf } from './send/permission.ts';
import { MAXIMUM_DELAY_SECONDS, sendChunkMessage } from './send/queue.ts';
import { sendSplitMessage } from './splitqueue.ts';

/** Sending times are given away no further ahead than this: what has none yet can be canceled, and other batches get theirs. */
const HORIZON_MILLISECONDS = 120_000;

/** Chunks that get their sending times together. */
const BLOCK_CHUNKS = 64;

/** One run of the function; what is left goes on in the next. */
const RUN_MILLISECONDS = 30_000;

/**
 * Gives chunks their sending times and puts them on the queue, block by block, until the sender's time is given away as
 * far as the horizon. It may die anywhere: whoever comes next repeats the block that is not noted as done, and a chunk
 * that is asked for twice is sent once.
 *
 * @param runMilliseconds then what is left goes on in another run
 */
export async function splitBatch(
  engine: BatchEngine,
  message: BatchName,
  runMilliseconds = RUN_MILLISECONDS,
): Promise<void> {
  annotate({ 'switchboard.batch.id': message.batch });
  const startedOn = engine.now();
  const batch = await engine.batches.get(message.client, message.batch);
  if (!batch || isOver(batch.state)) return;
  const refusal = refusalOf(engine, batch);
  if (refusal !== undefined) return revokeBatch(engine, batch.client, batch.id, refusal);
  if ((batch.sendAt ?? 0) > startedOn) return comeBack(engine, batch, batch.sendAt ?? 0);
  try {
    const current = await applyRedrive(engine, batch);
    if (current) await splitBlocks(engine, current, startedOn + runMilliseconds);
  } catch (error) {
    if (!isExpiry(error)) throw error;
    await failBatch(engine, batch.client, batch.id, EXPIRED); // no later try can bring them back
  }
}

async function splitBlocks(engine: BatchEngine, whole: Batch, until: number): Promise<void> {
  await assertRecipientsReadable(engine.storage, whole.id);
  let batch: Batch | undefined = whole;
  while (batch && !isOver(batch.state) && batch.nextChunk < batch.chunkCount) {
    const { nextFree, pausedUntil } = await engine.senders.read(batch.pace);
    const free = Math.max(nextFree, pausedUntil);
    if (free - engine.now() > HORIZON_MILLISECONDS) return comeBack(engine, batch, free - HORIZON_MILLISECONDS / 2);
    if (engine.now() > until) return comeBack(engine, batch, 0);
    batch = await splitBlock(engine, batch);
  }
}

/** @returns the batch as it stands after the block; undefined when another split has overtaken this one */
async function splitBlock(engine: BatchEngine, batch: Batch): Promise<Batch | undefined> {
  const first = batch.nextChunk;
  const last = Math.min(first + blockSize(batch), batch.chunkCount);
  const recipients = Math.min(last * batch.chunkSize, batch.total) - first * batch.chunkSize;
  const start = await engine.senders.reserve(batch.pace, recipients, engine.now());
  const apart = chunkMilliseconds(batch);
  await Promise.all(
    Array.from({ length: last - first }, (_, offset) => {
      const chunk = { client: batch.client, batch: batch.id, chunk: first + offset };
      return sendChunkMessage(engine, chunk, start + offset * apart);
    }),
  );
  const splitDueOn = engine.now() + SPLIT_GRACE_MILLISECONDS;
  const lastChunkOn = start + (last - first - 1) * apart;
  return engine.batches.advance(batch, { nextChunk: last, lastChunkOn, state: 'running', splitDueOn });
}

/** No more chunks than fit into half of the horizon, so that a slow sender's time is not given away for days. */
function blockSize(batch: Batch): number {
  return Math.max(1, Math.min(BLOCK_CHUNKS, Math.floor(HORIZON_MILLISECONDS / 2 / chunkMilliseconds(batch))));
}

async function comeBack(engine: BatchEngine, batch: Batch, time: number): Promise<void> {
  const delay = Math.min(Math.max(0, time - engine.now()), MAXIMUM_DELAY_SECONDS * 1000);
  const splitDueOn = engine.now() + delay + SPLIT_GRACE_MILLISECONDS;
  if (!(await engine.batches.advance(batch, { splitDueOn }))) return; // another split goes on
  await sendSplitMessage(engine, { client: batch.client, batch: batch.id }, Math.ceil(delay / 1000));
}
