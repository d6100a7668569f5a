import type { Channel } from '../inspection/items.ts';

/** The place of an item in the outbox. Its content stays in the store of its channel. */
export interface Entry {
  readonly channel: Channel;
  readonly id: string;
  readonly sequence: number;
  revision: number;
  /** When the item changes next without an event, in epoch milliseconds. */
  changesAt: number | undefined;
  readonly sizeBytes: number;
  isRemoved: boolean;
}

/** Number of removed entries after which the array is compacted. */
const COMPACT_AFTER = 1024;

/** The entries of a channel in order of arrival. Adding and removing take constant time. */
export class Entries {
  readonly #byId = new Map<string, Entry>();
  /** Contains removed entries until it is compacted. */
  #inOrder: Entry[] = [];
  /** Entries before this index are removed. */
  #head = 0;
  #sizeBytes = 0;

  get count(): number {
    return this.#byId.size;
  }

  /** The sum of all entries. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  find(id: string): Entry | undefined {
    return this.#byId.get(id);
  }

  add(entry: Entry): void {
    this.#byId.set(entry.id, entry);
    this.#inOrder.push(entry);
    this.#sizeBytes += entry.sizeBytes;
  }

  remove(entry: Entry): void {
    entry.isRemoved = true;
    this.#byId.delete(entry.id);
    this.#sizeBytes -= entry.sizeBytes;
    const removed = this.#inOrder.length - this.#byId.size;
    if (removed < COMPACT_AFTER || removed < this.#inOrder.length / 2) return;
    this.#inOrder = this.#inOrder.filter(({ isRemoved }) => !isRemoved);
    this.#head = 0;
  }

  oldest(): Entry | undefined {
    while (this.#inOrder[this.#head]?.isRemoved) this.#head += 1;
    return this.#inOrder[this.#head];
  }

  *newestFirst(): Generator<Entry> {
    for (let index = this.#inOrder.length - 1; index >= this.#head; index -= 1) {
      const entry = this.#inOrder[index];
      if (entry && !entry.isRemoved) yield entry;
    }
  }
}
