import type { TableClient, TableEntityResult } from '@azure/data-tables';
import type { StorageAccess } from '../../../shared/settings/settings.ts';
import { hasStatus, tableClient } from '../../../shared/storage/connection.ts';
import { fromColumns, isMissingTable, type RowValues, toColumns } from '../../../shared/storage/tables.ts';
import type { Trace } from './person.ts';
import { holdsPerson, mentions, type Person, redactText } from './person.ts';

/** Every table of Switchboard that may contain personal data. */
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

/** The searched columns, if not all: a batch's message is the same for all recipients and belongs to none of them. */
const COLUMNS: Readonly<Record<string, readonly string[]>> = { smsbatches: ['invalid', 'reason'] };

interface TableSearch {
  readonly access: StorageAccess;
  readonly person: Person;
  readonly withOptOuts: boolean;
}

/** Returns the rows about a person. Scans whole tables, because rows cannot be queried by their content. */
export async function* tableTraces(search: TableSearch): AsyncIterable<Trace> {
  for (const name of PERSONAL_TABLES) {
    const table = await tableClient(search.access, name);
    try {
      for await (const entity of table.listEntities()) {
        const trace = traceOf(table, entity, search);
        if (trace) yield trace;
      }
    } catch (error) {
      if (!isMissingTable(error)) throw error; // nothing was ever written to this table
    }
  }
}

type Entity = TableEntityResult<Record<string, unknown>>;

function traceOf(table: TableClient, entity: Entity, { person, withOptOuts }: TableSearch): Trace | undefined {
  const { partitionKey = '', rowKey = '', etag } = entity;
  const isOptOut = table.tableName === OPT_OUTS_TABLE;
  const strings = stringsOf(entity, COLUMNS[table.tableName]);
  const inKey = [partitionKey, rowKey].some((key) => mentions(person, decoded(key)));
  const found = [...strings].filter(([, text]) => holdsPerson(person, text));
  if (!inKey && found.length === 0) return undefined;
  const remove = () => table.deleteEntity(partitionKey, rowKey, { etag });
  const replace = () => table.updateEntity(withoutPerson(entity, person, found), 'Replace', { etag });
  return {
    store: `table ${table.tableName}`,
    place: `${partitionKey} ${rowKey}`,
    content: Object.fromEntries(inKey ? strings : found),
    ...(isOptOut && !withOptOuts ? { kept: 'an opt-out must still be honored' } : {}),
    erase: () => succeeds(inKey || isOptOut ? remove() : replace()),
  };
}

/** Returns the strings of a row by name. Strings stored in pieces are joined. */
function stringsOf(entity: Entity, only: readonly string[] | undefined): ReadonlyMap<string, string> {
  const strings = new Map<string, string>();
  const values = valuesOf(entity);
  const inPieces = Object.keys(values).filter((name) => name.endsWith('Pieces'));
  const names = inPieces.map((name) => name.slice(0, -'Pieces'.length));
  for (const name of names) strings.set(name, fromColumns(name, values));
  for (const [column, value] of Object.entries(values)) {
    const isWhole = !names.some((name) => isPiece(name, column));
    if (typeof value === 'string' && isWhole) strings.set(column, value);
  }
  return only ? new Map([...strings].filter(([name]) => only.includes(name))) : strings;
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

/** Returns the complete row without the person, so that replacing it leaves no old pieces behind. */
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

/** @returns false if the row has changed; a deleted row counts as erased */
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
