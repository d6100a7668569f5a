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
 * A day with a million recipients has 140 KB in each of its 256 rows; a transaction holds at most 4 MiB.
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
   * Counts one message for each recipient below the limit. A repetition with the same mark does not count again, unless
   * another message to the recipient was counted since: then the recipient is counted twice rather than never.
   */
  add(day: RecipientDay, recipients: readonly RecipientHash[], counting: Counting): Promise<Added>;
  /** Reverses `add`. */
  subtract(day: RecipientDay, recipients: readonly RecipientHash[], mark: string): Promise<void>;
  /** Returns the recipients that have reached the limit, apart from those that were last counted with this mark. */
  atLimit(day: RecipientDay, counting: Counting): Promise<ReadonlySet<RecipientHash>>;
}

/** Recipients by their index. */
export interface Added {
  /** Those that have reached the limit. */
  readonly refused: ReadonlySet<number>;
  /** Those that an earlier request with the same mark has counted. */
  readonly earlier: ReadonlySet<number>;
}

export interface Counting {
  readonly limit: number;
  /** Identifies what counts: a few characters, different for every request. */
  readonly mark: string;
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

  const change = async (day: RecipientDay, places: readonly Place[], apply: (conflicts: number) => Apply) => {
    for (const group of inGroups(places)) {
      await retryConflicts(tables, (conflicts) => changeRows(table, partitionOf(day), group, apply(conflicts)));
    }
  };

  return {
    hasher: async (client) => {
      const { mac } = await secret();
      return (recipient) => mac('recipient', [client, recipient]).toString('base64url', 0, HASH_BYTES);
    },
    add: async (day, recipients, { limit, mark }) => {
      const places = recipients.map((hash) => newPlace(hash, mark, limit));
      if (places.length > MAXIMUM_GATHERED) await change(day, places, adding);
      else await additions.add(partitionOf(day), places, (gathered) => change(day, gathered.flat(), adding));
      const having = (result: Place['result']) =>
        new Set([...places.keys()].filter((index) => places[index]?.result === result));
      return { refused: having('refused'), earlier: having('earlier') };
    },
    subtract: (day, recipients, mark) =>
      change(
        day,
        recipients.map((hash) => newPlace(hash, mark)),
        subtracting,
      ),
    atLimit: async (day, { limit, mark }) => {
      const found = new Set<RecipientHash>();
      for await (const row of table.list(partitionOf(day), ALL_ROWS)) {
        for (const [hash, it] of countsOf(row)) if (it.count >= limit && it.mark !== mark) found.add(hash);
      }
      return found;
    },
  };
}

/** The recipients of one request. A longer list takes a while, and must not delay others. */
const MAXIMUM_GATHERED = 100;

/** One recipient of one message; `result` is set by each attempt. */
interface Place {
  readonly hash: RecipientHash;
  readonly limit: number;
  readonly mark: string;
  result: 'counted' | 'refused' | 'earlier' | undefined;
}

function newPlace(hash: RecipientHash, mark: string, limit = 0): Place {
  return { hash, limit, mark, result: undefined };
}

/** The messages to one recipient. */
interface RecipientCount {
  readonly count: number;
  /** Of the request that was counted last, and how many of the messages are its own. */
  readonly mark: string;
  readonly own: number;
}

const NOT_COUNTED: RecipientCount = { count: 0, mark: '', own: 0 };

/**
 * Updates the counts of the row that holds the recipient. `earlier`: how many messages to a recipient an earlier attempt has
 * counted that this one has not come to yet.
 */
type Apply = (counts: Map<RecipientHash, RecipientCount>, place: Place, earlier: Map<RecipientHash, number>) => void;

const addOne: Apply = (counts, place, earlier) => {
  const known = counts.get(place.hash) ?? NOT_COUNTED;
  const isOwn = known.mark === place.mark;
  const left = isOwn ? (earlier.get(place.hash) ?? known.own) : 0;
  if (left > 0) {
    earlier.set(place.hash, left - 1);
    place.result = place.result === 'counted' ? 'counted' : 'earlier';
    return;
  }
  earlier.set(place.hash, 0);
  place.result = known.count >= place.limit ? 'refused' : 'counted';
  if (place.result === 'refused') return;
  counts.set(place.hash, { count: known.count + 1, mark: place.mark, own: isOwn ? known.own + 1 : 1 });
};

const adding = () => addOne;

/**
 * The first attempt has certainly not taken effect before. A later one may have, with a lost response: it subtracts only
 * what is certainly still counted.
 */
const subtracting =
  (conflicts: number): Apply =>
  (counts, { hash, mark }) => {
    const known = counts.get(hash) ?? NOT_COUNTED;
    const isOwn = known.mark === mark && known.own > 0;
    if (!isOwn && conflicts > 0) return;
    if (known.count <= 1) counts.delete(hash);
    else counts.set(hash, { ...known, count: known.count - 1, own: known.own - (isOwn ? 1 : 0) });
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
    const counts = row ? countsOf(row) : new Map<RecipientHash, RecipientCount>();
    const before = textOf(counts);
    const earlier = new Map<RecipientHash, number>();
    for (const place of places) apply(counts, place, earlier);
    const after = textOf(counts);
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

/** The version before stored neither mark nor own messages. The latter are left out if they are 1, as nearly always. */
type StoredCount = readonly [hash: RecipientHash, count: number, mark?: string, own?: number];

function textOf(counts: ReadonlyMap<RecipientHash, RecipientCount>): string {
  const stored = [...counts].map(([hash, { count, mark, own }]): StoredCount => {
    if (own === 0) return [hash, count];
    return own === 1 ? [hash, count, mark] : [hash, count, mark, own];
  });
  return JSON.stringify(stored);
}

function countsOf({ values }: Row): Map<RecipientHash, RecipientCount> {
  const stored = JSON.parse(fromColumns('counts', values)) as StoredCount[];
  return new Map(
    stored.map(([hash, count, mark = '', own = mark === '' ? 0 : 1]) => [hash, { count, mark, own }] as const),
  );
}
