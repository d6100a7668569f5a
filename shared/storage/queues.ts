import type { StorageAccess } from '../settings/settings.ts';
import { hasStatus, once, queueService } from './connection.ts';

/** A queue message holds 64 KB of base64. @see Azure Storage "Put Message" */
export const MAXIMUM_QUEUE_MESSAGE_BYTES = 48 * 1024;

export interface SendOptions {
  /** How long the message stays invisible; at most 7 days. */
  readonly delaySeconds?: number | undefined;
  /** `none` for text that has been on a queue before, which goes on as it was; `base64` when not given. */
  readonly encoding?: 'base64' | 'none';
}

export interface Queues {
  /** Puts one message (text, at most 48 KB of UTF-8), making the queue where it does not exist. */
  send(queue: string, text: string, options?: SendOptions): Promise<void>;
}

/** Messages are base64, which readers of the queues expect of everything that a Functions app writes. */
export function createQueues(access: StorageAccess): Queues {
  const service = once(() => queueService(access));
  return {
    async send(queue, text, options = {}) {
      const client = (await service()).getQueueClient(queue);
      const encoded = options.encoding === 'none' ? text : Buffer.from(text).toString('base64');
      // -1: the message never expires. The service's default would drop unread outcomes and poison after 7 days.
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
