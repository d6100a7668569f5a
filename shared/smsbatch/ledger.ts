import { randomUUID } from 'node:crypto';
import type { Row, RowChange, Table, Tables } from '../storage/tables.ts';
import { recipientsCounted } from '../telemetry/measures.ts';
import {
  addTally,
  type ChunkState,
  chunkOfRowKey,
  chunkRowKey,
  chunkValues,
  NOTHING,
  type Tally,
  toChunkState,
} from './chunk.ts';

const CHUNKS_TABLE = 'smschunks';

export interface StoredChunk {
  readonly chunk: number;
  readonly state: ChunkState;
  readonly etag: string;
}

/** The account of a batch: a row for each chunk, and the counters, which change with the chunks or not at all. */
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
}

/** Counter rows are this process's own, and each is used by one transaction at a time: nobody waits for an ETag. */
interface Shard {
  readonly rowKey: string;
  readonly etag: string | undefined;
  readonly tally: Tally;
}

/** Batches whose idle counter rows are remembered. */
const REMEMBERED_BATCHES = 64;

export function createLedger(tables: Tables): Ledger {
  const table = tables.table(CHUNKS_TABLE);
  const shards = new ShardPool();
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
    settle: (batchId, stored, state, change) => settle(table, shards, { batchId, stored, state, change }),
    tally: async (batchId) => {
      let sum = NOTHING;
      for await (const { values } of table.list(batchId, { from: 'count-', before: 'count.' })) {
        sum = addTally(sum, toTally(values));
      }
      return sum;
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

interface SettleFacts {
  readonly batchId: string;
  readonly stored: StoredChunk;
  readonly state: ChunkState;
  readonly change: Tally;
}

async function settle(table: Table, shards: ShardPool, { batchId, stored, state, change }: SettleFacts) {
  const shard = shards.take(batchId);
  const rowKey = chunkRowKey(stored.chunk);
  const tally = addTally(shard.tally, change);
  const chunkChange: RowChange = { kind: 'replace', rowKey, values: chunkValues(state), etag: stored.etag };
  const shardChange: RowChange =
    shard.etag === undefined
      ? { kind: 'insert', rowKey: shard.rowKey, values: { ...tally } }
      : { kind: 'replace', rowKey: shard.rowKey, values: { ...tally }, etag: shard.etag };
  // When this fails in any way, nobody knows what the counter row holds now: it is never used again.
  const etags = await table.transact(batchId, [chunkChange, shardChange]);
  if (!etags) return undefined;
  recipientsCounted(change);
  shards.putBack(batchId, { rowKey: shard.rowKey, etag: etags[1], tally });
  return { chunk: stored.chunk, state, etag: etags[0] ?? '' };
}

class ShardPool {
  readonly #process = randomUUID().slice(0, 8);
  readonly #idle = new Map<string, Shard[]>();
  #made = 0;

  take(batchId: string): Shard {
    const shard = this.#idle.get(batchId)?.pop();
    if (shard) return shard;
    this.#made += 1;
    return { rowKey: `count-${this.#process}-${this.#made}`, etag: undefined, tally: NOTHING };
  }

  putBack(batchId: string, shard: Shard): void {
    const idle = this.#idle.get(batchId) ?? [];
    this.#idle.delete(batchId);
    this.#idle.set(batchId, [...idle, shard]); // last in order of use
    const [oldest] = this.#idle.keys();
    if (this.#idle.size > REMEMBERED_BATCHES && oldest !== undefined) this.#idle.delete(oldest);
  }
}

function toStored({ rowKey, values, etag }: Row): StoredChunk {
  return { chunk: chunkOfRowKey(rowKey), state: toChunkState(values), etag };
}

function toTally(values: Row['values']): Tally {
  return {
    accepted: Number(values['accepted']),
    failed: Number(values['failed']),
    inDoubt: Number(values['inDoubt']),
  };
}
