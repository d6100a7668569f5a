import { EARLY_MILLISECONDS, LATE_MILLISECONDS } from '../../pacing/senderTime.ts';
import { workPutBack } from '../../telemetry/measures.ts';
import type { Batch } from '../batch.ts';
import type { BatchContext } from '../batchContext.ts';
import { type ChunkState, isDoubtful, newChunkState, openCount, type StoredChunk } from '../ledger/chunks.ts';
import { CHUNK_QUEUE, sendChunkMessage, type TimedChunk } from './batchQueues.ts';

/** No live lease, and the wake-up time has passed. */
export function isDue({ state, wakeOn }: Pick<ChunkState, 'state' | 'wakeOn'>, now: number): boolean {
  return state !== 'done' && wakeOn - now <= EARLY_MILLISECONDS;
}

/**
 * Whether a chunk may be sent now. Requeues a chunk that is early, by the clock of this process. A chunk that is late reserves
 * another time, and is requeued unless that is now: otherwise the chunks that an outage has delayed would all be sent at
 * once. Messages that may have been sent are repeated at once, because ACS recognizes them for a limited time.
 */
export async function isOnTime(context: BatchContext, batch: Batch, message: TimedChunk): Promise<boolean> {
  const { ledger, now } = context;
  const sendOn = message.sendOn ?? now(); // absent in messages of older versions
  if (sendOn - now() > EARLY_MILLISECONDS) {
    await sendChunkMessage(context, message, sendOn);
    return false;
  }
  if (now() - sendOn <= LATE_MILLISECONDS) return true;
  const stored = await ledger.get(batch.id, message.chunk);
  const state = stored?.state ?? newChunkState(batch, message.chunk);
  if (!isDue(state, now())) return false;
  if (isDoubtful(state) || isTolerable(state, now())) return true;
  const { wakeOn, postponed } = await reserveAgain(context, batch, state);
  const isNow = wakeOn - now() <= EARLY_MILLISECONDS && isTolerable({ wakeOn, postponed }, now()); // storage may be slow
  if (isNow) return true;
  await requeue(context, batch, { chunk: message.chunk, stored, state: { ...state, wakeOn, postponed } });
  return false;
}

/** The time that a late chunk has got. */
type PostponedChunk = Pick<ChunkState, 'wakeOn' | 'postponed'>;

/** Whether the time that a late chunk has got has not passed. */
function isTolerable({ postponed, wakeOn }: PostponedChunk, now: number): boolean {
  return postponed > 0 && now - wakeOn <= LATE_MILLISECONDS + extraMilliseconds(postponed);
}

/** How often a chunk's tolerance is doubled: to about five minutes. */
const MAXIMUM_DOUBLINGS = 6;

/**
 * How much later than other chunks this one may be sent. 0 unless it has been late repeatedly: if messages always arrive late, or
 * the processes are slower than the sender's rate, chunks would otherwise be postponed for ever.
 */
export function extraMilliseconds(postponed: number): number {
  return postponed < 2 ? 0 : LATE_MILLISECONDS * (2 ** Math.min(postponed - 1, MAXIMUM_DOUBLINGS) - 1);
}

/** Reserves another time for the open recipients of a chunk that is late. */
export async function reserveAgain(context: BatchContext, { pace }: Batch, state: ChunkState): Promise<PostponedChunk> {
  const postponed = state.postponed + 1;
  const wanted = { recipients: openCount(state.results), lateMilliseconds: extraMilliseconds(postponed) };
  return { wakeOn: await context.senders.reserve(pace, wanted, context.now()), postponed };
}

/** Added to a time, it rounds up a delay, which is otherwise rounded to the nearest second. */
const ROUNDING_MILLISECONDS = 500;

/**
 * Requeues a chunk whose sender is paused: for its own time if that follows the pause, so that it is only early; otherwise for
 * the sender's next free time.
 */
export async function putBackChunk(
  context: BatchContext,
  batch: Batch,
  message: TimedChunk,
  pausedUntil: number,
): Promise<void> {
  const { chunk, sendOn = 0 } = message;
  if (sendOn >= pausedUntil) return sendChunkMessage(context, message, sendOn + ROUNDING_MILLISECONDS, sendOn);
  const stored = await context.ledger.get(batch.id, chunk);
  if (stored && !isDue(stored.state, context.now())) return;
  const state = stored?.state ?? newChunkState(batch, chunk);
  const wakeOn = await context.senders.reserve(batch.pace, { recipients: openCount(state.results) }, context.now());
  await requeue(context, batch, { chunk, stored, state: { ...state, wakeOn, postponed: 0 } });
}

interface UnsentChunk {
  readonly chunk: number;
  /** Undefined for a chunk without a row. */
  readonly stored: StoredChunk | undefined;
  /** As it is to be written. */
  readonly state: ChunkState;
}

/** The row is updated too, or the sweep would conclude that the process handling the chunk had died. */
async function requeue(context: BatchContext, batch: Batch, { chunk, stored, state }: UnsentChunk): Promise<void> {
  const waiting: ChunkState = { ...state, state: 'waiting', doubtful: isDoubtful(state) };
  const written = stored
    ? await context.ledger.update(batch.id, stored, waiting)
    : await context.ledger.open(batch.id, chunk, waiting);
  if (!written) return;
  workPutBack(CHUNK_QUEUE, (state.wakeOn - context.now()) / 1000);
  await sendChunkMessage(context, { client: batch.client, batch: batch.id, chunk }, state.wakeOn);
}
