import type { SmsBatch } from '../contract/smsBatch.ts';
import { millisecondsPerRecipient } from '../pacing/senderTime.ts';
import { type Batch, type BatchFacts, type InvalidList, isOver } from './batch.ts';
import type { BatchContext } from './batchContext.ts';
import { complete } from './completion.ts';
import { findBatch } from './ledger/batches.ts';
import { countsOf } from './ledger/counters.ts';
import { chunkMilliseconds } from './send/pace.ts';

/**
 * Returns a batch as its client sees it. A batch that is done but not yet marked as completed is completed first.
 *
 * @throws SwitchboardError `NotFound`; `Expired`
 */
export async function batchStatus(context: BatchContext, client: string, id: string): Promise<SmsBatch> {
  const status = await describeBatch(context, await findBatch(context, client, id));
  if (status.state !== 'completed' || status.completedOn !== undefined) return status;
  await complete(context, client, id);
  return describeBatch(context, await findBatch(context, client, id));
}

export interface BatchPage {
  readonly value: readonly SmsBatch[];
  /** The `after` of the next page; undefined on the last page. */
  readonly next: string | undefined;
}

/** Lists a client's batches, newest first. */
export async function listBatches(
  context: BatchContext,
  client: string,
  pageSize: number,
  after: string | undefined,
): Promise<BatchPage> {
  const found: { readonly id: string; readonly key: string }[] = [];
  for await (const it of context.batches.list(client, after)) {
    found.push(it);
    if (found.length > pageSize) break;
  }
  const page = found.slice(0, pageSize);
  const batches = await Promise.all(page.map(({ id }) => context.batches.get(client, id)));
  const kept = batches.flatMap((it) => (it && !it.isExpired ? [it] : []));
  const value = await Promise.all(kept.map((it) => describeBatch(context, it)));
  return { value, next: found.length > pageSize ? page.at(-1)?.key : undefined };
}

/** A client's batches that are not over. */
export async function* batchesInProgress(context: BatchContext, client: string): AsyncIterable<SmsBatch> {
  for await (const active of context.batches.active()) {
    const batch = active.client === client ? await context.batches.get(client, active.id) : undefined;
    if (batch && !isOver(batch.state)) yield describeBatch(context, batch);
  }
}

export async function describeBatch(context: BatchContext, batch: Batch): Promise<SmsBatch> {
  const [tally, estimate] = await Promise.all([context.ledger.tally(batch.id), estimatedCompletion(context, batch)]);
  const counts = countsOf(batch, tally);
  const isDone = counts.pending === 0 && batch.state === 'running' && batch.reopened === batch.redrives;
  return {
    id: batch.id,
    state: isDone ? 'completed' : batch.state,
    ...describeFacts(batch, batch.invalid),
    counts,
    ...(batch.completedOn ? { completedOn: isoTime(batch.completedOn) } : {}),
    ...(isDone || isOver(batch.state) ? {} : { estimatedCompletionOn: isoTime(estimate) }),
    ...(batch.reason ? { reason: batch.reason } : {}),
  };
}

/** The part of the description that does not change. */
export function describeFacts(facts: BatchFacts, invalid: InvalidList) {
  return {
    from: facts.from,
    createdOn: isoTime(facts.createdOn),
    ...(facts.sendAt ? { sendAt: isoTime(facts.sendAt) } : {}),
    ratePerMinute: 60_000 / millisecondsPerRecipient(facts.pace.ratePerMinute),
    segments: {
      encoding: facts.encoding,
      total: facts.segmentsTotal,
      perMessageMaximum: facts.segmentsPerMessageMaximum,
    },
    duplicates: facts.duplicates,
    invalid: { count: facts.invalidCount, first: [...invalid] },
    ...(facts.emptyPlaceholders ? { emptyPlaceholders: facts.emptyPlaceholders } : {}),
  };
}

/** When the last chunk will be sent. Chunks without a send time follow the time that is already reserved for the sender. */
async function estimatedCompletion(context: BatchContext, batch: Batch): Promise<number> {
  const { nextFree, pausedUntil } = await context.senders.read(batch.pace);
  const { chunkCount, lastChunkOn, nextChunk } = batch;
  if (nextChunk === chunkCount && lastChunkOn >= Math.max(context.now(), pausedUntil)) return lastChunkOn;
  return estimateEnd(batch, Math.max(nextFree, pausedUntil), context.now());
}

/**
 * Estimates when the last chunk will be sent. A chunk is sent at the beginning of its send time, so the send time of the
 * last chunk itself does not count.
 *
 * @param senderFree when the sender is free again (epoch milliseconds)
 */
export function estimateEnd(
  batch: Pick<Batch, 'chunkSize' | 'chunkCount' | 'nextChunk' | 'pace' | 'sendAt'>,
  senderFree: number,
  now: number,
): number {
  const beforeLast = Math.max(0, batch.chunkCount - 1 - batch.nextChunk);
  return Math.max(now, senderFree, batch.sendAt ?? 0) + beforeLast * chunkMilliseconds(batch);
}

function isoTime(time: number): string {
  return new Date(time).toISOString();
}
