import type { QueueClient } from '@azure/storage-queue';

export interface EventStorage {
  readonly connectionString: string;
  /** 'acs-events' without it. */
  readonly queue?: string;
}

const DEFAULT_QUEUE = 'acs-events';

/** Short: whoever sends tries again by itself. */
const RETRY_OPTIONS = { maxTries: 1, tryTimeoutInMs: 10_000 };

/**
 * Puts texts into a storage queue, in base64 as Event Grid does; the queue is made when it is missing.
 *
 * @see "Storage queues as an event handler for Azure Event Grid events"
 */
export function queueSender({
  connectionString,
  queue = DEFAULT_QUEUE,
}: EventStorage): (text: string) => Promise<void> {
  let opened: Promise<QueueClient> | undefined;
  return async (text) => {
    opened ??= openQueue(connectionString, queue);
    await putAndCreate(await opened, Buffer.from(text).toString('base64'));
  };
}

async function openQueue(connectionString: string, name: string): Promise<QueueClient> {
  const { QueueServiceClient } = await import('@azure/storage-queue');
  const service = QueueServiceClient.fromConnectionString(connectionString, { retryOptions: RETRY_OPTIONS });
  return service.getQueueClient(name);
}

async function putAndCreate(queue: QueueClient, content: string): Promise<void> {
  try {
    await queue.sendMessage(content);
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'QueueNotFound') throw error;
    await queue.createIfNotExists();
    await queue.sendMessage(content);
  }
}
