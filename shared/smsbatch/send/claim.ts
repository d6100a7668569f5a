import { workPutBack } from '../../telemetry/measures.ts';
import { type Batch, CHUNK_QUEUE } from '../batch.ts';
import type { BatchEngine } from '../engine.ts';
import { type ChunkState, isDoubtful, newChunkState } from '../ledger/chunk.ts';
import type { StoredChunk } from '../ledger/chunks.ts';
import type { ChunkName } from '../messages.ts';
import { sendChunkMessage } from './queue.ts';

/** Who has claimed a chunk answers for it this long; then the sweep gives it to somebody else. */
const LEASE_MILLISECONDS = 60_000;

/** Queue messages may come this much before their time: their delay is in whole seconds. */
const EARLY_MILLISECONDS = 1_500;

/** Writes `sending` with a lease; undefined when there is nothing to do here (any more, or yet). */
export async function claim(engine: BatchEngine, batch: Batch, chunk: number): Promise<StoredChunk | undefined> {
  const now = engine.now();
  const lease = { state: 'sending', wakeOn: now + LEASE_MILLISECONDS } as const;
  const opened = await engine.ledger.open(batch.id, chunk, {
    ...newChunkState(batch, chunk),
    ...lease,
    firstSent: now,
  });
  if (opened) return opened;
  const stored = await engine.ledger.get(batch.id, chunk);
  if (!stored || !isDue(stored.state, now)) return undefined;
  const doubtful = isDoubtful(stored.state);
  const firstSent = doubtful ? stored.state.firstSent : now;
  return engine.ledger.update(batch.id, stored, { ...stored.state, ...lease, doubtful, firstSent });
}

/**
 * The sender is paused: the chunk waits for its next free time. Its row says so, or the sweep would think that whoever
 * had it died.
 */
export async function putBack(engine: BatchEngine, batch: Batch, message: ChunkName): Promise<void> {
  const stored = await engine.ledger.get(batch.id, message.chunk);
  if (stored && !isDue(stored.state, engine.now())) return;
  const state = stored?.state ?? newChunkState(batch, message.chunk);
  const open = state.results.filter((result) => result === null).length;
  const wakeOn = await engine.senders.reserve(batch.pace, open, engine.now());
  const waiting: ChunkState = { ...state, state: 'waiting', doubtful: isDoubtful(state), wakeOn };
  const written = stored
    ? await engine.ledger.update(batch.id, stored, waiting)
    : await engine.ledger.open(batch.id, message.chunk, waiting);
  if (!written) return;
  workPutBack(CHUNK_QUEUE, (wakeOn - engine.now()) / 1000);
  await sendChunkMessage(engine, message, wakeOn);
}

/** Nobody is at it, and its time has come. */
function isDue({ state, wakeOn }: ChunkState, now: number): boolean {
  return state !== 'done' && wakeOn - now <= EARLY_MILLISECONDS;
}
