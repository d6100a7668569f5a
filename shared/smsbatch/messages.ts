import * as z from 'zod';
import { traceparent } from '../contract/queueMessage.ts';
import type { ServerSecret } from '../secret/serverSecret.ts';
import { isSealOf, sealOf } from '../secret/serverSecret.ts';

// Everyone with write access to the storage account's queues can put messages there. So these messages only name the work,
// under a seal, and hold nothing of its content: that is read from the batch's own file and rows.

const batchMembers = {
  client: z.string().min(1),
  batch: z.guid(),
  seal: z.string(),
  traceparent: traceparent.optional(),
};

/** The message that asks for the next chunks of a batch to be given their sending times. */
export const splitMessage = z.lazy(() => z.strictObject(batchMembers));

export type SplitMessage = z.output<typeof splitMessage>;

/** Which batch a message is about. */
export type BatchName = Pick<SplitMessage, 'client' | 'batch'>;

const MAXIMUM_CHUNK = 9_999_999;

/** The message that asks for one chunk to be sent. */
export const chunkMessage = z.lazy(() => z.strictObject({ ...batchMembers, chunk: z.int().min(0).max(MAXIMUM_CHUNK) }));

export type ChunkMessage = z.output<typeof chunkMessage>;

/** Which chunk a message is about. */
export type ChunkName = Pick<ChunkMessage, 'client' | 'batch' | 'chunk'>;

export function sealedSplit(secret: ServerSecret, { client, batch }: BatchName): SplitMessage {
  return { client, batch, seal: sealOf(secret, 'split message', [client, batch]) };
}

export function isAuthenticSplit({ client, batch, seal }: SplitMessage, secret: ServerSecret): boolean {
  return isSealOf(seal, secret, 'split message', [client, batch]);
}

export function sealedChunk(secret: ServerSecret, { client, batch, chunk }: ChunkName): ChunkMessage {
  return { client, batch, chunk, seal: sealOf(secret, 'chunk message', [client, batch, chunk]) };
}

export function isAuthenticChunk({ client, batch, chunk, seal }: ChunkMessage, secret: ServerSecret): boolean {
  return isSealOf(seal, secret, 'chunk message', [client, batch, chunk]);
}
