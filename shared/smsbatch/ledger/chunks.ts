import type { RecipientState } from '../../contract/smsBatch.ts';
import { numberedKeys } from '../../storage/rowKeys.ts';
import { fromColumns, type Row, type RowChange, type RowValues, type Table, toColumns } from '../../storage/tables.ts';
import type { Batch } from '../batch.ts';
import { type Counters, NOTHING, type Tally } from './counters.ts';

/** The result of one recipient. */
export type RecipientResult =
  | readonly [state: 'accepted', messageId: string]
  | readonly [state: 'failed', httpStatusCode: number, errorMessage: string]
  | readonly [state: 'inDoubt']
  | readonly [state: 'optedOut'];

/** The results of a chunk's recipients; null while a recipient is open. */
export type ChunkResults = readonly (RecipientResult | null)[];

/**
 * State of a chunk. `sending`: a process has called ACS, or is about to, and holds a lease until `wakeOn`. `waiting`: no
 * process is working on it; it continues at `wakeOn`. `done`: every recipient has a result, except those that were not
 * sent to because of a cancellation.
 */
export interface ChunkState {
  readonly state: 'sending' | 'waiting' | 'done';
  /** Epoch milliseconds. */
  readonly wakeOn: number;
  /** When ACS first received the recipients' ids (epoch milliseconds); 0 before. */
  readonly firstSent: number;
  /** A try may have taken effect although its answer was lost: the ids may only be repeated within ACS's window. */
  readonly doubtful: boolean;
  /** Failed tries, not counting a 429. */
  readonly failedTries: number;
  /** How often it has got another send time, since it was last claimed, because it was late. */
  readonly postponed: number;
  /** How often the batch had been redriven when the chunk was sent: part of the recipients' ids. */
  readonly redrive: number;
  readonly results: ChunkResults;
}

export interface StoredChunk {
  readonly chunk: number;
  readonly state: ChunkState;
  readonly etag: string;
}

/** Recipients of a chunk: the last one may be shorter. */
export function recipientCount({ total, chunkSize }: Pick<Batch, 'total' | 'chunkSize'>, chunk: number): number {
  return Math.min(chunkSize, total - chunk * chunkSize);
}

/** A chunk before its first claim. */
export function newChunkState(batch: Pick<Batch, 'total' | 'chunkSize' | 'redrives'>, chunk: number): ChunkState {
  return {
    state: 'waiting',
    wakeOn: 0,
    firstSent: 0,
    doubtful: false,
    failedTries: 0,
    postponed: 0,
    redrive: batch.redrives,
    results: new Array<null>(recipientCount(batch, chunk)).fill(null),
  };
}

/** Whether messages may have been sent without a known result: the process sending them died, or an answer was lost. */
export function isDoubtful({ state, doubtful }: Pick<ChunkState, 'state' | 'doubtful'>): boolean {
  return doubtful || state === 'sending';
}

export function openCount(results: ChunkResults): number {
  return results.filter((result) => result === null).length;
}

/** Gives every open recipient the same result. */
export function fillOpen(results: ChunkResults, result: RecipientResult): ChunkResults {
  return results.map((known) => known ?? result);
}

/** The contract's name for the state of a recipient. */
export function stateOf(result: RecipientResult | null | undefined): RecipientState {
  return result ? result[0] : 'pending';
}

export function tallyOf(results: ChunkResults): Tally {
  const tally = { ...NOTHING } as Record<keyof Tally, number>;
  for (const result of results) if (result) tally[result[0]] += 1;
  return tally;
}

/** Per recipient, in JSON. A row holds 1 MiB of UTF-16, and a chunk up to 1,000 recipients. */
const MAXIMUM_ERROR_LENGTH = 200;

export function failedResult(httpStatusCode: number, message: string): RecipientResult {
  return ['failed', httpStatusCode, shortened(message, MAXIMUM_ERROR_LENGTH)];
}

/** The longest beginning of `text` that takes at most `maximumLength` UTF-16 units between the quotes of a JSON string. */
export function shortened(text: string, maximumLength: number): string {
  let start = text.slice(0, maximumLength);
  while (JSON.stringify(start).length > maximumLength + 2) start = start.slice(0, -1);
  return start;
}

const { keyOf, numberOf } = numberedKeys('chunk', 7);

/** A full chunk takes 100 KB, and all rows of a page are in memory. */
const PAGE_ROWS = 25;

/** The rows of chunks, under their batch's id. A chunk has no row before its first claim. */
export function createChunkRows(table: Table, counters: Counters) {
  return {
    get: async (batchId: string, chunk: number): Promise<StoredChunk | undefined> => {
      const row = await table.get(batchId, keyOf(chunk));
      return row && toStoredChunk(row);
    },

    /** Adds a chunk's row; undefined when the row already exists. */
    open: async (batchId: string, chunk: number, state: ChunkState): Promise<StoredChunk | undefined> => {
      const etag = await table.insert(batchId, keyOf(chunk), chunkValues(state));
      return etag === undefined ? undefined : { chunk, state, etag };
    },

    /** Writes a chunk whose counters do not change; undefined when another writer has changed it. */
    update: async (
      batchId: string,
      { chunk, etag }: StoredChunk,
      state: ChunkState,
    ): Promise<StoredChunk | undefined> => {
      const written = await table.replace(batchId, { rowKey: keyOf(chunk), values: chunkValues(state), etag });
      return written === undefined ? undefined : { chunk, state, etag: written };
    },

    /** Writes a chunk and changes the counters in one transaction; undefined when another writer has changed the chunk. */
    settle: async (
      batchId: string,
      { chunk, etag }: StoredChunk,
      state: ChunkState,
      change: Tally,
    ): Promise<StoredChunk | undefined> => {
      const row: RowChange = { kind: 'replace', rowKey: keyOf(chunk), values: chunkValues(state), etag };
      const written = await counters.settle(batchId, row, change);
      return written === undefined ? undefined : { chunk, state, etag: written };
    },

    /** The chunks with a row from number `from` up to but not including `before`, in order. */
    chunks: async function* (batchId: string, from: number, before: number): AsyncGenerator<StoredChunk> {
      const range = { from: keyOf(from), before: keyOf(before), pageSize: PAGE_ROWS };
      for await (const row of table.list(batchId, range)) yield toStoredChunk(row);
    },

    /** Like `chunks` from number 0, but reads only two columns. */
    chunkStates: async function* (
      batchId: string,
      before: number,
    ): AsyncGenerator<Pick<ChunkState, 'state' | 'wakeOn'> & { readonly chunk: number }> {
      const range = { from: keyOf(0), before: keyOf(before), columns: ['state', 'wakeOn'] };
      for await (const { rowKey, values } of table.list(batchId, range)) {
        const state = String(values['state']) as ChunkState['state'];
        yield { chunk: numberOf(rowKey), state, wakeOn: Number(values['wakeOn']) };
      }
    },
  };
}

export function chunkValues(state: ChunkState): RowValues {
  const { results, ...columns } = state;
  const { failed, inDoubt } = tallyOf(results);
  return { ...columns, failed, inDoubt, ...toColumns('results', JSON.stringify(results)) };
}

export function toChunkState(values: RowValues): ChunkState {
  return {
    state: String(values['state']) as ChunkState['state'],
    wakeOn: Number(values['wakeOn']),
    firstSent: Number(values['firstSent']),
    doubtful: Boolean(values['doubtful']),
    failedTries: Number(values['failedTries']),
    postponed: Number(values['postponed']) || 0, // absent in rows of older versions
    redrive: Number(values['redrive']),
    results: JSON.parse(fromColumns('results', values)) as ChunkResults,
  };
}

function toStoredChunk({ rowKey, values, etag }: Row): StoredChunk {
  return { chunk: numberOf(rowKey), state: toChunkState(values), etag };
}
