import { randomUUID } from 'node:crypto';
import QuickLRU from 'quick-lru';
import { SwitchboardError } from '../../contract/switchboardError.ts';
import { retryConflicts } from '../../storage/optimistic.ts';
import { RecentReads } from '../../storage/recentReads.ts';
import { ALL_ROWS, keyAfter, newestFirst } from '../../storage/rowKeys.ts';
import type { Storage } from '../../storage/storage.ts';
import { etagOfOwnWrite, type Row, type RowValues, type Table, type Tables } from '../../storage/tables.ts';
import {
  type Batch,
  type BatchFacts,
  type BatchProgress,
  type InvalidList,
  type PendingEvent,
  REMEMBERED_MILLISECONDS,
} from '../batch.ts';
import { expired } from '../recipients/recipientsFile.ts';

export const BATCHES_TABLE = 'smsbatches';

/** Partition of the batches that the sweep checks, across all clients. */
const ACTIVE = 'active';

/** Partition that maps a batch id to its client. */
const OWNERS = 'owner';

/** Batches whose facts are cached at least: their delivery reports arrive at about the same time. */
const CACHED_FACTS = 64;

const clientPartition = (client: string) => `client-${client}`;
const batchRow = (id: string) => `batch-${id}`;
const timeRow = (createdOn: number, id: string) => `time-${newestFirst(createdOn)}-${id}`;

export interface BatchStore {
  /** Adds a batch; false when it already exists. */
  add(facts: BatchFacts, progress: BatchProgress, invalid: InvalidList): Promise<boolean>;
  get(client: string, id: string): Promise<Batch | undefined>;
  /** A batch that may be up to a second old: other processes see a cancellation that much later. */
  getRecent(client: string, id: string): Promise<Batch | undefined>;
  /** The client that a batch belongs to. */
  ownerOf(id: string): Promise<string | undefined>;
  /** What is fixed about a batch, of whichever client; cached, also for an hour after its deletion. */
  factsOf(id: string): Promise<BatchFacts | undefined>;
  /** Writes changed progress; undefined when another writer has changed the batch. */
  advance(batch: Batch, changes: Partial<BatchProgress>): Promise<Batch | undefined>;
  /** A client's batches, newest first. Each has the key to continue the list after it. */
  list(client: string, after: string | undefined): AsyncIterable<{ readonly id: string; readonly key: string }>;
  /** All batches of all clients. */
  all(): AsyncIterable<{ readonly id: string; readonly client: string }>;
  /** Deletes the rows of a batch. */
  remove(client: string, id: string): Promise<void>;
  active(): AsyncIterable<ActiveBatch>;
  /** Adds a batch to those that the sweep checks. */
  activate(id: string, client: string, now: number): Promise<void>;
  /** Takes a batch off the sweep. Does nothing if it has been activated again. */
  deactivate(batch: ActiveBatch): Promise<void>;
  /** Postpones the recovery of a batch. Does nothing if it has been activated again. */
  reschedule(batch: ActiveBatch, schedule: RecoverySchedule): Promise<void>;
}

/** Times are epoch milliseconds. */
export interface RecoverySchedule {
  /** When recovery began to fail; 0 while it succeeds. */
  readonly failingSince: number;
  /** The sweep skips the batch until then. */
  readonly retryOn: number;
}

export interface ActiveBatch extends RecoverySchedule {
  readonly id: string;
  readonly client: string;
  /** When it was last activated (epoch milliseconds). */
  readonly since: number;
  readonly etag: string;
}

interface BatchAccess {
  readonly batches: BatchStore;
  readonly storage: Pick<Storage, 'tables'>;
}

/** @throws SwitchboardError `NotFound`, also for another client's batch; `Expired` while the batch is being deleted */
export async function findBatch({ batches }: Pick<BatchAccess, 'batches'>, client: string, id: string): Promise<Batch> {
  const batch = await batches.get(client, id);
  if (!batch) throw new SwitchboardError('NotFound', 'There is no batch with this id.', { target: 'id' });
  if (batch.isExpired) throw expired();
  return batch;
}

/**
 * Reads and changes a batch until no concurrent writer is faster.
 *
 * @param next the changes; undefined to leave the batch as it is
 * @throws SwitchboardError as `findBatch`; and what `next` throws
 */
export function changeBatch(
  access: BatchAccess,
  client: string,
  id: string,
  next: (batch: Batch) => Partial<BatchProgress> | undefined,
): Promise<Batch> {
  return retryConflicts(access.storage.tables, async () => {
    const batch = await findBatch(access, client, id);
    const changes = next(batch);
    return changes ? access.batches.advance(batch, changes) : batch;
  });
}

export function createBatchStore(tables: Tables, now: () => number): BatchStore {
  const table = tables.table(BATCHES_TABLE);
  const recent = new RecentReads<Batch | undefined>(now);
  const get = async (client: string, id: string) => {
    const row = await table.get(clientPartition(client), batchRow(id));
    return row && toBatch(row);
  };
  const ownerOf = async (id: string) => {
    const row = await table.get(OWNERS, id);
    return row && String(row.values['client']);
  };
  const facts = new QuickLRU<string, BatchFacts>({ maxSize: CACHED_FACTS, maxAge: REMEMBERED_MILLISECONDS });
  return {
    add: (...batch) => add(table, ...batch),
    get,
    getRecent: (client, id) => recent.get(`${client}/${id}`, () => get(client, id)),
    ownerOf,
    factsOf: async (id) => {
      const known = facts.get(id);
      if (known) return known;
      const client = await ownerOf(id);
      const batch = client === undefined ? undefined : await get(client, id);
      if (batch) facts.set(id, batch);
      return batch;
    },
    advance: async (batch, changes) => {
      const written = await advance(table, batch, changes);
      const key = `${batch.client}/${batch.id}`;
      if (written) recent.set(key, written);
      else recent.forget(key);
      return written;
    },
    list: async function* (client, after) {
      const from = after === undefined ? 'time-' : keyAfter(after);
      const rows = table.list(clientPartition(client), { from, before: 'time.' });
      for await (const { rowKey, values } of rows) yield { id: String(values['id']), key: rowKey };
    },
    all: async function* () {
      for await (const { rowKey, values } of table.list(OWNERS, ALL_ROWS)) {
        yield { id: rowKey, client: String(values['client']) };
      }
    },
    remove: async (client, id) => {
      const batch = await get(client, id);
      if (batch) await table.remove(clientPartition(client), timeRow(batch.createdOn, id));
      await table.remove(clientPartition(client), batchRow(id));
      await table.remove(OWNERS, id);
    },
    ...activeRows(tables, table),
  };
}

async function add(table: Table, facts: BatchFacts, progress: BatchProgress, invalid: InvalidList): Promise<boolean> {
  const values = { facts: JSON.stringify(facts), ...progressValues(progress), invalid: JSON.stringify(invalid) };
  await table.insert(OWNERS, facts.id, { client: facts.client }); // before anything of the batch is sent
  const changes = await table.transact(clientPartition(facts.client), [
    { kind: 'insert', rowKey: batchRow(facts.id), values },
    { kind: 'insert', rowKey: timeRow(facts.createdOn, facts.id), values: { id: facts.id } },
  ]);
  return changes !== undefined;
}

async function advance(table: Table, batch: Batch, changes: Partial<BatchProgress>): Promise<Batch | undefined> {
  const next = { ...batch, ...changes };
  const partition = clientPartition(batch.client);
  const rowKey = batchRow(batch.id);
  const writeId = randomUUID();
  const values = { ...progressValues(next), writeId };
  // Otherwise a redrive, for example, might be rejected because it has already begun.
  const etag =
    (await table.merge(partition, { rowKey, values, etag: batch.etag })) ??
    etagOfOwnWrite(await table.get(partition, rowKey), 'writeId', writeId);
  return etag === undefined ? undefined : { ...next, etag };
}

function activeRows(
  tables: Tables,
  table: Table,
): Pick<BatchStore, 'active' | 'activate' | 'deactivate' | 'reschedule'> {
  return {
    active: async function* () {
      for await (const { rowKey, values, etag } of table.list(ACTIVE, ALL_ROWS)) {
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
    activate: async (id, client, now) => {
      await retryConflicts(tables, () => activate(table, id, { client, since: now }));
    },
    deactivate: ({ id, etag }) => table.remove(ACTIVE, id, etag),
    reschedule: async ({ id, etag }, { failingSince, retryOn }) => {
      await table.merge(ACTIVE, { rowKey: id, etag, values: { failingSince, retryOn } });
    },
  };
}

/**
 * Also rewrites an existing row, so that a sweep that is about to remove it notices.
 *
 * @returns undefined when the row was changed or removed concurrently
 */
async function activate(table: Table, id: string, values: RowValues): Promise<string | undefined> {
  const etag = await table.insert(ACTIVE, id, values);
  if (etag !== undefined) return etag;
  const row = await table.get(ACTIVE, id);
  return row && table.replace(ACTIVE, { ...row, values });
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
    owed: JSON.stringify(progress.pendingEvents),
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
    pendingEvents: JSON.parse(String(values['owed'] || '[]')) as PendingEvent[],
    isExpired: Boolean(values['isExpired']),
    invalid: JSON.parse(String(values['invalid'])) as InvalidList,
    etag,
  };
}
