import QuickLRU from 'quick-lru';
import { SwitchboardError } from '../../contract/switchboardError.ts';
import type { Storage } from '../../storage/storage.ts';
import {
  BATCHES_CONTAINER,
  type BatchFacts,
  chunkIndexBlob,
  REMEMBERED_MILLISECONDS,
  recipientsBlob,
} from '../batch.ts';
import { numberOf, parseRecipients, type Recipient } from './recipient.ts';

/** The error of a batch whose recipients have been deleted. */
export const EXPIRED = 'The recipients of this batch have been deleted: they are kept for a limited time.';

export function expired(): SwitchboardError {
  return new SwitchboardError('Expired', EXPIRED, { target: 'id' });
}

export function isExpiry(error: unknown): boolean {
  return error instanceof SwitchboardError && error.code === 'Expired';
}

/** @throws SwitchboardError `Expired` when one of the batch's blobs is missing */
export async function assertRecipientsExist({ blobs }: Storage, batchId: string): Promise<void> {
  const names = [chunkIndexBlob(batchId), recipientsBlob(batchId)];
  const found = await Promise.all(names.map((name) => blobs.readRange(BATCHES_CONTAINER, name, 0, 1)));
  if (found.includes(undefined)) throw expired();
}

/** Checks once for all chunks. @throws SwitchboardError `Expired`; SyntaxError when the index is damaged */
export async function assertRecipientsReadable(storage: Storage, batchId: string): Promise<void> {
  const recipients = storage.blobs.readRange(BATCHES_CONTAINER, recipientsBlob(batchId), 0, 1);
  const [found] = await Promise.all([recipients, readIndex(storage, batchId)]);
  if (!found) throw expired();
}

/** The byte offset of each chunk, and the end of the last one. @throws SwitchboardError `Expired` */
export async function readIndex(storage: Storage, batchId: string): Promise<number[]> {
  const bytes = await storage.blobs.read(BATCHES_CONTAINER, chunkIndexBlob(batchId));
  if (!bytes) throw expired();
  return JSON.parse(bytes.toString('utf8')) as number[];
}

/** The recipients of consecutive chunks, from `first` up to but not including `before`. @throws SwitchboardError `Expired` */
export async function readChunks(
  storage: Storage,
  batchId: string,
  index: readonly number[],
  first: number,
  before: number,
): Promise<Recipient[][]> {
  const [start, end] = [index[first], index[before]];
  if (start === undefined || end === undefined) throw new RangeError('The batch has no such chunk.');
  const bytes = await storage.blobs.readRange(BATCHES_CONTAINER, recipientsBlob(batchId), start, end - start);
  if (!bytes) throw expired();
  return Array.from({ length: before - first }, (_, offset) => {
    const [from = 0, to = 0] = [index[first + offset], index[first + offset + 1]];
    return parseRecipients(bytes.subarray(from - start, to - start));
  });
}

/** Batches whose index is cached at least: one number per chunk, ten thousand for a large batch. */
const CACHED_INDEXES = 4;

/** Chunks whose positions are cached at least: their delivery reports arrive at about the same time. */
const CACHED_CHUNKS = 40;

/** Recipients that are read together: those of one chunk of a fast sender, or of neighboring chunks of a slower one. */
const BLOCK_RECIPIENTS = 1000;

/** A block of personalized messages takes up to 2 MB. */
const CACHED_BLOCKS = 3;

/** An operator may erase a recipient in the blob, so blocks are read again after this time. */
const MAXIMUM_AGE_MILLISECONDS = 5_000;

type ChunkedBatch = Pick<BatchFacts, 'id' | 'chunkSize'>;

interface Block {
  readonly readOn: number;
  readonly chunks: Promise<readonly (readonly Recipient[])[]>;
}

/** Reads the recipients of single chunks through a cache. */
export class ChunkRecipients {
  readonly #storage: Storage;
  readonly #now: () => number;
  readonly #blocks = new QuickLRU<string, Block>({ maxSize: CACHED_BLOCKS });
  readonly #indexes = new QuickLRU<string, readonly number[]>({
    maxSize: CACHED_INDEXES,
    maxAge: REMEMBERED_MILLISECONDS,
  });
  readonly #positions = new QuickLRU<string, ReadonlyMap<string, number>>({
    maxSize: CACHED_CHUNKS,
    maxAge: REMEMBERED_MILLISECONDS,
  });

  constructor(storage: Storage, now: () => number) {
    this.#storage = storage;
    this.#now = now;
  }

  /** @throws SwitchboardError `Expired` when they have been deleted */
  async of({ id, chunkSize }: ChunkedBatch, chunk: number): Promise<readonly Recipient[]> {
    const blockChunks = Math.max(1, Math.floor(BLOCK_RECIPIENTS / chunkSize));
    const first = chunk - (chunk % blockChunks);
    const key = `${id}/${first}`;
    const known = this.#blocks.get(key);
    const isFresh = known !== undefined && this.#now() - known.readOn <= MAXIMUM_AGE_MILLISECONDS;
    const block = isFresh ? known : { readOn: this.#now(), chunks: this.#readBlock(id, first, first + blockChunks) };
    this.#blocks.set(key, block);
    try {
      return (await block.chunks)[chunk - first] ?? [];
    } catch (error) {
      if (this.#blocks.get(key) === block) this.#blocks.delete(key);
      throw error;
    }
  }

  /** The position of each number in the chunk. @throws SwitchboardError `Expired` when they have been deleted */
  async positions(batch: ChunkedBatch, chunk: number): Promise<ReadonlyMap<string, number>> {
    const key = `${batch.id}/${chunk}`;
    const known = this.#positions.get(key);
    if (known) return known;
    const recipients = await this.of(batch, chunk);
    const positions = new Map(recipients.map((recipient, position) => [numberOf(recipient), position]));
    this.#positions.set(key, positions);
    return positions;
  }

  async #readBlock(batchId: string, first: number, before: number): Promise<readonly (readonly Recipient[])[]> {
    const index = this.#indexes.get(batchId) ?? (await readIndex(this.#storage, batchId));
    this.#indexes.set(batchId, index);
    const count = index.length - 1; // the last entry is the end of the blob
    return readChunks(this.#storage, batchId, index, first, Math.min(before, count));
  }
}
