import { Coalescer } from '../storage/coalescer.ts';
import type { RowValues, Table, Tables } from '../storage/tables.ts';
import { logFailure } from '../telemetry/failureLog.ts';
import { type AuditEntry, entryKey, partitionOf, toValues } from './auditEntry.ts';

/** Records who did what, and when. */
export interface Audit {
  /** Resolves once the entry is written. A failure is only logged: the operation took effect and must be answered. */
  record(entry: AuditEntry): Promise<void>;
  /** For entries that can be frequent: each process records one per client, operation and minute. */
  recordOncePerMinute(entry: AuditEntry): Promise<void>;
}

interface EntryRow {
  readonly rowKey: string;
  readonly values: RowValues;
}

export const AUDIT_TABLE = 'audit';

/** @see https://learn.microsoft.com/rest/api/storageservices/performing-entity-group-transactions */
const MAXIMUM_TRANSACTION_ROWS = 100;

/** An answer waits at most this long for its entry, which is still written once storage responds. */
const LONGEST_WAIT_MILLISECONDS = 2000;

/** Concurrent entries of a client share one transaction. */
export function createAudit(tables: Tables): Audit {
  const table = tables.table(AUDIT_TABLE);
  const gathering = new Coalescer<EntryRow, void>();
  const lastMinutes = new Map<string, number>();
  const record: Audit['record'] = async (entry) => {
    const partition = partitionOf(entry);
    const row = { rowKey: entryKey(entry), values: toValues(entry) };
    const written = gathering.add(partition, row, (rows) => writeRows(table, partition, rows));
    const failure = (error: unknown) => logFailure(`Could not write an audit entry for ${entry.operation}`, error);
    await withinTime(written.catch(failure), LONGEST_WAIT_MILLISECONDS);
  };
  return {
    record,
    async recordOncePerMinute(entry) {
      const key = `${partitionOf(entry)}/${entry.operation}`; // bounded by clients × operations
      const minute = Math.floor(entry.time / MINUTE_MILLISECONDS);
      if (lastMinutes.get(key) === minute) return;
      lastMinutes.set(key, minute);
      await record(entry);
    },
  };
}

const MINUTE_MILLISECONDS = 60_000;

/** For an instance without an audit log. */
export const NO_AUDIT: Audit = { record: async () => undefined, recordOncePerMinute: async () => undefined };

async function writeRows(table: Table, partition: string, rows: readonly EntryRow[]): Promise<void> {
  const [only, second] = rows;
  if (only && !second) return void (await table.insert(partition, only.rowKey, only.values)); // twice as fast
  for (let start = 0; start < rows.length; start += MAXIMUM_TRANSACTION_ROWS) {
    const together = rows.slice(start, start + MAXIMUM_TRANSACTION_ROWS);
    const changes = together.map((row) => ({ kind: 'insert' as const, ...row }));
    if (await table.transact(partition, changes)) continue;
    // One of them already exists: a repeated event, or a transaction whose response was lost.
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
