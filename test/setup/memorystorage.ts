import { text } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import type { Blobs } from '../../shared/storage/blobs.ts';
import type { OldRows } from '../../shared/storage/oldRows.ts';
import { createBackOff } from '../../shared/storage/optimistic.ts';
import { MAXIMUM_QUEUE_MESSAGE_BYTES, type Queues, type SendOptions } from '../../shared/storage/queues.ts';
import type { Storage } from '../../shared/storage/storage.ts';
import { MemoryTable } from './memorytable.ts';

export interface SentMessage {
  readonly queue: string;
  readonly text: string;
  readonly options: SendOptions;
}

/** Storage in memory, by the rules of Azure Storage that the app leans on. */
export class MemoryStorage implements Storage {
  readonly sent: SentMessage[] = [];
  readonly #blobs = new Map<string, { readonly bytes: Buffer; readonly modifiedOn: number }>();
  readonly #tables = new Map<string, MemoryTable>();
  readonly #now: () => number;

  constructor(now: () => number = () => Date.now()) {
    this.#now = now;
  }

  readonly queues: Queues = {
    send: async (queue, text, options = {}) => {
      if (Buffer.byteLength(text) > MAXIMUM_QUEUE_MESSAGE_BYTES) throw new Error('413 RequestBodyTooLarge');
      this.sent.push({ queue, text, options });
    },
  };

  readonly blobs: Blobs = {
    write: async (container, name, content) => {
      this.#setBlob(container, name, Buffer.from(content));
      return `memory://blobs/${container}/${name}`;
    },
    writeText: async (container, name, pieces) => {
      this.#setBlob(container, name, Buffer.from(await text(pieces)));
    },
    read: async (container, name) => this.#blobs.get(`${container}/${name}`)?.bytes,
    readRange: async (container, name, offset, lengthBytes) =>
      this.#blobs.get(`${container}/${name}`)?.bytes.subarray(offset, offset + lengthBytes),
    list: (container) => this.#listBlobs(`${container}/`),
    remove: async (container, name) => {
      this.#blobs.delete(`${container}/${name}`);
    },
  };

  async *#listBlobs(prefix: string) {
    for (const [path, { modifiedOn }] of [...this.#blobs]) {
      if (path.startsWith(prefix)) yield { name: path.slice(prefix.length), modifiedOn };
    }
  }

  #setBlob(container: string, name: string, bytes: Buffer): void {
    this.#blobs.set(`${container}/${name}`, { bytes, modifiedOn: this.#now() });
  }

  readonly tables = {
    table: (name: string): MemoryTable => {
      const table = this.#tables.get(name) ?? new MemoryTable(this.#now);
      this.#tables.set(name, table);
      return table;
    },
    backOff: createBackOff(turns, spread()),
  };

  readonly oldRows: OldRows = { of: (table, than) => this.tables.table(table).older(than) };

  /** The messages of one queue, parsed. */
  messages(queue: string): readonly unknown[] {
    return this.sent.filter((it) => it.queue === queue).map(({ text }): unknown => JSON.parse(text));
  }
}

/** A pause in memory: a turn of the event loop for each millisecond, which is what a call to the tables takes, too. */
async function turns(milliseconds: number): Promise<void> {
  for (let turn = 0; turn < milliseconds; turn += 1) await setImmediate();
}

/** Numbers from 0 to 1 that are far from each other, and the same in every run. */
function spread(): () => number {
  let next = 0;
  return () => {
    next = (next + (Math.sqrt(5) - 1) / 2) % 1;
    return next;
  };
}
