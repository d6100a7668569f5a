import type { Batch } from './batch.ts';
import type { BatchEngine } from './engine.ts';
import { type ChunkState, subtractTally, tallyOf } from './ledger/chunk.ts';
import type { StoredChunk } from './ledger/chunks.ts';
import { assertRecipientsExist } from './recipients/file.ts';
import { sendChunkMessage } from './send/queue.ts';

/**
 * Opens again what has failed in a batch (and, if asked for, what is in doubt) and gives it sending times. It may die
 * anywhere and be begun again: a chunk that was opened bears the number of the redrive.
 *
 * @returns the batch as it stands after it; undefined when another split has overtaken this one
 * @throws SwitchboardError `Expired`
 */
export async function applyRedrive(engine: BatchEngine, batch: Batch): Promise<Batch | undefined> {
  if (batch.reopened === batch.redrives) return batch;
  await assertRecipientsExist(engine.storage, batch.id);
  for await (const stored of engine.ledger.chunks(batch.id, 0, batch.chunkCount)) {
    const opened = reopened(stored.state, batch);
    if (opened) await reopen(engine, batch, stored, opened);
  }
  return engine.batches.advance(batch, { reopened: batch.redrives });
}

/** The chunk with its failed recipients open, or undefined when it has none. */
export function reopened(state: ChunkState, { redrives, redriveInDoubt }: Batch): ChunkState | undefined {
  if (state.state !== 'done' || state.redrive >= redrives) return undefined;
  const isOpened = (name: string) => name === 'failed' || (name === 'inDoubt' && redriveInDoubt);
  const results = state.results.map((result) => (result && isOpened(result[0]) ? null : result));
  if (!results.includes(null)) return undefined;
  return { state: 'waiting', wakeOn: 0, firstSent: 0, doubtful: false, failedTries: 0, redrive: redrives, results };
}

async function reopen(engine: BatchEngine, batch: Batch, stored: StoredChunk, opened: ChunkState): Promise<void> {
  const open = opened.results.filter((result) => result === null).length;
  const wakeOn = await engine.senders.reserve(batch.pace, open, engine.now());
  const change = subtractTally(tallyOf(opened.results), tallyOf(stored.state.results));
  if (!(await engine.ledger.settle(batch.id, stored, { ...opened, wakeOn }, change))) return;
  await sendChunkMessage(engine, { client: batch.client, batch: batch.id, chunk: stored.chunk }, wakeOn);
}
