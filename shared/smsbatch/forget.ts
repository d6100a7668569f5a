import { isOver } from './batch.ts';
import type { BatchEngine } from './engine.ts';

/**
 * Forgets batches that were over before that time: the account first, the batch itself last, so that one whose
 * forgetting was cut short is found again. Its recipients are in blobs, which storage itself takes away by their age.
 *
 * @param before epoch milliseconds
 */
export async function forgetBatches(engine: BatchEngine, before: number, mayGoOn: () => boolean): Promise<void> {
  for await (const { id, client } of engine.batches.all()) {
    if (!mayGoOn()) return;
    const batch = await engine.batches.get(client, id);
    if (!batch || !isOver(batch.state) || (batch.completedOn ?? batch.createdOn) >= before) continue;
    await engine.ledger.forget(id);
    await engine.batches.forget(client, id);
  }
}
