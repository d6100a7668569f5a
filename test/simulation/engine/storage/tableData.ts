import type { RowChange, RowValues } from '../../../../shared/storage/tables.ts';
import type { StoredRow } from '../types.ts';
import { byCodeUnits } from './order.ts';
import { storageError } from './storageError.ts';
import { assertKeys, assertTransaction, assertValues } from './tableLimits.ts';

/** One partition: rows by key, and the keys in order. */
class Partition {
  readonly rows = new Map<string, StoredRow>();
  #sortedKeys: string[] | undefined;

  sortedKeys(): readonly string[] {
    this.#sortedKeys ??= [...this.rows.keys()].sort(byCodeUnits);
    return this.#sortedKeys;
  }

  set(row: StoredRow): void {
    if (!this.rows.has(row.rowKey)) this.#sortedKeys = undefined;
    this.rows.set(row.rowKey, row);
  }

  delete(rowKey: string): void {
    if (this.rows.delete(rowKey)) this.#sortedKeys = undefined;
  }
}

/**
 * The rows of one table, and what single requests do to them. Each method is one request and takes effect at one moment.
 *
 * @see https://learn.microsoft.com/rest/api/storageservices/table-service-rest-api
 */
export class TableData {
  readonly #partitions = new Map<string, Partition>();
  readonly #now: () => number;
  #writes = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  partitionKeys(): string[] {
    return [...this.#partitions.keys()].sort(byCodeUnits);
  }

  get(partitionKey: string, rowKey: string): StoredRow | undefined {
    return this.#partitions.get(partitionKey)?.rows.get(rowKey);
  }

  /** @throws 409 if the row exists */
  insert(partitionKey: string, rowKey: string, values: RowValues): string {
    assertKeys(partitionKey, rowKey);
    assertValues(partitionKey, rowKey, values);
    if (this.get(partitionKey, rowKey)) throw storageError(409, 'EntityAlreadyExists');
    return this.#write(partitionKey, rowKey, values);
  }

  /** @throws 404, or 412 if it has changed since */
  update(partitionKey: string, rowKey: string, etag: string, values: RowValues, mode: 'replace' | 'merge'): string {
    const before = this.#current(partitionKey, rowKey, etag);
    const after = mode === 'merge' ? { ...before.values, ...values } : values;
    assertValues(partitionKey, rowKey, after);
    return this.#write(partitionKey, rowKey, after);
  }

  /** @throws 404, or 412 if it has changed since */
  delete(partitionKey: string, rowKey: string, etag: string): void {
    this.#current(partitionKey, rowKey, etag);
    const partition = this.#partitions.get(partitionKey);
    partition?.delete(rowKey);
    if (partition?.rows.size === 0) this.#partitions.delete(partitionKey);
  }

  /**
   * Makes all changes or none.
   *
   * @see https://learn.microsoft.com/rest/api/storageservices/performing-entity-group-transactions
   */
  transact(partitionKey: string, changes: readonly RowChange[]): string[] {
    assertTransaction(partitionKey, changes);
    for (const change of changes) {
      if (change.kind !== 'insert') {
        this.#current(partitionKey, change.rowKey, change.kind === 'replace' ? change.etag : '*');
      } else if (this.get(partitionKey, change.rowKey)) throw storageError(409, 'EntityAlreadyExists');
    }
    return changes.map((change) => {
      if (change.kind !== 'remove') return this.#write(partitionKey, change.rowKey, change.values);
      this.delete(partitionKey, change.rowKey, '*');
      return '';
    });
  }

  /** Rows of a partition in order, from a key on. */
  page(partitionKey: string, from: string, before: string, maximum: number): StoredRow[] {
    const partition = this.#partitions.get(partitionKey);
    if (!partition) return [];
    const keys = partition.sortedKeys();
    const rows: StoredRow[] = [];
    for (let at = firstAtLeast(keys, from); at < keys.length && rows.length < maximum; at += 1) {
      const row = partition.rows.get(keys[at] as string);
      if (!row || row.rowKey >= before) break;
      rows.push(row);
    }
    return rows;
  }

  partition(partitionKey: string): StoredRow[] {
    return this.page(partitionKey, '', '\uffff', Number.POSITIVE_INFINITY);
  }

  all(): StoredRow[] {
    return this.partitionKeys().flatMap((it) => this.partition(it));
  }

  #current(partitionKey: string, rowKey: string, etag: string): StoredRow {
    const row = this.get(partitionKey, rowKey);
    if (!row) throw storageError(404, 'ResourceNotFound');
    if (etag !== '*' && etag !== row.etag) throw storageError(412, 'UpdateConditionNotSatisfied');
    return row;
  }

  #write(partitionKey: string, rowKey: string, values: RowValues): string {
    this.#writes += 1;
    const etag = `W/"${this.#writes}"`;
    const partition = this.#partitions.get(partitionKey) ?? new Partition();
    this.#partitions.set(partitionKey, partition);
    partition.set({ partitionKey, rowKey, etag, writtenOn: Math.floor(this.#now()), values: present(values) });
    return etag;
  }
}

/** A property without a value is not stored. */
function present(values: RowValues): RowValues {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== null));
}

function firstAtLeast(keys: readonly string[], from: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((keys[middle] as string) < from) low = middle + 1;
    else high = middle;
  }
  return low;
}
