import type { SmsBatch } from '../contract/smsBatch.ts';
import { SwitchboardError } from '../contract/switchboardError.ts';
import { retryConflicts } from '../storage/optimistic.ts';
import { type Batch, type BatchProgress, isOver, isSplit, SPLIT_GRACE_MILLISECONDS } from './batch.ts';
import { complete } from './completion.ts';
import type { BatchEngine } from './engine.ts';
import { emitOwed, owing } from './owed.ts';
import { assertRecipientsExist, expired } from './recipients/file.ts';
import { refusalOf } from './send/permission.ts';
import { sendSplitMessage } from './splitqueue.ts';
import { describeBatch } from './status.ts';

/** @throws SwitchboardError `NotFound`, also when the batch is another client's; `Expired` while it is being deleted */
export async function findBatch(engine: BatchEngine, client: string, id: string): Promise<Batch> {
  const batch = await engine.batches.get(client, id);
  if (!batch) throw new SwitchboardError('NotFound', 'There is no batch with this id.', { target: 'id' });
  if (batch.isExpired) throw expired();
  return batch;
}

/**
 * Where a batch stands. One that is done and does not say so yet is completed on the way.
 *
 * @throws SwitchboardError `NotFound`
 */
export async function batchStatus(engine: BatchEngine, client: string, id: string): Promise<SmsBatch> {
  const status = await describeBatch(engine, await findBatch(engine, client, id));
  if (status.state !== 'completed' || status.completedOn !== undefined) return status;
  await complete(engine, client, id);
  return describeBatch(engine, await findBatch(engine, client, id));
}

/**
 * Stops a batch: nothing is sent any more except what is being sent at this moment, or within the second that other
 * processes take to see it.
 *
 * @param reason where it was not its client that asked for it
 * @throws SwitchboardError `NotFound`; `Conflict` when it is over already
 */
export async function cancelBatch(engine: BatchEngine, client: string, id: string, reason?: string): Promise<SmsBatch> {
  await complete(engine, client, id); // it may be done and not say so yet
  const canceled = await change(engine, client, id, (batch) => {
    // A repetition: it is as the caller wants it. But one that was revoked is now canceled for good.
    if (batch.state === 'canceled') return batch.isRevoked ? { isRevoked: false } : undefined;
    if (isOver(batch.state)) throw conflict(`The batch is ${batch.state}: there is nothing to cancel.`);
    return { state: 'canceled', completedOn: engine.now(), reason, owed: owing(batch, 'canceled') };
  });
  await emitOwed(engine, canceled);
  return describeBatch(engine, canceled);
}

/** Counts recipients against the client's limits. */
export type ChargeRedrive = (recipients: number) => Promise<void>;

/**
 * Cancels a batch that its client may no longer send. One that is over, or done, stays as it is.
 *
 * @param reason shown to the client, and in the outcome
 */
export async function revokeBatch(engine: BatchEngine, client: string, id: string, reason: string): Promise<void> {
  await complete(engine, client, id);
  if (!(await engine.batches.get(client, id))) return;
  const batch = await change(engine, client, id, (current) => {
    if (isOver(current.state)) return undefined;
    const owed = owing(current, 'canceled');
    return { state: 'canceled', completedOn: engine.now(), reason, isRevoked: true, owed };
  });
  if (batch.state === 'canceled') await emitOwed(engine, batch);
}

/**
 * Sends again what has failed in a batch that is over. One that was canceled because its client might no longer send it
 * goes on with what was canceled, too.
 *
 * @param includeInDoubt also what may have been sent, at the risk of sending it twice
 * @param charge called before anything is changed
 * @throws SwitchboardError `NotFound`; `Conflict` while it runs, when it was canceled on request, or when nothing has
 * failed; `Expired` when its recipients have been deleted; `Forbidden` when its client may not send it (any more); and what
 * `charge` throws
 */
export async function redriveBatch(
  engine: BatchEngine,
  client: string,
  id: string,
  includeInDoubt: boolean,
  charge?: ChargeRedrive,
): Promise<SmsBatch> {
  const refusal = refusalOf(engine, await findBatch(engine, client, id));
  if (refusal !== undefined) throw new SwitchboardError('Forbidden', refusal);
  await complete(engine, client, id);
  const tally = await engine.ledger.tally(id);
  const again = tally.failed + (includeInDoubt ? tally.inDoubt : 0);
  const before = await findBatch(engine, client, id);
  assertRedrivable(before, again);
  await assertRecipientsExist(engine.storage, id);
  if (charge) await charge(again);
  await emitOwed(engine, before); // as long as its counts and its reason are those of the event
  // Only a batch that will run again becomes active, and before it does: if the process dies in between, the sweep finds it.
  await engine.batches.activate(id, client, engine.now());
  const batch = await change(engine, client, id, (current) => {
    assertRedrivable(current, again);
    const splitDueOn = engine.now() + SPLIT_GRACE_MILLISECONDS;
    const redrive = { redrives: current.redrives + 1, redriveInDoubt: includeInDoubt };
    return {
      ...redrive,
      ...{ state: 'running', splitDueOn, completedOn: undefined, reason: undefined, isRevoked: false },
    };
  });
  await sendSplitMessage(engine, { client, batch: id });
  return describeBatch(engine, batch);
}

/** @param again how many recipients would be sent to again */
function assertRedrivable({ state, isRevoked }: Batch, again: number): void {
  if (state === 'canceled' && !isRevoked) throw conflict('The batch was canceled.');
  if (!isOver(state)) throw conflict('The batch is still running.');
  if (again === 0 && state === 'completed') throw conflict('Nothing in this batch has failed.');
}

/** Fails a batch that cannot be split (any more), unless it is over or split by now. */
export async function failBatch(engine: BatchEngine, client: string, id: string, reason: string): Promise<void> {
  if (!(await engine.batches.get(client, id))) return;
  const batch = await change(engine, client, id, (current) => {
    if (isOver(current.state) || isSplit(current)) return undefined;
    return { state: 'failed', completedOn: engine.now(), reason, owed: owing(current, 'failed') };
  });
  if (batch.state === 'failed') await emitOwed(engine, batch);
}

/** @param next answers undefined to leave the batch as it is */
function change(
  engine: BatchEngine,
  client: string,
  id: string,
  next: (batch: Batch) => Partial<BatchProgress> | undefined,
): Promise<Batch> {
  return retryConflicts(engine.storage.tables, async () => {
    const batch = await findBatch(engine, client, id);
    const changes = next(batch);
    return changes ? engine.batches.advance(batch, changes) : batch;
  });
}

function conflict(message: string): SwitchboardError {
  return new SwitchboardError('Conflict', message);
}
