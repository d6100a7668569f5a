import type { StorageAccess } from '../settings/settings.ts';
import { tableClient } from './connection.ts';
import { isMissingTable } from './tables.ts';

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
