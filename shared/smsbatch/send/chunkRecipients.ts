import QuickLRU from 'quick-lru';
import type { Storage } from '../../storage/storage.ts';
import { readIndex, readLines } from '../recipients/file.ts';
import { numberOf, type Recipient } from '../recipients/recipient.ts';

/** Batches whose index is remembered at least: a number for each chunk, ten thousand of a large batch. */
const REMEMBERED_INDEXES = 4;

/** Chunks whose numbers are remembered at least: their delivery reports come about the same time. */
const REMEMBERED_CHUNKS = 200;

/** Neighbouring chunks that are read together: those of a fast sender are sent about the same time. */
const BLOCK_CHUNKS = 10;

/** Texts of a personalised block take up to 2 MB. */
const REMEMBERED_BLOCKS = 3;

/** An operator may erase a recipient from the file, in place: what was read longer ago than this is read again. */
const MAXIMUM_AGE_MILLISECONDS = 5_000;

interface Block {
  readonly readOn: number;
  readonly chunks: Promise<readonly (readonly Recipient[])[]>;
}

/** Reads the recipients of single chunks. */
export class ChunkRecipients {
  readonly #storage: Storage;
  readonly #now: () => number;
  readonly #blocks = new QuickLRU<string, Block>({ maxSize: REMEMBERED_BLOCKS });
  readonly #indexes = new QuickLRU<string, readonly number[]>({ maxSize: REMEMBERED_INDEXES });
  readonly #positions = new QuickLRU<string, ReadonlyMap<string, number>>({ maxSize: REMEMBERED_CHUNKS });

  constructor(storage: Storage, now: () => number) {
    this.#storage = storage;
    this.#now = now;
  }

  /** @throws SwitchboardError `Expired` when they have been deleted */
  async of(batchId: string, chunk: number): Promise<readonly Recipient[]> {
    const first = chunk - (chunk % BLOCK_CHUNKS);
    const key = `${batchId}/${first}`;
    const known = this.#blocks.get(key);
    const isFresh = known !== undefined && this.#now() - known.readOn <= MAXIMUM_AGE_MILLISECONDS;
    const block = isFresh ? known : { readOn: this.#now(), chunks: this.#read(batchId, first) };
    this.#blocks.set(key, block);
    try {
      return (await block.chunks)[chunk - first] ?? [];
    } catch (error) {
      if (this.#blocks.get(key) === block) this.#blocks.delete(key);
      throw error;
    }
  }

  async #read(batchId: string, first: number): Promise<readonly (readonly Recipient[])[]> {
    const index = this.#indexes.get(batchId) ?? (await readIndex(this.#storage, batchId));
    this.#indexes.set(batchId, index);
    const count = index.length - 1; // the last one is where the file ends
    return readLines(this.#storage, batchId, index, first, Math.min(first + BLOCK_CHUNKS, count));
  }

  /** Where each number stands in the chunk. @throws SwitchboardError `Expired` when they have been deleted */
  async positions(batchId: string, chunk: number): Promise<ReadonlyMap<string, number>> {
    const key = `${batchId}/${chunk}`;
    const known = this.#positions.get(key);
    if (known) return known;
    const recipients = await this.of(batchId, chunk);
    const positions = new Map(recipients.map((recipient, position) => [numberOf(recipient), position]));
    this.#positions.set(key, positions);
    return positions;
  }
}
