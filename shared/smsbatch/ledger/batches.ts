import { retryConflicts } from '../../storage/optimistic.ts';
import { RecentReads } from '../../storage/recentReads.ts';
import type { Row, RowValues, Table, Tables } from '../../storage/tables.ts';
import type { Batch, BatchFacts, BatchProgress, InvalidList, OwedEvent } from '../batch.ts';

export const BATCHES_TABLE = 'smsbatches';

/** Batches that are not over, across all clients: what the sweep looks at. */
const ACTIVE = 'active';

/** Whose batches are, for those who know nothing but an id. */
const OWNERS = 'owner';

const clientPartition = (client: string) => `client-${client}`;
const batchRow = (id: string) => `batch-${id}`;

/** Row keys sort as text, and lists begin with the newest. */
const timeRow = (createdOn: number, id: string) => `time-${String(9_999_999_999_999 - createdOn)}-${id}`;

export interface BatchStore {
  /** Adds a batch; false when it stands already. */
  add(facts: BatchFacts, progress: BatchProgress, invalid: InvalidList): Promise<boolean>;
  get(client: string, id: string): Promise<Batch | undefined>;
  /** The client whose batch this is. */
  ownerOf(id: string): Promise<string | undefined>;
  /** As it stands, or stood within the last second: so long may a cancel go unseen by other processes. */
  getRecent(client: string, id: string): Promise<Batch | undefined>;
  /** Writes the progress; undefined when somebody else has written since. */
  advance(batch: Batch, changes: Partial<BatchProgress>): Promise<Batch | undefined>;
  /** A client's batches, newest first, with the key to go on after each. */
  list(client: string, after: string | undefined): AsyncIterable<{ readonly id: string; readonly key: string }>;
  /** Every batch of every client. */
  all(): AsyncIterable<{ readonly id: string; readonly client: string }>;
  /** Takes a batch away that is over. */
  forget(client: string, id: string): Promise<void>;
  active(): AsyncIterable<ActiveBatch>;
  /** The sweep has nothing to look after any more; unless it was activated again in the meantime. */
  deactivate(batch: ActiveBatch): Promise<void>;
  /** Notes since when its recovery has failed, and when to try again; nothing happens if it was activated meanwhile. */
  reschedule(batch: ActiveBatch, schedule: RecoverySchedule): Promise<void>;
  activate(id: string, client: string, now: number): Promise<void>;
}

/** Times are epoch milliseconds. */
export interface RecoverySchedule {
  /** When recovery began to fail; 0 while it works. */
  readonly failingSince: number;
  /** The sweep leaves the batch alone before this. */
  readonly retryOn: number;
}

export interface ActiveBatch extends RecoverySchedule {
  readonly id: string;
  readonly client: string;
  /** When it was activated last (epoch milliseconds). */
  readonly since: number;
  readonly etag: string;
}

export function createBatchStore(tables: Tables, now: () => number): BatchStore {
  const table = tables.table(BATCHES_TABLE);
  const recent = new RecentReads<Batch | undefined>(now);
  const get = async (client: string, id: string) => {
    const row = await table.get(clientPartition(client), batchRow(id));
    return row && toBatch(row);
  };
  return {
    add: async (facts, progress, invalid) => {
      const values = { ...toValues(facts, progress), invalid: JSON.stringify(invalid) };
      await table.insert(OWNERS, facts.id, { client: facts.client }); // before anything of the batch is sent
      const changes = await table.transact(clientPartition(facts.client), [
        { kind: 'insert', rowKey: batchRow(facts.id), values },
        { kind: 'insert', rowKey: timeRow(facts.createdOn, facts.id), values: { id: facts.id } },
      ]);
      return changes !== undefined;
    },
    get,
    ownerOf: async (id) => {
      const row = await table.get(OWNERS, id);
      return row && String(row.values['client']);
    },
    getRecent: (client, id) => recent.get(`${client}/${id}`, () => get(client, id)),
    advance: async (batch, changes) => {
      const written = await advance(table, batch, changes);
      const key = `${batch.client}/${batch.id}`;
      if (written) recent.set(key, written);
      else recent.forget(key);
      return written;
    },
    list: async function* (client, after) {
      const from = after === undefined ? 'time-' : `${after}!`; // '!' sorts before every character of a key
      const rows = table.list(clientPartition(client), { from, before: 'time.' });
      for await (const { rowKey, values } of rows) yield { id: String(values['id']), key: rowKey };
    },
    all: async function* () {
      for await (const { rowKey, values } of table.list(OWNERS, { from: '', before: '~' })) {
        yield { id: rowKey, client: String(values['client']) };
      }
    },
    forget: async (client, id) => {
      const batch = await get(client, id);
      if (batch) await table.remove(clientPartition(client), timeRow(batch.createdOn, id));
      await table.remove(clientPartition(client), batchRow(id));
      await table.remove(OWNERS, id);
    },
    active: async function* () {
      for await (const { rowKey, values, etag } of table.list(ACTIVE, { from: '', before: '~' })) {
        yield {
          id: rowKey,
          client: String(values['client']),
          since: Number(values['since']),
          failingSince: Number(values['failingSince'] ?? 0),
          retryOn: Number(values['retryOn'] ?? 0),
          etag,
        };
      }
    },
    deactivate: ({ id, etag }) => table.remove(ACTIVE, id, etag),
    reschedule: async ({ id, etag }, { failingSince, retryOn }) => {
      await table.merge(ACTIVE, { rowKey: id, etag, values: { failingSince, retryOn } });
    },
    activate: async (id, client, now) => {
      const values = { client, since: now };
      await retryConflicts(tables, () => activate(table, id, values));
    },
  };
}

async function advance(table: Table, batch: Batch, changes: Partial<BatchProgress>): Promise<Batch | undefined> {
  const next = { ...batch, ...changes };
  const row = { rowKey: batchRow(batch.id), values: progressValues(next), etag: batch.etag };
  const etag = await table.merge(clientPartition(batch.client), row);
  return etag === undefined ? undefined : { ...next, etag };
}

/**
 * Also writes a row that exists already, so that a sweep which is about to remove it notices.
 *
 * @returns undefined when the row was changed or removed in the meantime
 */
async function activate(table: Table, id: string, values: RowValues): Promise<string | undefined> {
  const etag = await table.insert(ACTIVE, id, values);
  if (etag !== undefined) return etag;
  const row = await table.get(ACTIVE, id);
  return row && table.replace(ACTIVE, { ...row, values });
}

function toValues(facts: BatchFacts, progress: BatchProgress): RowValues {
  return { facts: JSON.stringify(facts), ...progressValues(progress) };
}

function progressValues(progress: BatchProgress): RowValues {
  return {
    state: progress.state,
    nextChunk: progress.nextChunk,
    lastChunkOn: progress.lastChunkOn,
    splitDueOn: progress.splitDueOn,
    redrives: progress.redrives,
    redriveInDoubt: progress.redriveInDoubt,
    reopened: progress.reopened,
    reported: progress.reported,
    completedOn: progress.completedOn ?? 0,
    reason: progress.reason ?? '',
    isRevoked: progress.isRevoked,
    owed: JSON.stringify(progress.owed),
    isExpired: progress.isExpired,
  };
}

function toBatch({ values, etag }: Row): Batch {
  const facts = JSON.parse(String(values['facts'])) as BatchFacts;
  return {
    ...facts,
    state: String(values['state']) as Batch['state'],
    nextChunk: Number(values['nextChunk']),
    lastChunkOn: Number(values['lastChunkOn']),
    splitDueOn: Number(values['splitDueOn']),
    redrives: Number(values['redrives']),
    redriveInDoubt: Boolean(values['redriveInDoubt']),
    reopened: Number(values['reopened']),
    reported: Number(values['reported']) || 0,
    completedOn: Number(values['completedOn']) || undefined,
    reason: String(values['reason']) || undefined,
    isRevoked: Boolean(values['isRevoked']),
    owed: JSON.parse(String(values['owed'] || '[]')) as OwedEvent[],
    isExpired: Boolean(values['isExpired']),
    invalid: JSON.parse(String(values['invalid'])) as InvalidList,
    etag,
  };
}
