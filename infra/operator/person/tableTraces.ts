import type { TableClient, TableEntityResult } from '@azure/data-tables';
import type { StorageAccess } from '../../../shared/settings/settings.ts';
import { hasStatus, tableClient } from '../../../shared/storage/connection.ts';
import { fromColumns, isMissingTable, type RowValues, toColumns } from '../../../shared/storage/tables.ts';
import { mentions, type Person } from './person.ts';
import { holdsPerson, redactText } from './redact.ts';
import type { Trace } from './trace.ts';

/** Every table of Switchboard that may hold something about a person. */
export const PERSONAL_TABLES: readonly string[] = [
  'answers',
  'droppedevents',
  'emails',
  'smsbatches',
  'smschunks',
  'smsmessages',
  'smsoptouts',
];

const OPT_OUTS_TABLE = 'smsoptouts';

/** Columns that are searched, where not all are: a batch's message is addressed to all of its recipients. */
const COLUMNS: Readonly<Record<string, readonly string[]>> = { smsbatches: ['invalid', 'reason'] };

export interface TableSearch {
  readonly access: StorageAccess;
  readonly person: Person;
  readonly withOptOuts: boolean;
}

/** The rows about a person. It reads the tables from beginning to end: rows are not found by what they hold. */
export async function* tableTraces(search: TableSearch): AsyncIterable<Trace> {
  for (const name of PERSONAL_TABLES) {
    const table = await tableClient(search.access, name);
    try {
      for await (const entity of table.listEntities()) {
        const trace = traceOf(table, entity, search);
        if (trace) yield trace;
      }
    } catch (error) {
      if (!isMissingTable(error)) throw error; // nothing was ever written to it
    }
  }
}

type Entity = TableEntityResult<Record<string, unknown>>;

function traceOf(table: TableClient, entity: Entity, { person, withOptOuts }: TableSearch): Trace | undefined {
  const { partitionKey = '', rowKey = '', etag } = entity;
  const isOptOut = table.tableName === OPT_OUTS_TABLE;
  const texts = textsOf(entity, COLUMNS[table.tableName]);
  const inKey = [partitionKey, rowKey].some((key) => mentions(person, decoded(key)));
  const found = [...texts].filter(([, text]) => holdsPerson(person, text));
  if (!inKey && found.length === 0) return undefined;
  const remove = () => table.deleteEntity(partitionKey, rowKey, { etag });
  const replace = () => table.updateEntity(withoutPerson(entity, person, found), 'Replace', { etag });
  return {
    store: `table ${table.tableName}`,
    place: `${partitionKey} ${rowKey}`,
    content: Object.fromEntries(inKey ? texts : found),
    ...(isOptOut && !withOptOuts ? { kept: 'a STOP has to be honoured' } : {}),
    erase: () => succeeds(inKey || isOptOut ? remove() : replace()),
  };
}

/** The texts of a row by their names; those that are kept in pieces are put together. */
function textsOf(entity: Entity, only: readonly string[] | undefined): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  const values = valuesOf(entity);
  const inPieces = Object.keys(values).filter((name) => name.endsWith('Pieces'));
  const names = inPieces.map((name) => name.slice(0, -'Pieces'.length));
  for (const name of names) texts.set(name, fromColumns(name, values));
  for (const [column, value] of Object.entries(values)) {
    const isWhole = !names.some((name) => isPiece(name, column));
    if (typeof value === 'string' && isWhole) texts.set(column, value);
  }
  return only ? new Map([...texts].filter(([name]) => only.includes(name))) : texts;
}

function valuesOf(entity: Entity): RowValues {
  const values: RowValues = {};
  for (const [column, value] of Object.entries(entity)) {
    const isSimple = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
    if (isSimple && !KEYS.has(column)) values[column] = value;
  }
  return values;
}

function isPiece(name: string, column: string): boolean {
  return column.startsWith(name) && /^\d+$/.test(column.slice(name.length));
}

const KEYS: ReadonlySet<string> = new Set(['partitionKey', 'rowKey', 'etag', 'timestamp', 'odata.metadata']);

/** The whole row: fewer pieces of a text must not leave some of the old ones behind. */
function withoutPerson(entity: Entity, person: Person, found: readonly (readonly [string, string])[]) {
  const { partitionKey = '', rowKey = '' } = entity;
  const values = valuesOf(entity);
  for (const [name, text] of found) {
    const redacted = redactText(person, text);
    if (!(`${name}Pieces` in values)) {
      values[name] = redacted;
      continue;
    }
    for (const column of Object.keys(values)) if (isPiece(name, column)) delete values[column];
    Object.assign(values, toColumns(name, redacted));
  }
  return { ...values, partitionKey, rowKey };
}

function decoded(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}

/** @returns false when the row has changed; one that is gone is erased */
async function succeeds(change: Promise<unknown>): Promise<boolean> {
  try {
    await change;
    return true;
  } catch (error) {
    if (hasStatus(error, 404)) return true;
    if (hasStatus(error, 412)) return false;
    throw error;
  }
}
