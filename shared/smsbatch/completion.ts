import { type Batch, isOver } from './batch.ts';
import type { BatchContext } from './batchContext.ts';
import { countsOf, type Tally } from './ledger/counters.ts';
import { emitBatchEvent, emitPending, withPending } from './outcome.ts';
import { ERASED_RECIPIENT } from './recipients/recipient.ts';
import { isExpiry } from './recipients/recipientsFile.ts';
import { batchResults } from './results.ts';
import { chunkMilliseconds } from './send/pace.ts';

/** Chunks finish out of order: completion is possible once one of this many last chunks of a fast sender is done. */
const LAST_CHUNKS = 32;

/** Chunks that are sent further apart rarely overtake each other; if they do, the sweep completes the batch. */
const OVERTAKEN_MILLISECONDS = 15_000;

/** Completes a batch soon after the last of its chunks is done, whichever that is. */
export async function completeWhenDone(context: BatchContext, batch: Batch, chunk: number): Promise<void> {
  const last = Math.min(LAST_CHUNKS, Math.ceil(OVERTAKEN_MILLISECONDS / chunkMilliseconds(batch)));
  if (chunk < batch.chunkCount - last && batch.redrives === 0) return;
  // Chunks that finish during a check share the next one.
  await context.completionChecks.add(batch.id, undefined, () => complete(context, batch.client, batch.id));
}

/** Completes a batch whose recipients all have a result. Does nothing if another writer changes the batch first. */
export async function complete(context: BatchContext, client: string, id: string): Promise<void> {
  const batch = await context.batches.get(client, id);
  if (!batch || isOver(batch.state) || batch.reopened < batch.redrives) return;
  const counts = countsOf(batch, await context.ledger.tally(id));
  if (counts.pending > 0) return;
  const completed = await context.batches.advance(batch, {
    state: 'completed',
    completedOn: context.now(),
    pendingEvents: withPending(batch, 'completed'),
  });
  const current = completed && (await emitPending(context, completed));
  if (current) await emitWhenReported(context, current);
}

/**
 * Emits `reported` for a completed batch once every accepted recipient has a delivery report. Called after completion and
 * after each report, because either may be last. The event is emitted before the row says so: if the process dies in
 * between, the next delivery of the report, or the sweep, emits it again with the same id.
 */
export async function emitWhenReported(context: BatchContext, batch: Batch): Promise<void> {
  if (batch.state !== 'completed' || batch.reported > batch.redrives) return;
  const tally = await context.ledger.tally(batch.id);
  if (!(await isReported(context, batch, tally))) return;
  await emitBatchEvent(context, 'reported', batch, countsOf(batch, tally));
  await context.batches.advance(batch, { reported: batch.redrives + 1 });
}

async function isReported(context: BatchContext, batch: Batch, tally: Tally): Promise<boolean> {
  const { accepted, delivered, undelivered, inDoubt } = tally;
  if (accepted === 0 || delivered + undelivered < accepted) return false;
  // Reports also arrive for recipients in doubt, who may have been redriven since. Otherwise the counters suffice.
  return inDoubt === 0 && batch.redrives === 0 ? true : hasReportOfEach(context, batch);
}

const PAGE_SIZE = 10_000;

/** Also false once the recipients have been deleted, because then it can no longer be determined. */
async function hasReportOfEach(context: BatchContext, batch: Batch): Promise<boolean> {
  try {
    for (let from: number | undefined = 0; from !== undefined; ) {
      const page: Awaited<ReturnType<typeof batchResults>> = await batchResults(context, batch, {
        ...{ state: 'accepted', pageSize: PAGE_SIZE, from },
      });
      if (page.value.some(({ to, delivery }) => delivery === undefined && to !== ERASED_RECIPIENT)) return false;
      from = page.next;
    }
    return true;
  } catch (error) {
    if (isExpiry(error)) return false;
    throw error;
  }
}
