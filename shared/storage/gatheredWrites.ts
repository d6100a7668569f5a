import { Coalescer } from './coalescer.ts';
import { hasStatus } from './connection.ts';
import { changeOf, type RowVersion, type Table, writeRow } from './tables.ts';

/**
 * With rows of `MAXIMUM_GATHERED_LENGTH` in UTF-8, a transaction stays below 4 MiB.
 *
 * @see https://learn.microsoft.com/rest/api/storageservices/performing-entity-group-transactions
 */
const MAXIMUM_ROWS = 32;

/** UTF-16 code units of a row's strings. A longer row is written by itself. */
const MAXIMUM_GATHERED_LENGTH = 30_000;

type Written = PromiseSettledResult<string | undefined>;

/**
 * Writes rows of one partition together if they are written at the same time: one storage call for all of them. Each row
 * succeeds or fails as if it were written by itself.
 */
export class GatheredWrites {
  readonly #table: Table;
  readonly #writes = new Coalescer<RowVersion, ReadonlyMap<RowVersion, Written>>();

  constructor(table: Table) {
    this.#table = table;
  }

  /** As `writeRow`. */
  async write(partitionKey: string, row: RowVersion): Promise<string | undefined> {
    if (lengthOf(row) > MAXIMUM_GATHERED_LENGTH) return writeRow(this.#table, partitionKey, row);
    const written = await this.#writes.add(partitionKey, row, (rows) => writeAll(this.#table, partitionKey, rows));
    const result = written.get(row);
    if (result?.status !== 'fulfilled') throw result?.reason ?? new Error('A gathered row was not written.');
    return result.value;
  }
}

function lengthOf({ values }: RowVersion): number {
  return Object.values(values).reduce<number>((sum, it) => sum + (typeof it === 'string' ? it.length : 0), 0);
}

async function writeAll(table: Table, partitionKey: string, rows: readonly RowVersion[]) {
  const written = new Map<RowVersion, Written>();
  // A transaction may change each row once: the first of two writers of one row is faster than the second.
  const [first, repeated] = [new Map<string, RowVersion>(), [] as RowVersion[]];
  for (const row of rows) {
    if (first.has(row.rowKey)) repeated.push(row);
    else first.set(row.rowKey, row);
  }
  const distinct = [...first.values()];
  for (let start = 0; start < distinct.length; start += MAXIMUM_ROWS) {
    await writeGroup(table, partitionKey, distinct.slice(start, start + MAXIMUM_ROWS), written);
  }
  for (const row of repeated) await writeSingly(table, partitionKey, [row], written);
  return written;
}

async function writeGroup(
  table: Table,
  partitionKey: string,
  rows: readonly RowVersion[],
  written: Map<RowVersion, Written>,
): Promise<void> {
  const etags = rows.length > 1 ? await transact(table, partitionKey, rows) : undefined;
  if (!etags) return writeSingly(table, partitionKey, rows, written);
  for (const [index, row] of rows.entries()) written.set(row, { status: 'fulfilled', value: etags[index] });
}

/** @returns undefined if one of the rows cannot be written: then none has been */
async function transact(table: Table, partitionKey: string, rows: readonly RowVersion[]) {
  try {
    return await table.transact(partitionKey, rows.map(changeOf));
  } catch (error) {
    if (!hasStatus(error, 400) && !hasStatus(error, 413)) throw error;
    return undefined; // one row is invalid: the others are not
  }
}

async function writeSingly(
  table: Table,
  partitionKey: string,
  rows: readonly RowVersion[],
  written: Map<RowVersion, Written>,
): Promise<void> {
  const results = await Promise.allSettled(rows.map((row) => writeRow(table, partitionKey, row)));
  for (const [index, result] of results.entries()) {
    const row = rows[index];
    if (row) written.set(row, result);
  }
}
