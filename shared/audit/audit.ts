import { Gathering } from '../storage/gathering.ts';
import type { RowValues, Table, Tables } from '../storage/tables.ts';
import { logFailure } from '../telemetry/failureLog.ts';
import { type AuditEntry, entryKey, partitionOf, toValues } from './entry.ts';

/** Records who did what, and when. */
export interface Audit {
  /** Returns once the entry is written. A failure is logged: the operation has taken effect, and must be answered. */
  record(entry: AuditEntry): Promise<void>;
  /** For what may come in any number: only the first of a client, operation and minute is recorded by each process. */
  recordOncePerMinute(entry: AuditEntry): Promise<void>;
}

interface EntryRow {
  readonly rowKey: string;
  readonly values: RowValues;
}

export const AUDIT_TABLE = 'audit';

/** @see https://learn.microsoft.com/rest/api/storageservices/performing-entity-group-transactions */
const MAXIMUM_TRANSACTION_ROWS = 100;

/** An answer waits no longer than this for its entry, which is written all the same once storage can be reached. */
const LONGEST_WAIT_MILLISECONDS = 2000;

/** Entries that one process records for a client at the same time share a transaction. */
export function createAudit(tables: Tables): Audit {
  const table = tables.table(AUDIT_TABLE);
  const gathering = new Gathering<EntryRow, void>();
  const lastMinutes = new Map<string, number>();
  const record: Audit['record'] = async (entry) => {
    const partition = partitionOf(entry);
    const row = { rowKey: entryKey(entry), values: toValues(entry) };
    const written = gathering.add(partition, row, (rows) => writeRows(table, partition, rows));
    const failure = (error: unknown) => logFailure(`The audit log lacks an entry of ${entry.operation}`, error);
    await withinTime(written.catch(failure), LONGEST_WAIT_MILLISECONDS);
  };
  return {
    record,
    async recordOncePerMinute(entry) {
      const key = `${partitionOf(entry)}/${entry.operation}`; // as many as there are clients and operations
      const minute = Math.floor(entry.time / MINUTE_MILLISECONDS);
      if (lastMinutes.get(key) === minute) return;
      lastMinutes.set(key, minute);
      await record(entry);
    },
  };
}

const MINUTE_MILLISECONDS = 60_000;

/** For an instance that keeps no audit log. */
export const NO_AUDIT: Audit = { record: async () => undefined, recordOncePerMinute: async () => undefined };

async function writeRows(table: Table, partition: string, rows: readonly EntryRow[]): Promise<void> {
  const [only, second] = rows;
  if (only && !second) return void (await table.insert(partition, only.rowKey, only.values)); // costs half as much time
  for (let start = 0; start < rows.length; start += MAXIMUM_TRANSACTION_ROWS) {
    const together = rows.slice(start, start + MAXIMUM_TRANSACTION_ROWS);
    const changes = together.map((row) => ({ kind: 'insert' as const, ...row }));
    if (await table.transact(partition, changes)) continue;
    // One of them was written before: an event that is emitted again, or a transaction whose answer was lost.
    await Promise.all(together.map(({ rowKey, values }) => table.insert(partition, rowKey, values)));
  }
}

async function withinTime(work: Promise<void>, milliseconds: number): Promise<void> {
  const { promise: timeIsUp, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, milliseconds);
  try {
    await Promise.race([work, timeIsUp]);
  } finally {
    clearTimeout(timer);
  }
}
