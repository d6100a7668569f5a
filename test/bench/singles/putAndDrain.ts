import type { QueueClient } from '@azure/storage-queue';
import { eventually } from '../../setup/eventually.ts';
import { DEADLINE_SECONDS } from '../batch/requests.ts';
import { eachWithin } from '../batch/workers.ts';

/** Messages that are put at the same time. */
const PUT_TOGETHER = 32;

/** @returns messages per second, from the first one put until the last one deleted by the reader of the queue */
export async function putAndDrain(queue: QueueClient, messages: readonly object[]): Promise<number> {
  const startedAt = performance.now();
  await eachWithin(PUT_TOGETHER, messages, (message) => queue.sendMessage(JSON.stringify(message)));
  const isEmpty = async () => ((await queue.getProperties()).approximateMessagesCount === 0 ? true : undefined);
  await eventually('every message was deleted', isEmpty, DEADLINE_SECONDS);
  return (messages.length * 1000) / (performance.now() - startedAt);
}
