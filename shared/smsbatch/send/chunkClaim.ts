import { workPutBack } from '../../telemetry/measures.ts';
import type { Batch } from '../batch.ts';
import type { BatchContext } from '../batchContext.ts';
import { type ChunkState, isDoubtful, newChunkState, openCount, type StoredChunk } from '../ledger/chunks.ts';
import { CHUNK_QUEUE, type ChunkName, sendChunkMessage } from './batchQueues.ts';

/** How long a claim lasts. After that, the sweep requeues the chunk. */
const LEASE_MILLISECONDS = 60_000;

/** Queue messages may arrive this much early: their delay is in whole seconds. */
const EARLY_MILLISECONDS = 1_500;

/** Claims a chunk: writes `sending` with a lease. Returns undefined when the chunk is done, leased, or not yet due. */
export async function claimChunk(context: BatchContext, batch: Batch, chunk: number): Promise<StoredChunk | undefined> {
  const now = context.now();
  const lease = { state: 'sending', wakeOn: now + LEASE_MILLISECONDS } as const;
  const claimed = { ...newChunkState(batch, chunk), ...lease, firstSent: now };
  const opened = await context.ledger.open(batch.id, chunk, claimed);
  if (opened) return opened;
  const stored = await context.ledger.get(batch.id, chunk);
  if (!stored || !isDue(stored.state, now)) return undefined;
  const doubtful = isDoubtful(stored.state);
  const firstSent = doubtful ? stored.state.firstSent : now;
  return context.ledger.update(batch.id, stored, { ...stored.state, ...lease, doubtful, firstSent });
}

/**
 * Requeues a chunk whose sender is paused for the sender's next free time. The row is updated too, or the sweep would
 * conclude that the process handling the chunk had died.
 */
export async function putBackChunk(context: BatchContext, batch: Batch, message: ChunkName): Promise<void> {
  const stored = await context.ledger.get(batch.id, message.chunk);
  if (stored && !isDue(stored.state, context.now())) return;
  const state = stored?.state ?? newChunkState(batch, message.chunk);
  const wakeOn = await context.senders.reserve(batch.pace, openCount(state.results), context.now());
  const waiting: ChunkState = { ...state, state: 'waiting', doubtful: isDoubtful(state), wakeOn };
  const written = stored
    ? await context.ledger.update(batch.id, stored, waiting)
    : await context.ledger.open(batch.id, message.chunk, waiting);
  if (!written) return;
  workPutBack(CHUNK_QUEUE, (wakeOn - context.now()) / 1000);
  await sendChunkMessage(context, message, wakeOn);
}

/** No live lease, and the wake-up time has passed. */
function isDue({ state, wakeOn }: ChunkState, now: number): boolean {
  return state !== 'done' && wakeOn - now <= EARLY_MILLISECONDS;
}
