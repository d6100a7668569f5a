import { logFailure } from '../telemetry/failureLog.ts';
import { BATCHES_CONTAINER, chunkIndexBlob, isOver, recipientsBlob } from './batch.ts';
import type { BatchEngine } from './engine.ts';

/**
 * Deletes batches that were over before a certain time: their recipients and their rows together, the batch's own row
 * last, so that an interrupted deletion is found and finished by the next run. Also deletes recipients that were written
 * before that time for a batch that was never added, or whose row is gone. A batch that cannot be deleted is logged, and
 * tried again by the next run; the others are not affected.
 *
 * @param before epoch milliseconds
 */
export async function forgetBatches(engine: BatchEngine, before: number, mayGoOn: () => boolean): Promise<void> {
  for await (const { id, client } of engine.batches.all()) {
    if (!mayGoOn()) return;
    await isolated(id, () => forgetIfOld(engine, client, id, before));
  }
  for await (const { name, modifiedOn } of engine.storage.blobs.list(BATCHES_CONTAINER)) {
    if (!mayGoOn()) return;
    if (modifiedOn >= before) continue;
    const [id = ''] = name.split('/');
    await isolated(id, () => removeIfOrphan(engine, id, name));
  }
}

async function isolated(id: string, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    logFailure(`Batch ${id} cannot be deleted`, error);
  }
}

async function forgetIfOld(engine: BatchEngine, client: string, id: string, before: number): Promise<void> {
  const batch = await engine.batches.get(client, id);
  if (!batch) return forgetOwner(engine, client, id);
  if (!isOver(batch.state) || (batch.completedOn ?? batch.createdOn) >= before) return;
  // From here on it cannot be redriven. If another writer was faster, that was a redrive.
  if (!batch.isExpired && !(await engine.batches.advance(batch, { isExpired: true }))) return;
  const { blobs } = engine.storage;
  await Promise.all([recipientsBlob(id), chunkIndexBlob(id)].map((name) => blobs.remove(BATCHES_CONTAINER, name)));
  await engine.ledger.forget(id);
  await engine.batches.forget(client, id);
}

/** A deletion died before its last step. A submission that is under way has written its recipients before its owner. */
async function forgetOwner(engine: BatchEngine, client: string, id: string): Promise<void> {
  const recipients = await engine.storage.blobs.readRange(BATCHES_CONTAINER, recipientsBlob(id), 0, 1);
  if (!recipients) await engine.batches.forget(client, id);
}

/** A submission that died has left its recipients, and perhaps the name of their owner. */
async function removeIfOrphan(engine: BatchEngine, id: string, name: string): Promise<void> {
  const client = await engine.batches.ownerOf(id);
  if (client !== undefined) {
    if (await engine.batches.get(client, id)) return;
    await engine.batches.forget(client, id);
  }
  await engine.storage.blobs.remove(BATCHES_CONTAINER, name);
}
