import { type QueueClient, QueueServiceClient } from '@azure/storage-queue';

/** Gives the client of a queue; clients of one account share their connections. */
export type OpenQueue = (connectionString: string, queueName: string) => QueueClient;

export function createOpenQueue(): OpenQueue {
  const accounts = new Map<string, QueueServiceClient>();
  return (connectionString, queueName) => {
    let account = accounts.get(connectionString);
    if (!account) {
      // Short: whoever uses the client backs off itself, and a stop should not wait for a storage that is down.
      const retryOptions = { maxTries: 3, retryDelayInMs: 100, maxRetryDelayInMs: 1_000, tryTimeoutInMs: 30_000 };
      account = QueueServiceClient.fromConnectionString(connectionString, { retryOptions });
      accounts.set(connectionString, account);
    }
    return account.getQueueClient(queueName);
  };
}

export function isMissingQueue(error: unknown): boolean {
  return (error as { code?: unknown }).code === 'QueueNotFound';
}

/** The message is deleted, or taken by someone else since our lease ended. */
export function isLostMessage(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return code === 'MessageNotFound' || code === 'PopReceiptMismatch';
}

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
