import { allRows, changeOf, type Row, type RowChange, type Table, type Tables } from '../../storage/tables.ts';
import type { Tally } from './chunk.ts';
import { type ChunkState, chunkOfRowKey, chunkRowKey, chunkValues, toChunkState } from './chunk.ts';
import { Counters } from './counters.ts';
import {
  chunkOfDeliveriesRow,
  type Deliveries,
  deliveriesRowKey,
  deliveriesValues,
  toDeliveries,
} from './deliveries.ts';

const CHUNKS_TABLE = 'smschunks';

export interface StoredChunk {
  readonly chunk: number;
  readonly state: ChunkState;
  readonly etag: string;
}

/** What delivery reports have told of a chunk. */
export interface StoredDeliveries {
  readonly chunk: number;
  readonly deliveries: Deliveries;
  /** Undefined before there is a row. */
  readonly etag: string | undefined;
}

/**
 * The account of a batch: a row for each chunk, and one for its delivery reports, which may come before its results; and
 * the counters, which change with these or not at all.
 */
export interface Ledger {
  get(batchId: string, chunk: number): Promise<StoredChunk | undefined>;
  /** Opens a chunk's row; undefined when it stands already. */
  open(batchId: string, chunk: number, state: ChunkState): Promise<StoredChunk | undefined>;
  /** Writes a chunk without a change of the counters; undefined when somebody else has written since. */
  update(batchId: string, stored: StoredChunk, state: ChunkState): Promise<StoredChunk | undefined>;
  /** Writes a chunk and adds to the counters in one transaction; undefined when somebody else has written since. */
  settle(batchId: string, stored: StoredChunk, state: ChunkState, change: Tally): Promise<StoredChunk | undefined>;
  tally(batchId: string): Promise<Tally>;
  /** Chunks from a number on, before another, in order; those that nobody has begun have no row. */
  chunks(batchId: string, from: number, before: number): AsyncIterable<StoredChunk>;
  /** As `chunks`, without the results: little to read. */
  chunkStates(batchId: string, before: number): AsyncIterable<Pick<ChunkState, 'state' | 'wakeOn'> & { chunk: number }>;
  getDeliveries(batchId: string, chunk: number): Promise<StoredDeliveries>;
  /** As `settle`; false when somebody else has written since. */
  settleDeliveries(batchId: string, stored: StoredDeliveries, deliveries: Deliveries, change: Tally): Promise<boolean>;
  /** Of chunks from a number on, before another, in order; those without reports are left out. */
  deliveries(batchId: string, from: number, before: number): AsyncIterable<StoredDeliveries>;
  /** Takes away all that is known of a batch. */
  forget(batchId: string): Promise<void>;
}

export function createLedger(tables: Tables): Ledger {
  const table = tables.table(CHUNKS_TABLE);
  const counters = new Counters(table);
  return {
    ...chunkRows(table, counters),
    ...deliveriesRows(table, counters),
    tally: (id) => counters.tally(id),
    forget: (id) => forget(table, id),
  };
}

/** Changes of one transaction. @see Azure Storage "Performing entity group transactions" */
const MAXIMUM_CHANGES = 100;

async function forget(table: Table, batchId: string): Promise<void> {
  const range = { from: '', before: '~', columns: [], limit: MAXIMUM_CHANGES };
  for (
    let rows = await allRows(table.list(batchId, range));
    rows.length > 0;
    rows = await allRows(table.list(batchId, range))
  ) {
    await table.transact(
      batchId,
      rows.map(({ rowKey }) => ({ kind: 'remove', rowKey })),
    );
  }
}

type ChunkRows = Pick<Ledger, 'get' | 'open' | 'update' | 'settle' | 'chunks' | 'chunkStates'>;

function chunkRows(table: Table, counters: Counters): ChunkRows {
  return {
    get: async (batchId, chunk) => {
      const row = await table.get(batchId, chunkRowKey(chunk));
      return row && toStored(row);
    },
    open: async (batchId, chunk, state) => {
      const etag = await table.insert(batchId, chunkRowKey(chunk), chunkValues(state));
      return etag === undefined ? undefined : { chunk, state, etag };
    },
    update: async (batchId, { chunk, etag }, state) => {
      const row = { rowKey: chunkRowKey(chunk), values: chunkValues(state), etag };
      const written = await table.replace(batchId, row);
      return written === undefined ? undefined : { chunk, state, etag: written };
    },
    settle: async (batchId, { chunk, etag }, state, change) => {
      const row: RowChange = { kind: 'replace', rowKey: chunkRowKey(chunk), values: chunkValues(state), etag };
      const written = await counters.settle(batchId, row, change);
      return written === undefined ? undefined : { chunk, state, etag: written };
    },
    chunks: async function* (batchId, from, before) {
      const range = { from: chunkRowKey(from), before: chunkRowKey(before) };
      for await (const row of table.list(batchId, range)) yield toStored(row);
    },
    chunkStates: async function* (batchId, before) {
      const range = { from: chunkRowKey(0), before: chunkRowKey(before), columns: ['state', 'wakeOn'] };
      for await (const { rowKey, values } of table.list(batchId, range)) {
        const state = String(values['state']) as ChunkState['state'];
        yield { chunk: chunkOfRowKey(rowKey), state, wakeOn: Number(values['wakeOn']) };
      }
    },
  };
}

type DeliveriesRows = Pick<Ledger, 'getDeliveries' | 'settleDeliveries' | 'deliveries'>;

function deliveriesRows(table: Table, counters: Counters): DeliveriesRows {
  return {
    getDeliveries: async (batchId, chunk) => {
      const row = await table.get(batchId, deliveriesRowKey(chunk));
      return row ? toStoredDeliveries(row) : { chunk, deliveries: new Map(), etag: undefined };
    },
    settleDeliveries: async (batchId, { chunk, etag }, deliveries, change) => {
      const counted = changeOf({ rowKey: deliveriesRowKey(chunk), values: deliveriesValues(deliveries), etag });
      return (await counters.settle(batchId, counted, change)) !== undefined;
    },
    deliveries: async function* (batchId, from, before) {
      const range = { from: deliveriesRowKey(from), before: deliveriesRowKey(before) };
      for await (const row of table.list(batchId, range)) yield toStoredDeliveries(row);
    },
  };
}

function toStored({ rowKey, values, etag }: Row): StoredChunk {
  return { chunk: chunkOfRowKey(rowKey), state: toChunkState(values), etag };
}

function toStoredDeliveries({ rowKey, values, etag }: Row): StoredDeliveries {
  return { chunk: chunkOfDeliveriesRow(rowKey), deliveries: toDeliveries(values), etag };
}
