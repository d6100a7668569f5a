import type { Batch, BatchEvent, OwedEvent } from './batch.ts';
import type { BatchEngine } from './engine.ts';
import { NOTHING } from './ledger/chunk.ts';
import { countsOf } from './status.ts';

/** What the batch owes once `event` has happened to it; written together with the change itself. */
export function owing({ owed, redrives }: Batch, event: BatchEvent): readonly OwedEvent[] {
  return [...owed, { event, redrives }];
}

/**
 * Emits the events that a batch owes its client, and then notes that it did. If the process dies in between, or another
 * writer changes the batch first, the sweep emits them again, with the same ids.
 *
 * @param batch as it was read or written last
 * @returns the batch without debts; undefined if another writer has changed it
 */
export async function emitOwed(engine: BatchEngine, batch: Batch): Promise<Batch | undefined> {
  if (batch.owed.length === 0) return batch;
  const tally = await engine.ledger.tally(batch.id);
  for (const { event, redrives } of batch.owed) {
    const counts = event === 'accepted' ? countsOf({ ...batch, state: 'running' }, NOTHING) : countsOf(batch, tally);
    await engine.tell(event, { ...batch, redrives }, counts);
  }
  return engine.batches.advance(batch, { owed: [] });
}
