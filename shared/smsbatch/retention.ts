import { logFailure } from '../telemetry/failureLog.ts';
import { BATCHES_CONTAINER, chunkIndexBlob, isOver, recipientsBlob } from './batch.ts';
import type { BatchContext } from './batchContext.ts';

/**
 * Deletes batches that were over before a certain time: recipients and rows, the batch's own row last, so that the next
 * run finds and finishes an interrupted deletion. Also deletes older recipients whose batch was never added or no longer
 * has a row. A batch that cannot be deleted is logged and retried by the next run; other batches are not affected.
 *
 * @param before epoch milliseconds
 * @param mayContinue checked before each batch
 */
export async function deleteExpiredBatches(
  context: BatchContext,
  before: number,
  mayContinue: () => boolean,
): Promise<void> {
  for await (const { id, client } of context.batches.all()) {
    if (!mayContinue()) return;
    await isolated(id, () => deleteIfExpired(context, client, id, before));
  }
  for await (const { name, modifiedOn } of context.storage.blobs.list(BATCHES_CONTAINER)) {
    if (!mayContinue()) return;
    if (modifiedOn >= before) continue;
    const [id = ''] = name.split('/');
    await isolated(id, () => removeIfOrphan(context, id, name));
  }
}

async function isolated(id: string, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    logFailure(`Batch ${id} cannot be deleted`, error);
  }
}

async function deleteIfExpired(context: BatchContext, client: string, id: string, before: number): Promise<void> {
  const batch = await context.batches.get(client, id);
  if (!batch) return removeOwner(context, client, id);
  if (!isOver(batch.state) || (batch.completedOn ?? batch.createdOn) >= before) return;
  // From here on it cannot be redriven. If another writer was faster, that was a redrive.
  if (!batch.isExpired && !(await context.batches.advance(batch, { isExpired: true }))) return;
  const { blobs } = context.storage;
  await Promise.all([recipientsBlob(id), chunkIndexBlob(id)].map((name) => blobs.remove(BATCHES_CONTAINER, name)));
  await context.ledger.remove(id);
  await context.batches.remove(client, id);
}

/** Finishes a deletion that died before its last step. A submission in progress writes its recipients before its owner. */
async function removeOwner(context: BatchContext, client: string, id: string): Promise<void> {
  const recipients = await context.storage.blobs.readRange(BATCHES_CONTAINER, recipientsBlob(id), 0, 1);
  if (!recipients) await context.batches.remove(client, id);
}

/** Removes what a submission that died has left: its recipients, and possibly the name of their owner. */
async function removeIfOrphan(context: BatchContext, id: string, name: string): Promise<void> {
  const client = await context.batches.ownerOf(id);
  if (client !== undefined) {
    if (await context.batches.get(client, id)) return;
    await context.batches.remove(client, id);
  }
  await context.storage.blobs.remove(BATCHES_CONTAINER, name);
}
