import type { ServerSecret } from '../secret/serverSecret.ts';
import { Gathering } from '../storage/gathering.ts';
import { fromColumns, toColumns } from '../storage/longText.ts';
import { retryConflicts } from '../storage/optimistic.ts';
import { allRows, changeOf, type Row, type Table, type Tables } from '../storage/tables.ts';
import { LIMITS_TABLE } from './counterStore.ts';
import { DAY } from './window.ts';

/** More rows than these are read with one query for the whole day. */
const MAXIMUM_SINGLE_READS = 4;

/** A day of a million recipients has 80 KB in each of its 256 rows; a transaction takes 4 MB. @see Azure Storage "Entity group transactions" */
const ROWS_AT_A_TIME = 25;

/** Enough that no two recipients share one; 9 bytes have no padding in base64. */
const HASH_BYTES = 9;

/** A recipient as it is counted: a hash, from which neither number nor address can be read. */
export type RecipientHash = string;

/** How often each recipient was sent to by a client on a UTC day. */
export interface RecipientCounts {
  /** @param recipient a number in E.164, or an address in lower case */
  hasher(client: string): Promise<(recipient: string) => RecipientHash>;
  /**
   * Counts one more for each of the recipients that are below the limit.
   *
   * @returns the indexes of those that have reached it
   */
  add(day: RecipientDay, recipients: readonly RecipientHash[], limit: number): Promise<ReadonlySet<number>>;
  /** Takes back what `add` has counted. */
  subtract(day: RecipientDay, recipients: readonly RecipientHash[]): Promise<void>;
  /** Recipients that have reached the limit. */
  atLimit(day: RecipientDay, limit: number): Promise<ReadonlySet<RecipientHash>>;
}

export interface RecipientDay {
  readonly client: string;
  /** UTC days since 1970. */
  readonly day: number;
}

export function dayOf(client: string, now: number): RecipientDay {
  return { client, day: Math.floor(now / DAY.milliseconds) };
}

/** Seconds until the next UTC day. */
export function secondsToNextDay(now: number): number {
  return Math.ceil((DAY.milliseconds - (now % DAY.milliseconds)) / 1000);
}

export function createRecipientCounts(tables: Tables, secret: () => Promise<ServerSecret>): RecipientCounts {
  const table = tables.table(LIMITS_TABLE);
  // What comes while a write is under way goes together in the next one: a busy client's rows are no bottleneck.
  const additions = new Gathering<readonly Place[], void>();

  const change = async (day: RecipientDay, places: readonly Place[], apply: Apply) => {
    for (const group of inGroups(places)) {
      await retryConflicts(tables, () => changeRows(table, partitionOf(day), group, apply));
    }
  };

  return {
    hasher: async (client) => {
      const { mac } = await secret();
      return (recipient) => mac('recipient', [client, recipient]).toString('base64url', 0, HASH_BYTES);
    },
    add: async (day, recipients, limit) => {
      const places = recipients.map((hash) => ({ hash, limit, isRefused: false }));
      if (places.length > MAXIMUM_GATHERED) await change(day, places, addOne);
      else await additions.add(partitionOf(day), places, (gathered) => change(day, gathered.flat(), addOne));
      return new Set([...places.keys()].filter((index) => places[index]?.isRefused));
    },
    subtract: (day, recipients) =>
      change(
        day,
        recipients.map((hash) => ({ hash, limit: 0, isRefused: false })),
        subtractOne,
      ),
    atLimit: async (day, limit) => {
      const found = new Set<RecipientHash>();
      for await (const row of table.list(partitionOf(day), EVERY_ROW)) {
        for (const [hash, count] of countsOf(row)) if (count >= limit) found.add(hash);
      }
      return found;
    },
  };
}

/** As in one request. A longer list takes its time, and others must not wait for it. */
const MAXIMUM_GATHERED = 100;

/** One recipient of one message. */
interface Place {
  readonly hash: RecipientHash;
  readonly limit: number;
  /** By the last attempt. */
  isRefused: boolean;
}

/** Changes the counts of the row that a recipient belongs to. */
type Apply = (counts: Map<RecipientHash, number>, place: Place) => void;

const addOne: Apply = (counts, place) => {
  const count = counts.get(place.hash) ?? 0;
  place.isRefused = count >= place.limit;
  if (!place.isRefused) counts.set(place.hash, count + 1);
};

const subtractOne: Apply = (counts, { hash }) => {
  const count = counts.get(hash) ?? 0;
  if (count > 1) counts.set(hash, count - 1);
  else counts.delete(hash);
};

/** Recipients by the row that counts them. */
type RowGroup = ReadonlyMap<string, readonly Place[]>;

const EVERY_ROW = { from: '', before: '~' };

function partitionOf({ client, day }: RecipientDay): string {
  return `${client},${day}`;
}

/** The first byte of the hash. */
function rowKeyOf({ hash }: Place): string {
  return Buffer.from(hash.slice(0, 4), 'base64url').toString('hex', 0, 1);
}

/** As many rows as a transaction takes. */
function* inGroups(places: readonly Place[]): Generator<RowGroup> {
  const rows = [...Map.groupBy(places, rowKeyOf)];
  for (let from = 0; from < rows.length; from += ROWS_AT_A_TIME) yield new Map(rows.slice(from, from + ROWS_AT_A_TIME));
}

/** @returns undefined when another writer was faster */
async function changeRows(table: Table, partition: string, group: RowGroup, apply: Apply) {
  const known = await readRows(table, partition, [...group.keys()]);
  const changes = [...group].flatMap(([rowKey, places]) => {
    const row = known.get(rowKey);
    const counts = row ? countsOf(row) : new Map<RecipientHash, number>();
    const before = JSON.stringify([...counts]);
    for (const place of places) apply(counts, place);
    const after = JSON.stringify([...counts]);
    return after === before ? [] : [changeOf({ rowKey, values: toColumns('counts', after), etag: row?.etag })];
  });
  return changes.length === 0 ? [] : table.transact(partition, changes);
}

async function readRows(table: Table, partition: string, rowKeys: readonly string[]): Promise<Map<string, Row>> {
  const rows =
    rowKeys.length > MAXIMUM_SINGLE_READS
      ? await allRows(table.list(partition, rangeOf(rowKeys)))
      : await Promise.all(rowKeys.map((rowKey) => table.get(partition, rowKey)));
  return new Map(rows.flatMap((row) => (row ? [[row.rowKey, row]] : [])));
}

/** From the first to the last of them. */
function rangeOf(rowKeys: readonly string[]) {
  const sorted = rowKeys.toSorted((one, other) => (one < other ? -1 : 1));
  return { from: sorted[0] ?? '', before: `${sorted.at(-1)}~` };
}

function countsOf({ values }: Row): Map<RecipientHash, number> {
  return new Map(JSON.parse(fromColumns('counts', values)));
}
