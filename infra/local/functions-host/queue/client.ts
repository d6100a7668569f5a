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
