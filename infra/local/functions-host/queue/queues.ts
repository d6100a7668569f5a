import { type QueueClient, QueueServiceClient } from '@azure/storage-queue';
import type { QueueBinding } from '../bindings.ts';
import { type AppSettings, resolveSettings, storageConnection } from '../startError.ts';

const POISON_SUFFIX = '-poison';

/** The storage queues of the app's bindings. Clients of one account share their connections. */
export class StorageQueues {
  readonly #settings: AppSettings;
  readonly #accounts = new Map<string, QueueServiceClient>();

  constructor(settings: AppSettings) {
    this.#settings = settings;
  }

  /** Opens the queue of a binding. @throws StartError if a setting is missing */
  open({ queueName, connection }: QueueBinding, functionName: string): QueueClient {
    const connectionString = storageConnection(connection, this.#settings, functionName);
    const name = resolveSettings(queueName, this.#settings, functionName).toLowerCase();
    return this.#account(connectionString).getQueueClient(name);
  }

  /**
   * Opens the poison queue of a binding's queue.
   *
   * @returns undefined for a poison queue, which has none itself
   */
  openPoison({ queueName, connection }: QueueBinding, functionName: string): QueueClient | undefined {
    const name = resolveSettings(queueName, this.#settings, functionName);
    if (name.endsWith(POISON_SUFFIX)) return undefined;
    return this.open({ queueName: name + POISON_SUFFIX, connection }, functionName);
  }

  #account(connectionString: string): QueueServiceClient {
    let account = this.#accounts.get(connectionString);
    if (!account) {
      // Few retries: listeners back off themselves, and a stop should not wait while the storage is down.
      const retryOptions = { maxTries: 3, retryDelayInMs: 100, maxRetryDelayInMs: 1_000, tryTimeoutInMs: 30_000 };
      account = QueueServiceClient.fromConnectionString(connectionString, { retryOptions });
      this.#accounts.set(connectionString, account);
    }
    return account;
  }
}

export function isMissingQueue(error: unknown): boolean {
  return (error as { code?: unknown }).code === 'QueueNotFound';
}

/** Whether a message has been deleted, or received by another host since its lease ended. */
export function isLostMessage(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return code === 'MessageNotFound' || code === 'PopReceiptMismatch';
}

/** Sends a message. Creates the queue if it is missing. */
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
