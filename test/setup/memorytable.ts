import type { Row, RowChange, RowRange, RowValues, Table } from '../../shared/storage/tables.ts';

/** A table in memory: each call takes a turn of the event loop, so that racing callers do overtake each other. */
export class MemoryTable implements Table {
  readonly #rows = new Map<string, Row>();
  #writes = 0;

  async get(partitionKey: string, rowKey: string): Promise<Row | undefined> {
    await turn();
    return this.#rows.get(keyOf(partitionKey, rowKey));
  }

  async insert(partitionKey: string, rowKey: string, values: RowValues): Promise<string | undefined> {
    return (await this.transact(partitionKey, [{ kind: 'insert', rowKey, values }]))?.[0];
  }

  async replace(partitionKey: string, row: Row): Promise<string | undefined> {
    return (await this.transact(partitionKey, [{ kind: 'replace', ...row }]))?.[0];
  }

  async merge(partitionKey: string, { rowKey, etag, values }: Row): Promise<string | undefined> {
    const before = this.#rows.get(keyOf(partitionKey, rowKey))?.values;
    return this.replace(partitionKey, { rowKey, etag, values: { ...before, ...values } });
  }

  async transact(partitionKey: string, changes: readonly RowChange[]): Promise<readonly string[] | undefined> {
    await turn();
    const fits = (change: RowChange) => {
      const row = this.#rows.get(keyOf(partitionKey, change.rowKey));
      if (change.kind === 'remove') return row !== undefined;
      return change.kind === 'insert' ? row === undefined : row?.etag === change.etag;
    };
    return changes.every(fits) ? changes.map((change) => this.#write(partitionKey, change)) : undefined;
  }

  async *list(partitionKey: string, range: RowRange): AsyncIterable<Row> {
    await turn();
    const { from, before, limit = Number.POSITIVE_INFINITY } = range;
    const keys = [...this.#rows.keys()].filter(
      (key) => key >= keyOf(partitionKey, from) && key < keyOf(partitionKey, before),
    );
    const inOrder = keys.sort((a, b) => (a < b ? -1 : 1)).slice(0, limit);
    for (const key of inOrder) {
      const row = this.#rows.get(key);
      if (row) yield row;
    }
  }

  async remove(partitionKey: string, rowKey: string, etag?: string): Promise<void> {
    await turn();
    const key = keyOf(partitionKey, rowKey);
    if (etag === undefined || this.#rows.get(key)?.etag === etag) this.#rows.delete(key);
  }

  #write(partitionKey: string, change: RowChange): string {
    const { rowKey } = change;
    if (change.kind === 'remove') {
      this.#rows.delete(keyOf(partitionKey, rowKey));
      return '';
    }
    const { values } = change;
    this.#writes += 1;
    const etag = `W/"${this.#writes}"`;
    this.#rows.set(keyOf(partitionKey, rowKey), { rowKey, etag, values });
    return etag;
  }
}

/** Partition and row key in one, in the order of the row keys. */
function keyOf(partitionKey: string, rowKey: string): string {
  return `${partitionKey}\u0000${rowKey}`;
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
