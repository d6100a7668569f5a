import type { Client } from '../clients/clients.ts';
import type { AuditEntryView } from '../contract/audit.ts';
import { SwitchboardError } from '../contract/switchboardError.ts';
import { keyAfter } from '../storage/rowKeys.ts';
import type { Row, Table, Tables } from '../storage/tables.ts';
import { clientPartition, keyRange, OPERATOR_NAME, OPERATORS_PARTITION, toView } from './auditEntry.ts';
import { AUDIT_TABLE } from './auditRecorder.ts';

export interface AuditQuery {
  /** Only this client's entries. If undefined, an operator gets all entries, any other client its own. */
  readonly client: string | undefined;
  readonly operation: string | undefined;
  /** Inclusive start and exclusive end, in epoch milliseconds. */
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly pageSize: number;
  /** `next` of the previous page. */
  readonly after: string | undefined;
}

export interface AuditPage {
  /** May be shorter than `pageSize` even if more entries follow. */
  readonly value: readonly AuditEntryView[];
  /** Cursor of the next page; undefined on the last page. */
  readonly next: string | undefined;
}

/** Maximum number of rows that one page reads per client when it filters entries. */
const MAXIMUM_READ_ROWS = 1000;

/** The rows that a page read from one partition. */
interface Reading {
  readonly rows: readonly Row[];
  /** The last row key read, if more rows may follow. */
  readonly readUpTo: string | undefined;
}

/**
 * Lists entries for a client, newest first.
 *
 * @throws SwitchboardError `Forbidden` if a client other than an operator asks for another client's entries
 */
export async function listAuditEntries(tables: Tables, reader: Client, query: AuditQuery): Promise<AuditPage> {
  const table = tables.table(AUDIT_TABLE);
  const readings: Reading[] = [];
  for await (const partition of partitions(table, reader, query.client))
    readings.push(await read(table, partition, query));
  const ends = readings.flatMap(({ readUpTo }) => (readUpTo === undefined ? [] : [readUpTo]));
  // Unread rows of one partition may be newer than rows read from another.
  const end = ends.reduce<string | undefined>(
    (first, it) => (first === undefined || it < first ? it : first),
    undefined,
  );
  const rows = readings.flatMap((it) => it.rows).filter(({ rowKey }) => end === undefined || rowKey <= end);
  const page = rows.sort((one, other) => (one.rowKey < other.rowKey ? -1 : 1)).slice(0, query.pageSize);
  const next = page.length < rows.length ? page.at(-1)?.rowKey : end;
  return { value: page.map(({ values }) => toView(values)), next };
}

async function* partitions(table: Table, reader: Client, client: string | undefined): AsyncGenerator<string> {
  if (!reader.isOperator) {
    if (client === undefined || client === reader.name) return yield clientPartition(reader.name);
    const message = `The client '${reader.name}' may read only its own entries.`;
    throw new SwitchboardError('Forbidden', message, { target: 'client' });
  }
  if (client !== undefined) {
    yield clientPartition(client);
    if (client === OPERATOR_NAME) yield OPERATORS_PARTITION;
    return;
  }
  let partition = await table.nextPartition('');
  while (partition !== undefined) {
    yield partition;
    partition = await table.nextPartition(partition);
  }
}

async function read(table: Table, partition: string, query: AuditQuery): Promise<Reading> {
  const { operation, pageSize, after } = query;
  const limit = operation === undefined ? pageSize + 1 : MAXIMUM_READ_ROWS;
  const range = keyRange(query.from, query.to);
  const from = after === undefined || after < range.from ? range.from : keyAfter(after);
  const rows: Row[] = [];
  let readUpTo: string | undefined;
  let count = 0;
  for await (const row of table.list(partition, { ...range, from, limit })) {
    count += 1;
    readUpTo = row.rowKey;
    if (operation === undefined || row.values['operation'] === operation) rows.push(row);
  }
  return { rows, readUpTo: count < limit ? undefined : readUpTo };
}
