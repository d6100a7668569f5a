import * as z from 'zod';
import { traceparent } from '../../contract/queueMessage.ts';
import { isSealOf, sealOf } from '../../secret/seal.ts';
import type { ServerSecret } from '../../secret/serverSecret.ts';
import { acceptedDelay } from '../../storage/queues.ts';
import { messageText } from '../../telemetry/traceMessage.ts';
import type { BatchContext } from '../batchContext.ts';

// Everyone with write access to the storage account's queues can put messages there. Therefore these messages only name
// the work, under a seal. The content is read from the batch's own blob and rows.

export const SPLIT_QUEUE = 'sms-batch-splits';
export const CHUNK_QUEUE = 'sms-chunks';

const batchMembers = {
  client: z.string().min(1),
  batch: z.guid(),
  seal: z.string(),
  traceparent: traceparent.optional(),
};

/** Requests send times for the next chunks of a batch. */
export const splitMessage = z.lazy(() => z.strictObject(batchMembers));

export type SplitMessage = z.output<typeof splitMessage>;

/** Identifies a batch. */
export type BatchName = Pick<SplitMessage, 'client' | 'batch'>;

const MAXIMUM_CHUNK = 9_999_999;

/** Requests that a chunk be sent. */
export const chunkMessage = z.lazy(() =>
  z.strictObject({
    ...batchMembers,
    chunk: z.int().min(0).max(MAXIMUM_CHUNK),
    /** The time reserved for it (epoch milliseconds). Absent in messages of older versions. */
    sendOn: z.number().min(0).optional(),
  }),
);

export type ChunkMessage = z.output<typeof chunkMessage>;

/** Identifies a chunk. */
export type ChunkName = Pick<ChunkMessage, 'client' | 'batch' | 'chunk'>;

/** A chunk and the time reserved for it. */
export type TimedChunk = ChunkName & Pick<ChunkMessage, 'sendOn'>;

/** The time of a chunk that is to reserve one when it is due. */
export const NO_TIME = 0;

export function sealedSplit(secret: ServerSecret, { client, batch }: BatchName): SplitMessage {
  return { client, batch, seal: sealOf(secret, 'split message', [client, batch]) };
}

export function isAuthenticSplit({ client, batch, seal }: SplitMessage, secret: ServerSecret): boolean {
  return isSealOf(seal, secret, 'split message', [client, batch]);
}

export function sealedChunk(secret: ServerSecret, { client, batch, chunk, sendOn }: TimedChunk): ChunkMessage {
  const message = { client, batch, chunk, ...(sendOn === undefined ? {} : { sendOn }) };
  return { ...message, seal: sealOf(secret, 'chunk message', sealedParts(message)) };
}

export function isAuthenticChunk({ seal, ...message }: ChunkMessage, secret: ServerSecret): boolean {
  return isSealOf(seal, secret, 'chunk message', sealedParts(message));
}

function sealedParts({ client, batch, chunk, sendOn }: TimedChunk): (string | number)[] {
  return [client, batch, chunk, ...(sendOn === undefined ? [] : [sendOn])];
}

type Queueing = Pick<BatchContext, 'storage' | 'secret' | 'now'>;

export async function sendSplitMessage(
  { storage, secret }: Queueing,
  batch: BatchName,
  delaySeconds?: number,
): Promise<void> {
  await storage.queues.send(SPLIT_QUEUE, messageText(sealedSplit(await secret(), batch)), { delaySeconds });
}

/**
 * @param notBefore epoch milliseconds; a chunk that is more than 7 days away is delivered early
 * @param sendOn the time reserved for it, or `NO_TIME`
 */
export async function sendChunkMessage(
  { storage, secret, now }: Queueing,
  chunk: ChunkName,
  notBefore: number,
  sendOn = notBefore,
): Promise<void> {
  const message = sealedChunk(await secret(), { ...chunk, sendOn });
  const delaySeconds = acceptedDelay(Math.round((notBefore - now()) / 1000));
  await storage.queues.send(CHUNK_QUEUE, messageText(message), { delaySeconds });
}
