import type { StorageAccess } from '../settings/settings.ts';
import { hasStatus, once, queueService } from './connection.ts';

/** A queue message holds 64 KiB, which base64 reduces to 48 KiB. @see https://learn.microsoft.com/rest/api/storageservices/put-message */
export const MAXIMUM_QUEUE_MESSAGE_BYTES = 48 * 1024;

/** How long a message may stay invisible. @see Azure Storage "Put Message" */
export const MAXIMUM_DELAY_SECONDS = 7 * 24 * 60 * 60;

/** The delay as a queue accepts it: not negative, and no more than 7 days. */
export function acceptedDelay(seconds: number): number {
  return Math.min(Math.max(0, seconds), MAXIMUM_DELAY_SECONDS);
}

export interface SendOptions {
  /** How long the message stays invisible, at most 7 days. */
  readonly delaySeconds?: number | undefined;
  /** Default `base64`. `none` for a message that was already on a queue and is forwarded unchanged. */
  readonly encoding?: 'base64' | 'none';
}

export interface Queues {
  /** Sends one message of at most 48 KiB of UTF-8. Creates the queue if it does not exist. */
  send(queue: string, text: string, options?: SendOptions): Promise<void>;
}

/** Messages are base64-encoded, as the Functions host and its clients expect by default. */
export function createQueues(access: StorageAccess): Queues {
  const service = once(() => queueService(access));
  return {
    async send(queue, text, options = {}) {
      const client = (await service()).getQueueClient(queue);
      const encoded = options.encoding === 'none' ? text : Buffer.from(text).toString('base64');
      // -1: never expires. By default, the service deletes unread outcomes and poison messages after 7 days.
      const settings = { messageTimeToLive: -1, visibilityTimeout: options.delaySeconds ?? 0 };
      try {
        await client.sendMessage(encoded, settings);
      } catch (error) {
        if (!hasStatus(error, 404)) throw error;
        await client.createIfNotExists();
        await client.sendMessage(encoded, settings);
      }
    },
  };
}
