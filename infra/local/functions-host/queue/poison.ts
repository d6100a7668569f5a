import type { QueueClient } from '@azure/storage-queue';
import { isMissingQueue, type OpenQueue } from './client.ts';

const suffix = '-poison';

/** The queue of those messages of another one that cannot be handled. */
export interface PoisonQueue {
  /** Takes a message's text as it is. */
  add(text: string): Promise<void>;
}

/** @returns undefined for a poison queue itself: it has none in turn */
export function poisonNameOf(queueName: string): string | undefined {
  return queueName.endsWith(suffix) ? undefined : queueName + suffix;
}

/** @returns undefined for a poison queue itself */
export function openPoisonQueue(
  openQueue: OpenQueue,
  connectionString: string,
  queueName: string,
): PoisonQueue | undefined {
  const name = poisonNameOf(queueName);
  if (name === undefined) return undefined;
  const queue = openQueue(connectionString, name);
  // It may take weeks until someone looks at it, so the message does not expire.
  return { add: (text) => sendAndCreate(queue, text, { messageTimeToLive: -1 }) };
}

/** Sends a message; the queue is made when it is missing. */
export async function sendAndCreate(
  queue: Pick<QueueClient, 'sendMessage' | 'createIfNotExists'>,
  text: string,
  options?: { messageTimeToLive: number },
): Promise<void> {
  try {
    await queue.sendMessage(text, options);
  } catch (error) {
    if (!isMissingQueue(error)) throw error;
    await queue.createIfNotExists();
    await queue.sendMessage(text, options);
  }
}
