import { MAXIMUM_DELAY_SECONDS } from '../storage/queues.ts';
import { annotate } from '../telemetry/telemetry.ts';
import { type Batch, isOver, SPLIT_GRACE_MILLISECONDS } from './batch.ts';
import type { BatchContext } from './batchContext.ts';
import { failBatch } from './cancellation.ts';
import { recipientCount } from './ledger/chunks.ts';
import { assertRecipientsReadable, EXPIRED, isExpiry } from './recipients/recipientsFile.ts';
import { applyRedrive } from './redrive.ts';
import { type BatchName, sendChunkMessage, sendSplitMessage } from './send/batchQueues.ts';
import { chunkMilliseconds } from './send/pace.ts';
import { revokeIfRefused } from './send/permission.ts';

/** Send times are reserved no further ahead than this: the rest can still be canceled, and other batches get their share. */
const HORIZON_MILLISECONDS = 120_000;

/** Chunks that get their send times together. */
const BLOCK_CHUNKS = 64;

/** Duration of one run. The next run continues. */
const RUN_MILLISECONDS = 30_000;

/**
 * Reserves send times for chunks and puts them on the queue, block by block, until the sender's time is reserved up to the
 * horizon. Safe to repeat after a crash: the next run repeats the block that is not recorded as done, and a chunk that is
 * queued twice is sent once.
 *
 * @param runMilliseconds after which the rest is left to another run; every run splits at least one block that is due
 */
export async function splitBatch(
  context: BatchContext,
  message: BatchName,
  runMilliseconds = RUN_MILLISECONDS,
): Promise<void> {
  annotate({ 'switchboard.batch.id': message.batch });
  const startedOn = context.now();
  const batch = await context.batches.get(message.client, message.batch);
  if (!batch || isOver(batch.state)) return;
  if (await revokeIfRefused(context, batch)) return;
  if ((batch.sendAt ?? 0) > startedOn) return continueAt(context, batch, batch.sendAt ?? 0);
  try {
    const current = await applyRedrive(context, batch);
    if (current) await splitBlocks(context, current, startedOn + runMilliseconds);
  } catch (error) {
    if (!isExpiry(error)) throw error;
    await failBatch(context, batch.client, batch.id, EXPIRED); // retrying would not help
  }
}

async function splitBlocks(context: BatchContext, whole: Batch, until: number): Promise<void> {
  await assertRecipientsReadable(context.storage, whole.id);
  let batch: Batch | undefined = whole;
  while (batch && isUnsplit(batch)) {
    const { nextFree, pausedUntil } = await context.senders.read(batch.pace);
    const free = Math.max(nextFree, pausedUntil);
    if (free - context.now() > HORIZON_MILLISECONDS) {
      return continueAt(context, batch, free - HORIZON_MILLISECONDS / 2);
    }
    batch = await splitBlock(context, batch);
    if (batch && isUnsplit(batch) && context.now() > until) return continueAt(context, batch, 0);
  }
}

function isUnsplit({ state, nextChunk, chunkCount }: Batch): boolean {
  return !isOver(state) && nextChunk < chunkCount;
}

/** @returns the batch after the block; undefined when a concurrent split was faster */
async function splitBlock(context: BatchContext, batch: Batch): Promise<Batch | undefined> {
  const first = batch.nextChunk;
  const last = Math.min(first + blockSize(batch), batch.chunkCount);
  const wanted = Array.from({ length: last - first }, (_, offset) => ({
    recipients: recipientCount(batch, first + offset),
  }));
  const starts = await context.senders.reserveAll(batch.pace, wanted, context.now());
  await Promise.all(
    starts.map((start, offset) => {
      const chunk = { client: batch.client, batch: batch.id, chunk: first + offset };
      return sendChunkMessage(context, chunk, start);
    }),
  );
  const splitDueOn = context.now() + SPLIT_GRACE_MILLISECONDS;
  const lastChunkOn = starts.at(-1) ?? context.now();
  return context.batches.advance(batch, { nextChunk: last, lastChunkOn, state: 'running', splitDueOn });
}

/** At most as many chunks as fit into half of the horizon, so that a slow sender's time is not reserved for days. */
function blockSize(batch: Batch): number {
  return Math.max(1, Math.min(BLOCK_CHUNKS, Math.floor(HORIZON_MILLISECONDS / 2 / chunkMilliseconds(batch))));
}

async function continueAt(context: BatchContext, batch: Batch, time: number): Promise<void> {
  const delay = Math.min(Math.max(0, time - context.now()), MAXIMUM_DELAY_SECONDS * 1000);
  const splitDueOn = context.now() + delay + SPLIT_GRACE_MILLISECONDS;
  if (!(await context.batches.advance(batch, { splitDueOn }))) return; // a concurrent split continues
  await sendSplitMessage(context, { client: batch.client, batch: batch.id }, Math.ceil(delay / 1000));
}
