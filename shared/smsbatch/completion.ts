import { type Batch, isOver } from './batch.ts';
import type { BatchEngine } from './engine.ts';
import { emitOwed, owing } from './owed.ts';
import { tellWhenReported } from './reported.ts';
import { countsOf } from './status.ts';

/** Looking at the counters costs a query: within this time it is not done again for one batch. */
const LOOK_INTERVAL_MILLISECONDS = 500;

/** Chunks before the last one at which the end may be near: they come out of order. */
const NEAR_THE_END = 64;

/** Completes a batch soon after its last chunk, whichever that is. */
export async function completeWhenDone(engine: BatchEngine, batch: Batch, chunk: number): Promise<void> {
  if (chunk < batch.chunkCount - NEAR_THE_END && batch.redrives === 0) return;
  const { lastLooks } = engine;
  const now = engine.now();
  for (const [id, time] of lastLooks) if (now - time > LOOK_INTERVAL_MILLISECONDS) lastLooks.delete(id);
  if (lastLooks.has(batch.id)) return;
  lastLooks.set(batch.id, now);
  await complete(engine, batch.client, batch.id);
}

/** Completes a batch of which every recipient has a result; does nothing if another writer has changed it meanwhile. */
export async function complete(engine: BatchEngine, client: string, id: string): Promise<void> {
  const batch = await engine.batches.get(client, id);
  if (!batch || isOver(batch.state) || batch.reopened < batch.redrives) return;
  const counts = countsOf(batch, await engine.ledger.tally(id));
  if (counts.pending > 0) return;
  const completed = await engine.batches.advance(batch, {
    state: 'completed',
    completedOn: engine.now(),
    owed: owing(batch, 'completed'),
  });
  const settled = completed && (await emitOwed(engine, completed));
  if (settled) await tellWhenReported(engine, settled);
}
