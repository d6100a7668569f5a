import type { SmsBatch, SmsBatchCounts } from '../contract/smsBatch.ts';
import { millisecondsPerRecipient } from '../pacing/senderTime.ts';
import { type Batch, type BatchFacts, type InvalidList, isOver } from './batch.ts';
import type { BatchEngine } from './engine.ts';
import type { Tally } from './ledger/chunk.ts';
import { chunkMilliseconds } from './pace.ts';

/** What a batch looks like to its owner. */
export async function describeBatch(engine: BatchEngine, batch: Batch): Promise<SmsBatch> {
  const [tally, estimate] = await Promise.all([engine.ledger.tally(batch.id), estimatedCompletion(engine, batch)]);
  const counts = countsOf(batch, tally);
  const isDone = counts.pending === 0 && batch.state === 'running' && batch.reopened === batch.redrives;
  return {
    id: batch.id,
    state: isDone ? 'completed' : batch.state,
    ...describeFacts(batch, batch.invalid),
    counts,
    ...(batch.completedOn ? { completedOn: text(batch.completedOn) } : {}),
    ...(isDone || isOver(batch.state) ? {} : { estimatedCompletionOn: text(estimate) }),
    ...(batch.reason ? { reason: batch.reason } : {}),
  };
}

/** The part that does not change. */
export function describeFacts(facts: BatchFacts, invalid: InvalidList) {
  return {
    from: facts.from,
    createdOn: text(facts.createdOn),
    ...(facts.sendAt ? { sendAt: text(facts.sendAt) } : {}),
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

export function countsOf(batch: Pick<Batch, 'state' | 'total'>, tally: Tally): SmsBatchCounts {
  const open = batch.total - tally.accepted - tally.failed - tally.inDoubt - tally.optedOut;
  const isCanceled = batch.state === 'canceled';
  return {
    total: batch.total,
    pending: isCanceled ? 0 : open,
    accepted: tally.accepted,
    failed: tally.failed,
    inDoubt: tally.inDoubt,
    optedOut: tally.optedOut,
    canceled: isCanceled ? open : 0,
    delivered: tally.delivered,
    undelivered: tally.undelivered,
  };
}

/** When the last chunk is sent: those without a sending time follow what the sender has given away. */
async function estimatedCompletion(engine: BatchEngine, batch: Batch): Promise<number> {
  const { nextFree, pausedUntil } = await engine.senders.read(batch.pace);
  const { chunkCount, lastChunkOn, nextChunk } = batch;
  if (nextChunk === chunkCount && lastChunkOn >= Math.max(engine.now(), pausedUntil)) return lastChunkOn;
  return estimateEnd(batch, Math.max(nextFree, pausedUntil), engine.now());
}

/**
 * A chunk is sent when its sending time begins, so the last one's own does not count.
 *
 * @param senderFree when the sender's time is free again (epoch milliseconds)
 */
export function estimateEnd(
  batch: Pick<Batch, 'chunkSize' | 'chunkCount' | 'nextChunk' | 'pace' | 'sendAt'>,
  senderFree: number,
  now: number,
): number {
  const beforeLast = Math.max(0, batch.chunkCount - 1 - batch.nextChunk);
  return Math.max(now, senderFree, batch.sendAt ?? 0) + beforeLast * chunkMilliseconds(batch);
}

function text(time: number): string {
  return new Date(time).toISOString();
}

/** A client's batches, newest first, and the key after which the next page begins. */
export async function listBatches(engine: BatchEngine, client: string, pageSize: number, after: string | undefined) {
  const found: { readonly id: string; readonly key: string }[] = [];
  for await (const it of engine.batches.list(client, after)) {
    found.push(it);
    if (found.length > pageSize) break;
  }
  const page = found.slice(0, pageSize);
  const batches = await Promise.all(page.map(({ id }) => engine.batches.get(client, id)));
  const kept = batches.flatMap((it) => (it && !it.isExpired ? [it] : []));
  const value = await Promise.all(kept.map((it) => describeBatch(engine, it)));
  return { value, next: found.length > pageSize ? page.at(-1)?.key : undefined };
}

/** A client's batches that are not over: all of them are active. */
export async function* batchesInProgress(engine: BatchEngine, client: string): AsyncIterable<SmsBatch> {
  for await (const active of engine.batches.active()) {
    const batch = active.client === client ? await engine.batches.get(client, active.id) : undefined;
    if (batch && !isOver(batch.state)) yield describeBatch(engine, batch);
  }
}
