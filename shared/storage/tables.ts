import { setTimeout } from 'node:timers/promises';
import type { TableClient, TableEntityResult, TransactionAction } from '@azure/data-tables';
import type { StorageAccess } from '../settings/settings.ts';
import { hasStatus, once, tableClient } from './connection.ts';
import { type BackOff, createBackOff } from './optimistic.ts';

/** The columns of a row besides its keys. A string holds at most 32,768 UTF-16 code units. */
export type RowValues = Record<string, string | number | boolean>;

export interface Row {
  readonly rowKey: string;
  /** Changes with every write; a conditional write with an old ETag fails. */
  readonly etag: string;
  readonly values: RowValues;
}

/** One change of a transaction: insert a new row, replace an unchanged row, or delete a row. */
export type RowChange =
  | { readonly kind: 'insert'; readonly rowKey: string; readonly values: RowValues }
  | { readonly kind: 'replace'; readonly rowKey: string; readonly values: RowValues; readonly etag: string }
  | { readonly kind: 'remove'; readonly rowKey: string };

export interface RowRange {
  /** Inclusive lower bound of the row keys. */
  readonly from: string;
  /** Exclusive upper bound of the row keys. */
  readonly before: string;
  /** Columns to read. Default: all. */
  readonly columns?: readonly string[];
  /** Maximum number of rows. Default: unlimited. */
  readonly limit?: number;
  /** Rows read by one call, for large rows. Default and maximum: 1,000. */
  readonly pageSize?: number;
}

export interface Table {
  /** Returns the row; undefined if it does not exist. */
  get(partitionKey: string, rowKey: string): Promise<Row | undefined>;
  /** Inserts a row and returns its ETag; undefined if the row already exists. Creates the table if it does not exist. */
  insert(partitionKey: string, rowKey: string, values: RowValues): Promise<string | undefined>;
  /** Replaces a row that is unchanged since it was read and returns the new ETag; undefined if a concurrent write won. */
  replace(partitionKey: string, row: Row): Promise<string | undefined>;
  /** Like `replace`, but leaves columns that are not in `values` as they are. */
  merge(partitionKey: string, row: Row): Promise<string | undefined>;
  /**
   * Makes all changes or none. Returns the new ETags in order (empty for a deleted row); undefined if a concurrent write
   * won for any row, or a row to delete does not exist.
   */
  transact(partitionKey: string, changes: readonly RowChange[]): Promise<readonly string[] | undefined>;
  /** Lists the rows of a partition within a range, ordered by row key. */
  list(partitionKey: string, range: RowRange): AsyncIterable<Row>;
  /** Returns the partition key that follows this one; undefined after the last. */
  nextPartition(after: string): Promise<string | undefined>;
  /** Deletes a row. Does nothing if it does not exist or, with an ETag, if it has changed since it was read. */
  remove(partitionKey: string, rowKey: string, etag?: string): Promise<void>;
}

/** Collects the rows of a list that is known to be short. */
export async function allRows(rows: AsyncIterable<Row>): Promise<Row[]> {
  const found: Row[] = [];
  for await (const row of rows) found.push(row);
  return found;
}

/** A row to write: a replacement of the version that was read, or a new row. */
export interface RowVersion {
  readonly rowKey: string;
  readonly values: RowValues;
  /** Undefined for a new row. */
  readonly etag: string | undefined;
}

export function changeOf({ rowKey, values, etag }: RowVersion): RowChange {
  return etag === undefined ? { kind: 'insert', rowKey, values } : { kind: 'replace', rowKey, values, etag };
}

/** Writes a row and returns the new ETag; undefined if a concurrent writer created or changed the row since it was read. */
export function writeRow(
  table: Table,
  partitionKey: string,
  { rowKey, values, etag }: RowVersion,
): Promise<string | undefined> {
  return etag === undefined
    ? table.insert(partitionKey, rowKey, values)
    : table.replace(partitionKey, { rowKey, values, etag });
}

/**
 * The ETag of a row that a write has changed although it reported a conflict: the response was lost, and the SDK repeated the
 * request.
 *
 * @param row as read after the conflict
 * @param column holds an id that is new for each write
 */
export function etagOfOwnWrite(row: Row | undefined, column: string, writeId: string): string | undefined {
  return row?.values[column] === writeId ? row.etag : undefined;
}

export interface Tables {
  table(name: string): Table;
  /** Delay between the attempts of `retryConflicts`. */
  readonly backOff: BackOff;
}

export function createTables(access: StorageAccess, backOff = createBackOff(setTimeout, Math.random)): Tables {
  return { table: (name) => createTable(once(() => tableClient(access, name))), backOff };
}

function createTable(client: () => Promise<TableClient>): Table {
  const orUndefined = async <Result>(statuses: readonly number[], run: (table: TableClient) => Promise<Result>) => {
    try {
      return await withTable(await client(), run);
    } catch (error) {
      if (statuses.some((status) => hasStatus(error, status))) return undefined;
      throw error;
    }
  };
  return {
    get: async (partitionKey, rowKey) => {
      const entity = await orUndefined([404], (table) => table.getEntity(partitionKey, rowKey));
      return entity && toRow(entity);
    },
    insert: (partitionKey, rowKey, values) =>
      orUndefined([409], async (table) => (await table.createEntity({ ...values, partitionKey, rowKey })).etag ?? ''),
    replace: (partitionKey, row) => orUndefined([412, 404], (table) => update(table, partitionKey, row, 'Replace')),
    merge: (partitionKey, row) => orUndefined([412, 404], (table) => update(table, partitionKey, row, 'Merge')),
    transact: (partitionKey, changes) =>
      orUndefined([409, 412, 404], async (table) => {
        const { subResponses } = await table.submitTransaction(changes.map((change) => action(partitionKey, change)));
        return subResponses.map(({ etag }) => etag ?? '');
      }),
    list: (partitionKey, range) => listRows(client, partitionKey, range),
    nextPartition: (after) => nextPartition(client, after),
    remove: async (partitionKey, rowKey, etag = '*') => {
      await orUndefined([404, 412], (table) => table.deleteEntity(partitionKey, rowKey, { etag }));
    },
  };
}

async function update(table: TableClient, partitionKey: string, row: Row, mode: 'Replace' | 'Merge'): Promise<string> {
  const { rowKey, values, etag } = row;
  const result = await table.updateEntity({ ...values, partitionKey, rowKey }, mode, { etag });
  return result.etag ?? '';
}

/** Runs against a table that may not exist yet; creates it when the service reports it missing. */
async function withTable<Result>(table: TableClient, run: (table: TableClient) => Promise<Result>): Promise<Result> {
  try {
    return await run(table);
  } catch (error) {
    if (!isMissingTable(error)) throw error;
    await table.createTable();
    return run(table);
  }
}

/** The SDK reports it in `code` for a transaction, and in the message for a single change. */
export function isMissingTable(error: unknown): boolean {
  if (!hasStatus(error, 404) || !(error instanceof Error)) return false;
  return ('code' in error && error.code === 'TableNotFound') || error.message.includes('TableNotFound');
}

function action(partitionKey: string, change: RowChange): TransactionAction {
  const { rowKey } = change;
  if (change.kind === 'remove') return ['delete', { partitionKey, rowKey }];
  const entity = { ...change.values, partitionKey, rowKey };
  return change.kind === 'insert' ? ['create', entity] : ['update', entity, 'Replace', { etag: change.etag }];
}

/** @see https://learn.microsoft.com/rest/api/storageservices/query-timeout-and-pagination */
const MAXIMUM_PAGE_ROWS = 1000;

async function* listRows(client: () => Promise<TableClient>, partitionKey: string, range: RowRange) {
  const { odata } = await import('@azure/data-tables');
  const { from, before, columns, limit = Number.POSITIVE_INFINITY, pageSize = MAXIMUM_PAGE_ROWS } = range;
  const filter = odata`PartitionKey eq ${partitionKey} and RowKey ge ${from} and RowKey lt ${before}`;
  const select = columns && ['RowKey', ...columns];
  const entities = (await client()).listEntities({ queryOptions: { filter, ...(select ? { select } : {}) } });
  let count = 0;
  try {
    for await (const page of entities.byPage({ maxPageSize: Math.min(limit, pageSize) })) {
      for (const entity of page) {
        yield toRow(entity);
        count += 1;
        if (count >= limit) return;
      }
    }
  } catch (error) {
    if (!isMissingTable(error)) throw error; // the table has never been written to
  }
}

async function nextPartition(client: () => Promise<TableClient>, after: string): Promise<string | undefined> {
  const { odata } = await import('@azure/data-tables');
  const queryOptions = { filter: odata`PartitionKey gt ${after}`, select: ['PartitionKey'] };
  const pages = (await client()).listEntities({ queryOptions }).byPage({ maxPageSize: 1 });
  try {
    for await (const [entity] of pages) if (entity) return entity.partitionKey; // a page may be empty before the last
  } catch (error) {
    if (!isMissingTable(error)) throw error;
  }
  return undefined;
}

function toRow(entity: TableEntityResult<Record<string, unknown>>): Row {
  const { partitionKey: _partition, rowKey = '', etag, timestamp: _timestamp, 'odata.metadata': _, ...values } = entity;
  return { rowKey, etag, values: values as RowValues };
}

/** A string property holds at most 32,768 UTF-16 code units: a longer one is split. @see https://learn.microsoft.com/rest/api/storageservices/understanding-the-table-service-data-model */
const PIECE_LENGTH = 30_000;

/** Splits a string into columns `<name>0`, `<name>1`, … and their count, `<name>Pieces`. */
export function toColumns(name: string, text: string): RowValues {
  const pieces: [string, string][] = [];
  for (let start = 0; start < text.length; ) {
    const end = pieceEnd(text, start);
    pieces.push([`${name}${pieces.length}`, text.slice(start, end)]);
    start = end;
  }
  return { [`${name}Pieces`]: pieces.length, ...Object.fromEntries(pieces) };
}

/** Half a surrogate pair is not a valid character, which storage does not accept. */
function pieceEnd(text: string, start: number): number {
  const end = start + PIECE_LENGTH;
  const isPair = (text.codePointAt(end - 1) ?? 0) > 0xffff;
  return isPair ? end - 1 : end;
}

/** Joins the pieces of a string. Older versions stored some strings in a single column, named `name`. */
export function fromColumns(name: string, values: RowValues): string {
  if (name in values) return String(values[name]);
  const count = Number(values[`${name}Pieces`]);
  return Array.from({ length: count }, (_, index) => String(values[`${name}${index}`])).join('');
}

export interface OldRow {
  readonly partitionKey: string;
  readonly rowKey: string;
  readonly etag: string;
}

/** Finds rows by their age. */
export interface OldRows {
  /** Lists the rows, of all partitions of a table, last written before a time. */
  of(table: string, than: Date): AsyncIterable<OldRow>;
}

export function createOldRows(access: StorageAccess): OldRows {
  return {
    of: async function* (table, than) {
      const { odata } = await import('@azure/data-tables');
      const queryOptions = { filter: odata`Timestamp lt ${than}`, select: ['PartitionKey', 'RowKey'] };
      const entities = (await tableClient(access, table)).listEntities({ queryOptions });
      try {
        for await (const { partitionKey = '', rowKey = '', etag } of entities) yield { partitionKey, rowKey, etag };
      } catch (error) {
        if (!isMissingTable(error)) throw error; // the table has never been written to
      }
    },
  };
}
