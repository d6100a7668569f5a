import { text } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import type { Blobs } from '../../shared/storage/blobs.ts';
import { createBackOff } from '../../shared/storage/optimistic.ts';
import { MAXIMUM_QUEUE_MESSAGE_BYTES, type Queues, type SendOptions } from '../../shared/storage/queues.ts';
import type { Storage } from '../../shared/storage/storage.ts';
import type { OldRow, OldRows, Row, RowChange, RowRange, RowValues, Table } from '../../shared/storage/tables.ts';

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

  /** Everything that is stored or was sent, as text. */
  contents(): string {
    const blobs = [...this.#blobs].map(([path, { bytes }]) => [path, bytes.toString()]);
    return JSON.stringify([[...this.#tables].map(([name, table]) => [name, table.contents()]), blobs, this.sent]);
  }

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

/** A table in memory: each call takes a turn of the event loop, so that racing callers do overtake each other. */
export class MemoryTable implements Table {
  readonly #partitions = new Map<string, Map<string, Row>>();
  /** When each etag was given. */
  readonly #writtenOn = new Map<string, number>();
  readonly #now: () => number;
  #writes = 0;

  constructor(now: () => number = () => Date.now()) {
    this.#now = now;
  }

  contents(): unknown {
    return [...this.#partitions].map(([key, rows]) => [key, [...rows.values()]]);
  }

  async get(partitionKey: string, rowKey: string): Promise<Row | undefined> {
    await turn();
    return this.#partitions.get(partitionKey)?.get(rowKey);
  }

  async insert(partitionKey: string, rowKey: string, values: RowValues): Promise<string | undefined> {
    return (await this.transact(partitionKey, [{ kind: 'insert', rowKey, values }]))?.[0];
  }

  async replace(partitionKey: string, row: Row): Promise<string | undefined> {
    return (await this.transact(partitionKey, [{ kind: 'replace', ...row }]))?.[0];
  }

  async merge(partitionKey: string, { rowKey, etag, values }: Row): Promise<string | undefined> {
    const before = this.#partitions.get(partitionKey)?.get(rowKey)?.values;
    return this.replace(partitionKey, { rowKey, etag, values: { ...before, ...values } });
  }

  async transact(partitionKey: string, changes: readonly RowChange[]): Promise<readonly string[] | undefined> {
    await turn();
    const fits = (change: RowChange) => {
      const row = this.#partitions.get(partitionKey)?.get(change.rowKey);
      if (change.kind === 'remove') return row !== undefined;
      return change.kind === 'insert' ? row === undefined : row?.etag === change.etag;
    };
    return changes.every(fits) ? changes.map((change) => this.#write(partitionKey, change)) : undefined;
  }

  async *list(partitionKey: string, range: RowRange): AsyncIterable<Row> {
    await turn();
    const { from, before, limit = Number.POSITIVE_INFINITY } = range;
    const rows = this.#partitions.get(partitionKey);
    const keys = [...(rows?.keys() ?? [])].filter((key) => key >= from && key < before);
    const inOrder = keys.sort((a, b) => (a < b ? -1 : 1)).slice(0, limit);
    for (const key of inOrder) {
      const row = rows?.get(key);
      if (row) yield row;
    }
  }

  async nextPartition(after: string): Promise<string | undefined> {
    await turn();
    const keys = [...this.#partitions].flatMap(([key, rows]) => (key > after && rows.size > 0 ? [key] : []));
    return keys.sort((a, b) => (a < b ? -1 : 1))[0];
  }

  async *older(than: Date): AsyncIterable<OldRow> {
    await turn();
    for (const [partitionKey, rows] of this.#partitions) {
      for (const { rowKey, etag } of rows.values()) {
        if ((this.#writtenOn.get(etag) ?? 0) < than.getTime()) yield { partitionKey, rowKey, etag };
      }
    }
  }

  async remove(partitionKey: string, rowKey: string, etag?: string): Promise<void> {
    await turn();
    const rows = this.#partitions.get(partitionKey);
    if (etag === undefined || rows?.get(rowKey)?.etag === etag) rows?.delete(rowKey);
  }

  #write(partitionKey: string, change: RowChange): string {
    const rows = this.#partitions.get(partitionKey) ?? new Map<string, Row>();
    this.#partitions.set(partitionKey, rows);
    const { rowKey } = change;
    if (change.kind === 'remove') {
      rows.delete(rowKey);
      return '';
    }
    const { values } = change;
    this.#writes += 1;
    const etag = `W/"${this.#writes}"`;
    rows.set(rowKey, { rowKey, etag, values });
    this.#writtenOn.set(etag, this.#now());
    return etag;
  }
}

function turn(): Promise<void> {
  return setImmediate();
}
