import type { Client } from '../clients/clients.ts';
import type { AuditEntryView } from '../contract/audit.ts';
import { SwitchboardError } from '../contract/switchboardError.ts';
import type { Row, Table, Tables } from '../storage/tables.ts';
import { AUDIT_TABLE } from './audit.ts';
import { clientPartition, keyRange, OPERATOR_NAME, OPERATORS_PARTITION, toView } from './entry.ts';

export interface AuditQuery {
  /** Only this client's entries. Where it is undefined, an operator gets those of all, any other client its own. */
  readonly client: string | undefined;
  readonly operation: string | undefined;
  /** Entries from this time on, and before that one (epoch milliseconds). */
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly pageSize: number;
  /** The `next` of the page before. */
  readonly after: string | undefined;
}

export interface AuditPage {
  /** May be shorter than asked for, although more follow. */
  readonly value: readonly AuditEntryView[];
  /** Where the next page begins; undefined on the last one. */
  readonly next: string | undefined;
}

/** What one page reads of each client at most, where only some of the entries are wanted. */
const MAXIMUM_READ_ROWS = 1000;

/** What a page has read of one partition. */
interface Reading {
  readonly rows: readonly Row[];
  /** The last row key that was read, where more may follow. */
  readonly readUpTo: string | undefined;
}

/**
 * Lists entries for a client, newest first.
 *
 * @throws SwitchboardError `Forbidden` when a client that is no operator asks for another one's
 */
export async function listAuditEntries(tables: Tables, reader: Client, query: AuditQuery): Promise<AuditPage> {
  const table = tables.table(AUDIT_TABLE);
  const readings: Reading[] = [];
  for await (const partition of partitions(table, reader, query.client))
    readings.push(await read(table, partition, query));
  const ends = readings.flatMap(({ readUpTo }) => (readUpTo === undefined ? [] : [readUpTo]));
  // What follows there in one partition may be newer than what was read of another.
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
    const message = `The client '${reader.name}' may read its own entries only.`;
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
  const from = after === undefined || after < range.from ? range.from : `${after}!`; // '!' sorts before every character
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
