import type { StorageAccess } from '../settings.ts';
import { hasStatus, once, tableClient } from './connection.ts';

/** What a row holds besides its keys. */
export type RowValues = Record<string, string | number | boolean>;

export interface Table {
  /** The row's values, or undefined where there is none. */
  get(partitionKey: string, rowKey: string): Promise<RowValues | undefined>;
  /** Adds a row, making the table where it does not exist; false where the row stands already. */
  insert(partitionKey: string, rowKey: string, values: RowValues): Promise<boolean>;
  /** Takes a row away; nothing happens where there is none. */
  remove(partitionKey: string, rowKey: string): Promise<void>;
}

export interface Tables {
  table(name: string): Table;
}

export function createTables(access: StorageAccess): Tables {
  return { table: (name) => createTable(access, name) };
}

function createTable(access: StorageAccess, name: string): Table {
  const client = once(() => tableClient(access, name));
  const insert = async (partitionKey: string, rowKey: string, values: RowValues) => {
    await (await client()).createEntity({ ...values, partitionKey, rowKey });
  };
  return {
    async get(partitionKey, rowKey) {
      try {
        return await (await client()).getEntity<RowValues>(partitionKey, rowKey);
      } catch (error) {
        if (hasStatus(error, 404)) return undefined;
        throw error;
      }
    },
    async insert(partitionKey, rowKey, values) {
      try {
        await insert(partitionKey, rowKey, values);
      } catch (error) {
        if (hasStatus(error, 409)) return false;
        if (!hasStatus(error, 404)) throw error;
        await (await client()).createTable();
        await insert(partitionKey, rowKey, values);
      }
      return true;
    },
    async remove(partitionKey, rowKey) {
      try {
        await (await client()).deleteEntity(partitionKey, rowKey);
      } catch (error) {
        if (!hasStatus(error, 404)) throw error;
      }
    },
  };
}
