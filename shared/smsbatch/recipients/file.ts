import { SwitchboardError } from '../../contract/switchboardError.ts';
import type { Storage } from '../../storage/storage.ts';
import { BATCHES_CONTAINER, chunkIndexBlob, recipientsBlob } from '../batch.ts';
import { parseRecipients, type Recipient } from './recipient.ts';

/** What is said of a batch whose recipients have been deleted. */
export const EXPIRED = 'The recipients of this batch have been deleted: they are kept for a limited time.';

export function expired(): SwitchboardError {
  return new SwitchboardError('Expired', EXPIRED, { target: 'id' });
}

export function isExpiry(error: unknown): boolean {
  return error instanceof SwitchboardError && error.code === 'Expired';
}

/** @throws SwitchboardError `Expired` when one of the files is gone */
export async function assertRecipientsExist({ blobs }: Storage, batchId: string): Promise<void> {
  const names = [chunkIndexBlob(batchId), recipientsBlob(batchId)];
  const found = await Promise.all(names.map((name) => blobs.readRange(BATCHES_CONTAINER, name, 0, 1)));
  if (found.includes(undefined)) throw expired();
}

/** Finds out once for all chunks. @throws SwitchboardError `Expired`; SyntaxError when the index is damaged */
export async function assertRecipientsReadable(storage: Storage, batchId: string): Promise<void> {
  const recipients = storage.blobs.readRange(BATCHES_CONTAINER, recipientsBlob(batchId), 0, 1);
  const [found] = await Promise.all([recipients, readIndex(storage, batchId)]);
  if (!found) throw expired();
}

/** The byte at which each chunk begins, and the end of the last one. @throws SwitchboardError `Expired` */
export async function readIndex(storage: Storage, batchId: string): Promise<number[]> {
  const bytes = await storage.blobs.read(BATCHES_CONTAINER, chunkIndexBlob(batchId));
  if (!bytes) throw expired();
  return JSON.parse(bytes.toString('utf8')) as number[];
}

/** The recipients of some chunks that follow each other, chunk by chunk. @throws SwitchboardError `Expired` */
export async function readLines(
  storage: Storage,
  batchId: string,
  index: readonly number[],
  first: number,
  last: number,
): Promise<Recipient[][]> {
  const [start, end] = [index[first], index[last]];
  if (start === undefined || end === undefined) throw new RangeError('The batch has no such chunk.');
  const bytes = await storage.blobs.readRange(BATCHES_CONTAINER, recipientsBlob(batchId), start, end - start);
  if (!bytes) throw expired();
  return Array.from({ length: last - first }, (_, offset) => {
    const [from = 0, to = 0] = [index[first + offset], index[first + offset + 1]];
    return parseRecipients(bytes.subarray(from - start, to - start));
  });
}
