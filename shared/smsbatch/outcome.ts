import type { SmsBatchCounts } from '../contract/smsBatch.ts';
import { emitOutcome } from '../outcomes/emitOutcome.ts';
import type { Batch, BatchEvent, PendingEvent } from './batch.ts';
import type { BatchContext } from './batchContext.ts';
import { countsOf, NOTHING } from './ledger/counters.ts';

/** The batch's pending events plus `event`; written in the same update as the change that the event reports. */
export function withPending({ pendingEvents, redrives }: Batch, event: BatchEvent): readonly PendingEvent[] {
  return [...pendingEvents, { event, redrives }];
}

/**
 * Emits a batch's pending events, then clears them. If the process dies in between, or another writer changes the batch
 * first, the sweep emits them again with the same ids.
 *
 * @param batch as last read or written
 * @returns the batch without pending events; undefined if another writer has changed it
 */
export async function emitPending(context: BatchContext, batch: Batch): Promise<Batch | undefined> {
  if (batch.pendingEvents.length === 0) return batch;
  const tally = await context.ledger.tally(batch.id);
  for (const { event, redrives } of batch.pendingEvents) {
    const counts = event === 'accepted' ? countsOf({ ...batch, state: 'running' }, NOTHING) : countsOf(batch, tally);
    await emitBatchEvent(context, event, { ...batch, redrives }, counts);
  }
  return context.batches.advance(batch, { pendingEvents: [] });
}

/** Emits an event to the batch's client. A repeated event has the same id. The end of a batch is also audited. */
export async function emitBatchEvent(
  { storage, audit, now }: Pick<BatchContext, 'storage' | 'audit' | 'now'>,
  event: BatchEvent,
  batch: Batch,
  counts: SmsBatchCounts,
): Promise<void> {
  await emitOutcome(storage, {
    operation: 'smsBatch',
    result: event,
    subject: batch.id,
    client: batch.client,
    httpStatus: 200,
    data: { id: batch.id, counts, ...(batch.reason ? { reason: batch.reason } : {}) },
    replyTo: undefined,
    time: new Date(now()),
    occurrence: batch.redrives, // a redriven batch completes again
  });
  await recordEnd(audit, event, batch, counts);
}

/** A cancellation by the client is not recorded here: the call has an audit entry of its own. */
async function recordEnd(audit: BatchContext['audit'], event: BatchEvent, batch: Batch, counts: SmsBatchCounts) {
  const isByClient = event === 'canceled' && batch.reason === undefined;
  if (isByClient || (event !== 'completed' && event !== 'canceled' && event !== 'failed')) return;
  await audit.record({
    time: batch.completedOn ?? batch.createdOn,
    trigger: 'switchboard',
    client: batch.client,
    operation: `smsBatch.${event}`,
    resource: { type: 'smsBatch', id: batch.id },
    recipients: { accepted: counts.accepted, refused: counts.total - counts.accepted },
    occurrence: `${batch.id}-${event}-${batch.redrives}`,
  });
}
