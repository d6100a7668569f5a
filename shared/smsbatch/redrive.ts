import type { SmsBatch } from '../contract/smsBatch.ts';
import { SwitchboardError } from '../contract/switchboardError.ts';
import { type Batch, isOver, SPLIT_GRACE_MILLISECONDS } from './batch.ts';
import type { BatchContext } from './batchContext.ts';
import { complete } from './completion.ts';
import { changeBatch, findBatch } from './ledger/batches.ts';
import { type ChunkState, openCount, type StoredChunk, tallyOf } from './ledger/chunks.ts';
import { subtractTally } from './ledger/counters.ts';
import { emitPending } from './outcome.ts';
import { assertRecipientsExist } from './recipients/recipientsFile.ts';
import { sendChunkMessage, sendSplitMessage } from './send/batchQueues.ts';
import { refusalOf } from './send/permission.ts';
import { describeBatch } from './status.ts';

/** Counts recipients against the client's limits. */
export type ChargeRedrive = (recipients: number) => Promise<void>;

/**
 * Resends the failed messages of a batch that is over. A batch that was canceled because its client lost permission also
 * continues with its canceled recipients.
 *
 * @param includeInDoubt also resends messages in doubt, which may then be sent twice
 * @param charge called before anything is changed
 * @throws SwitchboardError `NotFound`; `Conflict` while the batch is running, when it was canceled on request, or when
 * nothing has failed; `Expired` when its recipients have been deleted; `Forbidden` when its client lacks permission to send
 * it; and what `charge` throws
 */
export async function redriveBatch(
  context: BatchContext,
  client: string,
  id: string,
  includeInDoubt: boolean,
  charge?: ChargeRedrive,
): Promise<SmsBatch> {
  const refusal = refusalOf(context, await findBatch(context, client, id));
  if (refusal !== undefined) throw new SwitchboardError('Forbidden', refusal);
  await complete(context, client, id);
  const tally = await context.ledger.tally(id);
  const resent = tally.failed + (includeInDoubt ? tally.inDoubt : 0);
  const before = await findBatch(context, client, id);
  assertRedrivable(before, resent);
  await assertRecipientsExist(context.storage, id);
  if (charge) await charge(resent);
  await emitPending(context, before); // while its counts and its reason are still those of the event
  // Activated only if it will run again, and before it does: if the process dies in between, the sweep finds it.
  await context.batches.activate(id, client, context.now());
  const batch = await changeBatch(context, client, id, (current) => {
    assertRedrivable(current, resent);
    return {
      state: 'running',
      redrives: current.redrives + 1,
      redriveInDoubt: includeInDoubt,
      splitDueOn: context.now() + SPLIT_GRACE_MILLISECONDS,
      completedOn: undefined,
      reason: undefined,
      isRevoked: false,
    };
  });
  await sendSplitMessage(context, { client, batch: id });
  return describeBatch(context, batch);
}

/** @param resent how many recipients would be sent to again */
function assertRedrivable({ state, isRevoked }: Batch, resent: number): void {
  if (state === 'canceled' && !isRevoked) throw conflict('The batch was canceled.');
  if (!isOver(state)) throw conflict('The batch is still running.');
  if (resent === 0 && state === 'completed') throw conflict('Nothing in this batch has failed.');
}

function conflict(message: string): SwitchboardError {
  return new SwitchboardError('Conflict', message);
}

/**
 * The part of a split that belongs to a redrive: reopens the chunks with failed recipients (and recipients in doubt, if
 * requested) and gives them send times. Safe to repeat after a crash: a reopened chunk carries the number of the redrive.
 *
 * @returns the batch afterwards; undefined when a concurrent split was faster
 * @throws SwitchboardError `Expired`
 */
export async function applyRedrive(context: BatchContext, batch: Batch): Promise<Batch | undefined> {
  if (batch.reopened === batch.redrives) return batch;
  await assertRecipientsExist(context.storage, batch.id);
  for await (const stored of context.ledger.chunks(batch.id, 0, batch.chunkCount)) {
    const reopened = reopenedState(stored.state, batch);
    if (reopened) await reopen(context, batch, stored, reopened);
  }
  return context.batches.advance(batch, { reopened: batch.redrives });
}

/** The chunk with its failed recipients open; undefined when it has none. */
export function reopenedState(state: ChunkState, { redrives, redriveInDoubt }: Batch): ChunkState | undefined {
  if (state.state !== 'done' || state.redrive >= redrives) return undefined;
  const isReopened = (name: string) => name === 'failed' || (name === 'inDoubt' && redriveInDoubt);
  const results = state.results.map((result) => (result && isReopened(result[0]) ? null : result));
  if (!results.includes(null)) return undefined;
  const untried = { state: 'waiting', wakeOn: 0, firstSent: 0, doubtful: false, failedTries: 0, postponed: 0 } as const;
  return { ...untried, redrive: redrives, results };
}

async function reopen(context: BatchContext, batch: Batch, stored: StoredChunk, reopened: ChunkState): Promise<void> {
  const wakeOn = await context.senders.reserve(batch.pace, { recipients: openCount(reopened.results) }, context.now());
  const change = subtractTally(tallyOf(reopened.results), tallyOf(stored.state.results));
  if (!(await context.ledger.settle(batch.id, stored, { ...reopened, wakeOn }, change))) return;
  await sendChunkMessage(context, { client: batch.client, batch: batch.id, chunk: stored.chunk }, wakeOn);
}
