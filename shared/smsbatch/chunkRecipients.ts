import QuickLRU from 'quick-lru';
import type { Storage } from '../storage/storage.ts';
import { numberOf, type Recipient } from './recipient.ts';
import { readIndex, readLines } from './recipientsfile.ts';

/** Batches whose index is remembered at least: a number for each chunk, ten thousand of a large batch. */
const REMEMBERED_INDEXES = 4;

/** Chunks whose numbers are remembered at least: their delivery reports come about the same time. */
const REMEMBERED_CHUNKS = 200;

/** Reads the recipients of single chunks. A file only changes where an operator erases a recipient, in place. */
export class ChunkRecipients {
  readonly #storage: Storage;
  readonly #indexes = new QuickLRU<string, readonly number[]>({ maxSize: REMEMBERED_INDEXES });
  readonly #positions = new QuickLRU<string, ReadonlyMap<string, number>>({ maxSize: REMEMBERED_CHUNKS });

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /** @throws SwitchboardError `Expired` when they have been deleted */
  async of(batchId: string, chunk: number): Promise<readonly Recipient[]> {
    const index = this.#indexes.get(batchId) ?? (await readIndex(this.#storage, batchId));
    this.#indexes.set(batchId, index);
    const [recipients = []] = await readLines(this.#storage, batchId, index, chunk, chunk + 1);
    return recipients;
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
