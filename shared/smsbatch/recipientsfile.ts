import type { Storage } from '../storage/storage.ts';
import { BATCHES_CONTAINER, chunkIndexBlob, recipientsBlob } from './batch.ts';
import { parseRecipients, type Recipient } from './recipient.ts';

/** The byte at which each chunk begins, and the end of the last one. */
export async function readIndex(storage: Storage, batchId: string): Promise<number[]> {
  const bytes = await storage.blobs.read(BATCHES_CONTAINER, chunkIndexBlob(batchId));
  if (!bytes) throw new Error(`The chunk index of batch ${batchId} is gone.`);
  return JSON.parse(bytes.toString('utf8')) as number[];
}

/** The recipients of some chunks that follow each other, chunk by chunk. */
export async function readLines(
  storage: Storage,
  batchId: string,
  index: readonly number[],
  first: number,
  last: number,
): Promise<Recipient[][]> {
  const [start = 0, end = 0] = [index[first], index[last]];
  const bytes = await storage.blobs.readRange(BATCHES_CONTAINER, recipientsBlob(batchId), start, end - start);
  if (!bytes) throw new Error(`The recipients of batch ${batchId} are gone.`);
  return Array.from({ length: last - first }, (_, offset) => {
    const [from = 0, to = 0] = [index[first + offset], index[first + offset + 1]];
    return parseRecipients(bytes.subarray(from - start, to - start));
  });
}

/** The recipients of one chunk, for whoever got its message without them. */
export async function readChunkRecipients(storage: Storage, batchId: string, chunk: number): Promise<Recipient[]> {
  const [recipients = []] = await readLines(storage, batchId, await readIndex(storage, batchId), chunk, chunk + 1);
  return recipients;
}
