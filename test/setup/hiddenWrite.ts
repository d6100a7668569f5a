import type { MemoryStorage } from './memoryStorage.ts';

/**
 * Lets the next conditional write to a table take effect and report a conflict: its response is lost, and the SDK's
 * repetition of the request finds the row as the first one has left it.
 */
export function hideNextWrite({ tables }: MemoryStorage, name: string): void {
  const table = tables.table(name);
  const transact = table.transact.bind(table);
  table.transact = async (...write) => {
    table.transact = transact;
    await transact(...write);
    return undefined;
  };
}
