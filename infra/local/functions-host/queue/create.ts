import type { QueueClient } from '@azure/storage-queue';
import { type AppSettings, storageConnection } from '../app-settings.ts';
import type { LocalFunction } from '../bindings.ts';
import { resolveQueue } from '../triggers.ts';
import type { OpenQueue } from './client.ts';
import { poisonNameOf } from './poison.ts';

/**
 * The queues that a deployment of the app has: those that its functions read, each with its poison queue, and others.
 *
 * @param further names of queues that no function reads
 * @throws StartError for a setting that is missing
 */
export function queuesToCreate(
  functions: readonly LocalFunction[],
  further: readonly string[],
  { settings, openQueue }: { readonly settings: AppSettings; readonly openQueue: OpenQueue },
): QueueClient[] {
  const read = functions.flatMap((target) => {
    if (target.trigger.kind !== 'queue') return [];
    const { connectionString, queueName } = resolveQueue(target, target.trigger, settings);
    const names = [queueName, poisonNameOf(queueName)].filter((name) => name !== undefined);
    return names.map((name) => openQueue(connectionString, name));
  });
  const own = further.map((name) => openQueue(storageConnection('', settings, name), name));
  return [...new Map([...read, ...own].map((queue) => [queue.url, queue])).values()];
}
