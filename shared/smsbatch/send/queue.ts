import { messageText } from '../../telemetry/traceMessage.ts';
import { CHUNK_QUEUE } from '../batch.ts';
import type { BatchEngine } from '../engine.ts';
import { type ChunkName, sealedChunk } from '../messages.ts';

/** The longest delay of a queue message. @see Azure Storage "Put Message" */
export const MAXIMUM_DELAY_SECONDS = 7 * 24 * 60 * 60;

/** @param notBefore epoch milliseconds */
export async function sendChunkMessage(engine: BatchEngine, chunk: ChunkName, notBefore: number): Promise<void> {
  const message = sealedChunk(await engine.secret(), chunk);
  const seconds = Math.round((notBefore - engine.now()) / 1000);
  const delaySeconds = Math.min(Math.max(0, seconds), MAXIMUM_DELAY_SECONDS);
  await engine.storage.queues.send(CHUNK_QUEUE, messageText(message), { delaySeconds });
}
