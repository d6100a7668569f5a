import type { SmsBatch } from '../contract/smsBatch.ts';
import { SwitchboardError } from '../contract/switchboardError.ts';
import { isOver, isSplit } from './batch.ts';
import type { BatchContext } from './batchContext.ts';
import { complete } from './completion.ts';
import { changeBatch } from './ledger/batches.ts';
import { emitPending, withPending } from './outcome.ts';
import { describeBatch } from './status.ts';

/**
 * Cancels a batch. Only chunks that are being sent right now are still sent, or that another process starts within the
 * second it takes to see the cancellation.
 *
 * @param reason shown to the client; only for cancellations that the client did not request
 * @throws SwitchboardError `NotFound`; `Conflict` when the batch is already over
 */
export async function cancelBatch(
  context: BatchContext,
  client: string,
  id: string,
  reason?: string,
): Promise<SmsBatch> {
  await complete(context, client, id); // it may be done but not yet marked as completed
  const canceled = await changeBatch(context, client, id, (batch) => {
    // A repeated cancellation changes nothing, except that a revoked batch can no longer be redriven.
    if (batch.state === 'canceled') return batch.isRevoked ? { isRevoked: false } : undefined;
    if (isOver(batch.state)) {
      throw new SwitchboardError('Conflict', `The batch is ${batch.state}: there is nothing to cancel.`);
    }
    const pendingEvents = withPending(batch, 'canceled');
    return { state: 'canceled', completedOn: context.now(), reason, pendingEvents };
  });
  await emitPending(context, canceled);
  return describeBatch(context, canceled);
}

/**
 * Cancels a batch that its client may no longer send. Does nothing to a batch that is over or done.
 *
 * @param reason shown to the client, also in the outcome event
 */
export async function revokeBatch(context: BatchContext, client: string, id: string, reason: string): Promise<void> {
  await complete(context, client, id);
  if (!(await context.batches.get(client, id))) return;
  const batch = await changeBatch(context, client, id, (current) => {
    if (isOver(current.state)) return undefined;
    const pendingEvents = withPending(current, 'canceled');
    return { state: 'canceled', completedOn: context.now(), reason, isRevoked: true, pendingEvents };
  });
  if (batch.state === 'canceled') await emitPending(context, batch);
}

/** Fails a batch that cannot be split. Does nothing to a batch that is over or already split. */
export async function failBatch(context: BatchContext, client: string, id: string, reason: string): Promise<void> {
  if (!(await context.batches.get(client, id))) return;
  const batch = await changeBatch(context, client, id, (current) => {
    if (isOver(current.state) || isSplit(current)) return undefined;
    return { state: 'failed', completedOn: context.now(), reason, pendingEvents: withPending(current, 'failed') };
  });
  if (batch.state === 'failed') await emitPending(context, batch);
}
