import { isBlobName } from '../../../../shared/contract/queueMessage.ts';
import type { Blobs, ListedBlob } from '../../../../shared/storage/blobs.ts';
import { hasStatus } from '../../../../shared/storage/connection.ts';
import { createBackOff } from '../../../../shared/storage/optimistic.ts';
import type { Storage } from '../../../../shared/storage/storage.ts';
import type { OldRow, Row, RowRange, Table } from '../../../../shared/storage/tables.ts';
import type { Random, StoredRow } from '../types.ts';
import type { SimulatedAccount } from './account.ts';
import type { StorageCalls } from './calls.ts';
import type { TableData } from './tableData.ts';

/** The storage as one process sees it. It answers as `shared/storage` does, which the conformance tests hold it to. */
export function createSimulatedStorage(calls: StorageCalls, account: SimulatedAccount, random: Random): Storage {
  const pause = (milliseconds: number) => calls.pause(milliseconds);
  return {
    queues: {
      send: (queue, text, { delaySeconds = 0, encoding = 'base64' } = {}) => {
        const encoded = encoding === 'none' ? text : Buffer.from(text).toString('base64');
        const effect = () => account.queue(queue).send(encoded, delaySeconds);
        return calls.make({ service: 'queue', label: `send ${queue}`, partition: queue, isWrite: true, effect });
      },
    },
    blobs: createBlobs(calls, account),
    tables: {
      table: (name) => createTable(calls, name, () => account.table(name)),
      backOff: createBackOff(pause, () => random.next()),
    },
    oldRows: { of: (table, than) => oldRows(calls, table, account.table(table), than.getTime()) },
  };
}

type Make = <Result>(partition: string, label: string, isWrite: boolean, effect: () => Result) => Promise<Result>;

function createTable(calls: StorageCalls, name: string, data: () => TableData): Table {
  const make: Make = (partition, label, isWrite, effect) =>
    calls.make({ service: 'table', label: `${label} of ${name}`, partition: `${name} ${partition}`, isWrite, effect });
  return {
    get: (partition, row) => make(partition, `get ${row}`, false, () => toRow(data().get(partition, row))),
    insert: (partition, row, values) =>
      make(partition, `insert ${row}`, true, () => lost([409], () => data().insert(partition, row, values))),
    replace: (partition, { rowKey, etag, values }) =>
      make(partition, `replace ${rowKey} ${etag}`, true, () =>
        lost([404, 412], () => data().update(partition, rowKey, etag, values, 'replace')),
      ),
    merge: (partition, { rowKey, etag, values }) =>
      make(partition, `merge ${rowKey} ${etag}`, true, () =>
        lost([404, 412], () => data().update(partition, rowKey, etag, values, 'merge')),
      ),
    transact: (partition, changes) =>
      make(partition, `transact ${changes.map(({ kind, rowKey }) => `${kind} ${rowKey}`).join(', ')}`, true, () =>
        lost([404, 409, 412], () => data().transact(partition, changes)),
      ),
    list: (partition, range) => listRows(calls, make, data(), partition, range),
    nextPartition: (after) =>
      make('', `next partition after ${after}`, false, () =>
        data()
          .partitionKeys()
          .find((key) => key > after),
      ),
    remove: (partition, row, etag = '*') =>
      make(partition, `remove ${row} ${etag}`, true, () => {
        lost([404, 412], () => data().delete(partition, row, etag));
      }),
  };
}

/** Undefined for these errors, as `shared/storage/tables.ts` answers. */
function lost<Result>(statuses: readonly number[], effect: () => Result): Result | undefined {
  try {
    return effect();
  } catch (error) {
    if (statuses.some((status) => hasStatus(error, status))) return undefined;
    throw error;
  }
}

function toRow(row: StoredRow | undefined, columns?: readonly string[]): Row | undefined {
  if (!row) return undefined;
  const { rowKey, etag, values } = row;
  const entries = Object.entries(values).filter(([name]) => !columns || columns.includes(name));
  return { rowKey, etag, values: Object.fromEntries(entries) };
}

/** @see https://learn.microsoft.com/rest/api/storageservices/query-timeout-and-pagination */
const MAXIMUM_PAGE_ROWS = 1000;

/** The service may end a page early, even before its first row, and returns where the next one continues. */
const SHORT_PAGES = 0.02;

async function* listRows(calls: StorageCalls, make: Make, data: TableData, partition: string, range: RowRange) {
  const { before, columns, limit = Number.POSITIVE_INFINITY } = range;
  const size = Math.min(limit, MAXIMUM_PAGE_ROWS);
  let count = 0;
  for (let from: string | undefined = range.from; from !== undefined; ) {
    const start: string = from;
    const shown = calls.random.chance(SHORT_PAGES) ? calls.random.integer(size) : size;
    // Each page shows the rows of its own moment.
    const rows: StoredRow[] = await make(partition, `list from ${start}`, false, () =>
      data.page(partition, start, before, size + 1),
    );
    for (const row of rows.slice(0, shown)) {
      yield toRow(row, columns) as Row;
      count += 1;
      if (count >= limit) return;
    }
    from = rows[shown]?.rowKey;
  }
}

async function* oldRows(calls: StorageCalls, name: string, data: TableData, than: number): AsyncIterable<OldRow> {
  let start: StoredRow | undefined;
  do {
    const from = start;
    const found: StoredRow[] = await calls.make({
      ...{ service: 'table', label: `list old rows of ${name}`, partition: name, isWrite: false },
      effect: () => data.all().filter((row) => row.writtenOn < than && !(from && isBefore(row, from))),
    });
    for (const { partitionKey, rowKey, etag } of found.slice(0, MAXIMUM_PAGE_ROWS))
      yield { partitionKey, rowKey, etag };
    start = found[MAXIMUM_PAGE_ROWS];
  } while (start);
}

function isBefore(one: StoredRow, other: StoredRow): boolean {
  if (one.partitionKey !== other.partitionKey) return one.partitionKey < other.partitionKey;
  return one.rowKey < other.rowKey;
}

/** As `shared/storage/blobs.ts` stages text. */
const BLOCK_BYTES = 1024 * 1024;

/** @see https://learn.microsoft.com/rest/api/storageservices/list-blobs */
const MAXIMUM_PAGE_BLOBS = 5000;

function createBlobs(calls: StorageCalls, account: SimulatedAccount): Blobs {
  const make = <Result>(container: string, label: string, isWrite: boolean, effect: () => Result) =>
    calls.make({ service: 'blob', label: `${label} in ${container}`, partition: container, isWrite, effect });
  const read = (container: string, name: string, offset: number, lengthBytes?: number) =>
    make(container, `read ${valid(name)} from ${offset}`, false, () =>
      lost([404], () => account.container(container).read(name, offset, lengthBytes)),
    );
  return {
    write: async (container, name, content) => {
      const bytes = Buffer.from(content);
      await make(container, `write ${valid(name)}`, true, () => account.container(container).put(name, bytes));
      return `https://simulated.blob.core.windows.net/${container}/${encodeURIComponent(name)}`;
    },
    writeText: async (container, name, pieces) => {
      const ids: string[] = [];
      for await (const block of blocksOf(pieces)) {
        const id = calls.random.uuid();
        ids.push(id);
        await make(container, `stage ${valid(name)}`, true, () => account.container(container).stage(name, id, block));
      }
      await make(container, `commit ${valid(name)}`, true, () => account.container(container).commit(name, ids));
    },
    read: (container, name) => read(container, name, 0),
    readRange: (container, name, offset, lengthBytes) => read(container, name, offset, lengthBytes),
    list: (container) => listBlobs(make, account, container),
    remove: async (container, name) => {
      await make(container, `remove ${valid(name)}`, true, () =>
        lost([404], () => account.container(container).remove(name)),
      );
    },
  };
}

function valid(name: string): string {
  if (!isBlobName(name)) throw new RangeError('Not a valid blob name.');
  return name;
}

async function* blocksOf(pieces: AsyncIterable<string>): AsyncIterable<Buffer> {
  let waiting: Buffer[] = [];
  let bytes = 0;
  for await (const piece of pieces) {
    waiting.push(Buffer.from(piece));
    bytes += Buffer.byteLength(piece);
    if (bytes <= BLOCK_BYTES) continue;
    const whole = Buffer.concat(waiting);
    const full = Math.floor((bytes - 1) / BLOCK_BYTES) * BLOCK_BYTES;
    for (let at = 0; at < full; at += BLOCK_BYTES) yield whole.subarray(at, at + BLOCK_BYTES);
    waiting = [whole.subarray(full)];
    bytes -= full;
  }
  if (bytes > 0) yield Buffer.concat(waiting);
}

async function* listBlobs(make: Make, account: SimulatedAccount, container: string): AsyncIterable<ListedBlob> {
  for (let from: string | undefined = ''; from !== undefined; ) {
    const start: string = from;
    const blobs: ListedBlob[] = await make(container, `list from ${start}`, false, () =>
      account.container(container).page(start, MAXIMUM_PAGE_BLOBS + 1),
    );
    yield* blobs.slice(0, MAXIMUM_PAGE_BLOBS);
    from = blobs[MAXIMUM_PAGE_BLOBS]?.name;
  }
}
