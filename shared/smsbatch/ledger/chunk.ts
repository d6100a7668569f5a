import type { RecipientState } from '../../contract/smsBatch.ts';
import type { RowValues } from '../../storage/tables.ts';
import type { Batch } from '../batch.ts';

/** What became of one recipient; null as long as that is open. */
export type RecipientResult =
  | readonly [state: 'accepted', messageId: string]
  | readonly [state: 'failed', httpStatusCode: number, errorMessage: string]
  | readonly [state: 'inDoubt']
  | readonly [state: 'optedOut'];

/**
 * Where a chunk stands. `sending`: somebody has called ACS, or is about to, and answers for it until `wakeOn`.
 * `waiting`: nobody is at it; it goes on after `wakeOn`. `done`: every recipient has its
 * result, except those whom a cancel has spared.
 */
export interface ChunkState {
  readonly state: 'sending' | 'waiting' | 'done';
  readonly wakeOn: number;
  /** When ACS got the recipients' ids for the first time (epoch milliseconds); 0 before that. */
  readonly firstSent: number;
  /** A try may have taken effect without an answer: its ids may only be repeated within ACS's window. */
  readonly doubtful: boolean;
  /** Tries that failed; a 429 is none. */
  readonly failedTries: number;
  /** How often the batch had been redriven when this was sent: part of the recipients' ids. */
  readonly redrive: number;
  readonly results: readonly (RecipientResult | null)[];
}

/** Recipients of a chunk: the last one may be shorter. */
function chunkLength({ total, chunkSize }: Pick<Batch, 'total' | 'chunkSize'>, chunk: number): number {
  return Math.min(chunkSize, total - chunk * chunkSize);
}

/** A chunk that nobody has begun. */
export function newChunkState(batch: Pick<Batch, 'total' | 'chunkSize' | 'redrives'>, chunk: number): ChunkState {
  return {
    state: 'waiting',
    wakeOn: 0,
    firstSent: 0,
    doubtful: false,
    failedTries: 0,
    redrive: batch.redrives,
    results: new Array<null>(chunkLength(batch, chunk)).fill(null),
  };
}

/** Who sent it died on the way, or its answer was lost. */
export function isDoubtful({ state, doubtful }: Pick<ChunkState, 'state' | 'doubtful'>): boolean {
  return doubtful || state === 'sending';
}

export function tallyOf(results: ChunkState['results']): Tally {
  const tally = { ...NOTHING } as Record<keyof Tally, number>;
  for (const result of results) if (result) tally[result[0]] += 1;
  return tally;
}

/** Chunk rows sort by their number. */
export function chunkRowKey(chunk: number): string {
  return `chunk-${String(chunk).padStart(7, '0')}`;
}

export function chunkOfRowKey(rowKey: string): number {
  return Number(rowKey.slice('chunk-'.length));
}

/** Of one recipient, as JSON, in a column of 32,768 UTF-16 units that holds a hundred. */
const MAXIMUM_ERROR_LENGTH = 200;

export function failedResult(httpStatusCode: number, message: string): RecipientResult {
  return ['failed', httpStatusCode, shortened(message, MAXIMUM_ERROR_LENGTH)];
}

/** The beginning of a text, so much of it as takes no more than `maximumLength` UTF-16 units between quotes in JSON. */
export function shortened(text: string, maximumLength: number): string {
  let start = text.slice(0, maximumLength);
  while (JSON.stringify(start).length > maximumLength + 2) start = start.slice(0, -1);
  return start;
}

export function chunkValues(state: ChunkState): RowValues {
  const { results, ...columns } = state;
  const { failed, inDoubt } = tallyOf(results);
  return { ...columns, failed, inDoubt, results: JSON.stringify(results) };
}

export function toChunkState(values: RowValues): ChunkState {
  return {
    state: String(values['state']) as ChunkState['state'],
    wakeOn: Number(values['wakeOn']),
    firstSent: Number(values['firstSent']),
    doubtful: Boolean(values['doubtful']),
    failedTries: Number(values['failedTries']),
    redrive: Number(values['redrive']),
    results: JSON.parse(String(values['results'])) as ChunkState['results'],
  };
}

/** The state of a recipient for its reader. */
export function stateOf(result: RecipientResult | null | undefined): RecipientState {
  return result ? result[0] : 'pending';
}

/** What recipients' results are; and, of what was sent, what delivery reports say. */
const COUNTERS = ['accepted', 'failed', 'inDoubt', 'optedOut', 'delivered', 'undelivered'] as const;

/** Counters of a batch; of a change, the difference. */
export type Tally = Readonly<Record<(typeof COUNTERS)[number], number>>;

export const NOTHING: Tally = tallyWith(() => 0);

export function addTally(one: Tally, other: Tally): Tally {
  return tallyWith((counter) => one[counter] + other[counter]);
}

export function subtractTally(one: Tally, other: Tally): Tally {
  return tallyWith((counter) => one[counter] - other[counter]);
}

/** From a row; it lacks what was not counted yet when it was written. */
export function toTally(values: RowValues): Tally {
  return tallyWith((counter) => Number(values[counter] ?? 0));
}

function tallyWith(count: (counter: keyof Tally) => number): Tally {
  return Object.fromEntries(COUNTERS.map((counter) => [counter, count(counter)])) as Tally;
}
