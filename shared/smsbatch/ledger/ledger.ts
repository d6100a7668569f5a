import { ALL_ROWS } from '../../storage/rowKeys.ts';
import { allRows, type Table, type Tables } from '../../storage/tables.ts';
import { createChunkRows } from './chunks.ts';
import { Counters } from './counters.ts';
import { createDeliveryRows } from './deliveries.ts';

const CHUNKS_TABLE = 'smschunks';

/**
 * Accounts for every recipient of a batch. The batch's partition contains a row for each chunk, a row for each chunk's
 * delivery reports, and the counters.
 */
export type Ledger = ReturnType<typeof createLedger>;

export function createLedger(tables: Tables) {
  const table = tables.table(CHUNKS_TABLE);
  const counters = new Counters(table);
  return {
    ...createChunkRows(table, counters),
    ...createDeliveryRows(table, counters),
    tally: (batchId: string) => counters.tally(batchId),
    /** Deletes all rows of a batch. */
    remove: (batchId: string) => removeRows(table, batchId),
  };
}

/** Changes of one transaction. @see Azure Storage "Performing entity group transactions" */
const MAXIMUM_CHANGES = 100;

async function removeRows(table: Table, batchId: string): Promise<void> {
  const nextRows = () => allRows(table.list(batchId, { ...ALL_ROWS, columns: [], limit: MAXIMUM_CHANGES }));
  for (let rows = await nextRows(); rows.length > 0; rows = await nextRows()) {
    const changes = rows.map(({ rowKey }) => ({ kind: 'remove' as const, rowKey }));
    await table.transact(batchId, changes);
  }
}
