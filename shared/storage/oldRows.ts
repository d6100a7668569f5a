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
  /** The rows of all partitions of a table that nobody has written since then. */
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
        if (!isMissingTable(error)) throw error; // a table that nobody has written to holds no rows
      }
    },
  };
}
