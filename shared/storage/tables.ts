import { setTimeout } from 'node:timers/promises';
import type { TableClient, TableEntityResult, TransactionAction } from '@azure/data-tables';
import type { StorageAccess } from '../settings/settings.ts';
import { hasStatus, once, tableClient } from './connection.ts';
import { type BackOff, createBackOff } from './optimistic.ts';

/** What a row holds besides its keys. A text may have 32,768 UTF-16 units at most. */
export type RowValues = Record<string, string | number | boolean>;

export interface Row {
  readonly rowKey: string;
  /** Changes with every write: who writes with an old one has been overtaken. */
  readonly etag: string;
  readonly values: RowValues;
}

/** One row of a transaction: added (and not there before), replaced (and unchanged since it was read), or taken away. */
export type RowChange =
  | { readonly kind: 'insert'; readonly rowKey: string; readonly values: RowValues }
  | { readonly kind: 'replace'; readonly rowKey: string; readonly values: RowValues; readonly etag: string }
  | { readonly kind: 'remove'; readonly rowKey: string };

export interface RowRange {
  /** Row keys from this one on. */
  readonly from: string;
  /** Row keys before this one. */
  readonly before: string;
  /** Columns to read; all when not given. */
  readonly columns?: readonly string[];
  /** At most so many rows; no limit when not given. */
  readonly limit?: number;
}

export interface Table {
  /** The row, or undefined where there is none. */
  get(partitionKey: string, rowKey: string): Promise<Row | undefined>;
  /** Adds a row, making the table where it does not exist; answers its etag, or undefined where the row stands already. */
  insert(partitionKey: string, rowKey: string, values: RowValues): Promise<string | undefined>;
  /** Replaces a row that is unchanged since it was read; answers the new etag, or undefined when it was overtaken. */
  replace(partitionKey: string, row: Row): Promise<string | undefined>;
  /** Writes some columns of a row that is unchanged since it was read, and leaves the others; as `replace`. */
  merge(partitionKey: string, row: Row): Promise<string | undefined>;
  /**
   * Makes all changes or none; answers the new etags in order (empty for a row taken away), or undefined when one of
   * the rows was overtaken, or is not there to be taken away.
   */
  transact(partitionKey: string, changes: readonly RowChange[]): Promise<readonly string[] | undefined>;
  /** The rows of a partition within a range, in the order of their keys. */
  list(partitionKey: string, range: RowRange): AsyncIterable<Row>;
  /** The first partition, in the order of their keys, after this one; undefined where there is none. */
  nextPartition(after: string): Promise<string | undefined>;
  /** Takes a row away; nothing happens where there is none, or, with an etag, where it has changed since it was read. */
  remove(partitionKey: string, rowKey: string, etag?: string): Promise<void>;
}

/** All rows of a list, for one that is known to be short. */
export async function allRows(rows: AsyncIterable<Row>): Promise<Row[]> {
  const found: Row[] = [];
  for await (const row of rows) found.push(row);
  return found;
}

/** A row as it is to be written: over the version that was read, or where none was found. */
export interface RowVersion {
  readonly rowKey: string;
  readonly values: RowValues;
  /** Undefined where there was no row. */
  readonly etag: string | undefined;
}

export function changeOf({ rowKey, values, etag }: RowVersion): RowChange {
  return etag === undefined ? { kind: 'insert', rowKey, values } : { kind: 'replace', rowKey, values, etag };
}

/** Answers the new etag, or undefined when another writer has created or changed the row since it was read. */
export function writeRow(
  table: Table,
  partitionKey: string,
  { rowKey, values, etag }: RowVersion,
): Promise<string | undefined> {
  return etag === undefined
    ? table.insert(partitionKey, rowKey, values)
    : table.replace(partitionKey, { rowKey, values, etag });
}

export interface Tables {
  table(name: string): Table;
  /** Paces the attempts of `retryConflicts`. */
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

/** Runs against a table that may not exist yet: it is made when a write says that it is missing. */
async function withTable<Result>(table: TableClient, run: (table: TableClient) => Promise<Result>): Promise<Result> {
  try {
    return await run(table);
  } catch (error) {
    if (!isMissingTable(error)) throw error;
    await table.createTable();
    return run(table);
  }
}

/** Said by the error's code after a transaction, and within its message after a single change. */
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

/** Rows that the service hands out at once. @see Azure Storage "Query Entities" */
const MAXIMUM_PAGE_ROWS = 1000;

async function* listRows(client: () => Promise<TableClient>, partitionKey: string, range: RowRange) {
  const { odata } = await import('@azure/data-tables');
  const { from, before, columns, limit = Number.POSITIVE_INFINITY } = range;
  const filter = odata`PartitionKey eq ${partitionKey} and RowKey ge ${from} and RowKey lt ${before}`;
  const select = columns && ['RowKey', ...columns];
  const entities = (await client()).listEntities({ queryOptions: { filter, ...(select ? { select } : {}) } });
  let count = 0;
  try {
    for await (const page of entities.byPage({ maxPageSize: Math.min(limit, MAXIMUM_PAGE_ROWS) })) {
      for (const entity of page) {
        yield toRow(entity);
        count += 1;
        if (count >= limit) return;
      }
    }
  } catch (error) {
    if (!isMissingTable(error)) throw error; // a table that nobody has written to holds no rows
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
