import type { ServerSecret } from '../secret/serverSecret.ts';
import { Coalescer } from '../storage/coalescer.ts';
import { retryConflicts } from '../storage/optimistic.ts';
import { ALL_ROWS } from '../storage/rowKeys.ts';
import { allRows, changeOf, fromColumns, type Row, type Table, type Tables, toColumns } from '../storage/tables.ts';
import { LIMITS_TABLE } from './counterStore.ts';
import { DAY } from './counters.ts';

/** More rows than this are read by one query over the whole day. */
const MAXIMUM_SINGLE_READS = 4;

/**
 * A day with a million recipients has 80 KB in each of its 256 rows; a transaction holds at most 4 MiB.
 *
 * @see https://learn.microsoft.com/rest/api/storageservices/performing-entity-group-transactions
 */
const ROWS_AT_A_TIME = 25;

/** Long enough that collisions are negligible; 9 bytes need no padding in base64. */
const HASH_BYTES = 9;

/** Keyed hash of a recipient, which reveals neither number nor address. */
export type RecipientHash = string;

/** Counts the messages that a client sent to each recipient on a UTC day. */
export interface RecipientCounts {
  /** Returns the hash function for the client's recipients (E.164 numbers, lower-case addresses). */
  hasher(client: string): Promise<(recipient: string) => RecipientHash>;
  /**
   * Counts one message for each recipient below the limit.
   *
   * @returns the indexes of the recipients that have reached the limit
   */
  add(day: RecipientDay, recipients: readonly RecipientHash[], limit: number): Promise<ReadonlySet<number>>;
  /** Reverses `add`. */
  subtract(day: RecipientDay, recipients: readonly RecipientHash[]): Promise<void>;
  /** Returns the recipients that have reached the limit. */
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
  // Changes made during a write are combined in the next one, so that a busy client's rows are not a bottleneck.
  const additions = new Coalescer<readonly Place[], void>();

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
      for await (const row of table.list(partitionOf(day), ALL_ROWS)) {
        for (const [hash, count] of countsOf(row)) if (count >= limit) found.add(hash);
      }
      return found;
    },
  };
}

/** The recipients of one request. A longer list takes a while, and must not delay others. */
const MAXIMUM_GATHERED = 100;

/** One recipient of one message; `isRefused` is set by each attempt. */
interface Place {
  readonly hash: RecipientHash;
  readonly limit: number;
  isRefused: boolean;
}

/** Updates the counts of the row that holds the recipient. */
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

function partitionOf({ client, day }: RecipientDay): string {
  return `${client},${day}`;
}

/** The first byte of the hash. */
function rowKeyOf({ hash }: Place): string {
  return Buffer.from(hash.slice(0, 4), 'base64url').toString('hex', 0, 1);
}

/** Groups of rows that fit into one transaction. */
function* inGroups(places: readonly Place[]): Generator<RowGroup> {
  const rows = [...Map.groupBy(places, rowKeyOf)];
  for (let from = 0; from < rows.length; from += ROWS_AT_A_TIME) yield new Map(rows.slice(from, from + ROWS_AT_A_TIME));
}

/** @returns undefined if a concurrent writer won */
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

/** The range from the first to the last row key. */
function rangeOf(rowKeys: readonly string[]) {
  const sorted = rowKeys.toSorted((one, other) => (one < other ? -1 : 1));
  return { from: sorted[0] ?? '', before: `${sorted.at(-1)}~` };
}

function countsOf({ values }: Row): Map<RecipientHash, number> {
  return new Map(JSON.parse(fromColumns('counts', values)));
}
