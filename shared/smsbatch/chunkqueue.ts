import { MAXIMUM_QUEUE_MESSAGE_BYTES } from '../storage/queues.ts';
import { messageText } from '../telemetry/messages.ts';
import { type Batch, CHUNK_QUEUE } from './batch.ts';

import type { BatchEngine } from './engine.ts';
import type { ChunkMessage } from './messages.ts';
import type { Recipient } from './recipient.ts';

/** The longest delay of a queue message. @see Azure Storage "Put Message" */
export const MAXIMUM_DELAY_SECONDS = 7 * 24 * 60 * 60;

/** A chunk's message carries its recipients where they fit: that saves reading them again. */
export function chunkMessageOf(
  { client, id }: Pick<Batch, 'client' | 'id'>,
  chunk: number,
  recipients: readonly Recipient[],
): ChunkMessage {
  const message = { client, batch: id, chunk };
  const whole = { ...message, recipients: recipients as ChunkMessage['recipients'] };
  return Buffer.byteLength(JSON.stringify(whole)) <= MAXIMUM_QUEUE_MESSAGE_BYTES ? whole : message;
}

/** @param notBefore epoch milliseconds */
export async function sendChunkMessage(engine: BatchEngine, message: ChunkMessage, notBefore: number): Promise<void> {
  const seconds = Math.round((notBefore - engine.now()) / 1000);
  const delaySeconds = Math.min(Math.max(0, seconds), MAXIMUM_DELAY_SECONDS);
  await engine.storage.queues.send(CHUNK_QUEUE, messageText(message), { delaySeconds });
}
