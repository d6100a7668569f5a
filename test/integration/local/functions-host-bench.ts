import { randomUUID } from 'node:crypto';
import type { QueueClient } from '@azure/storage-queue';
import { expect, onTestFinished, vi } from 'vitest';
import type { QueueSettings } from '../../../infra/local/functions-host/hostJson.ts';
import type { Trigger } from '../../../infra/local/functions-host/invocation.ts';
import { QueueListener } from '../../../infra/local/functions-host/queue/listener.ts';
import type { QueueFunction } from '../../../infra/local/functions-host/queue/processMessage.ts';
import { StorageQueues } from '../../../infra/local/functions-host/queue/queues.ts';

export function openQueue(connectionString: string, queueName: string): QueueClient {
  return new StorageQueues({ AzureWebJobsStorage: connectionString }).open({ queueName, connection: '' }, 'f');
}
export const base64 = (text: string) => Buffer.from(text).toString('base64');
export const patience = { timeout: 30_000, interval: 20 };

export interface Bench {
  readonly queue: QueueClient;
  readonly poison: QueueClient;
  readonly errors: string[];
  readonly infos: string[];
  listen(
    run: (trigger: Trigger) => Promise<unknown>,
    parts?: Partial<QueueFunction>,
    settings?: Partial<QueueSettings>,
  ): QueueListener;
}

/** A queue of the test's own, and listeners that end with it. */
export function newBench(connectionString: string, name = `q-${randomUUID()}`): Bench {
  const queue = openQueue(connectionString, name);
  const [errors, infos]: [string[], string[]] = [[], []];
  const log = {
    info: (line: string) => void infos.push(line),
    error: (line: string) => void errors.push(line),
    user: () => undefined,
  };
  return {
    queue,
    poison: openQueue(connectionString, `${name}-poison`),
    errors,
    infos,
    listen: (run, parts = {}, settings = {}) => {
      const listener = new QueueListener({
        functionName: 'f',
        queue,
        poison: new StorageQueues({ AzureWebJobsStorage: connectionString }).openPoison(
          { queueName: name, connection: '' },
          'f',
        ),
        settings: {
          batchSize: 16,
          newBatchThreshold: 8,
          maxDequeueCount: 3,
          maxPollingIntervalMilliseconds: 100,
          visibilityTimeoutSeconds: 0,
          messageEncoding: 'base64',
          ...settings,
        },
        binary: false,
        leaseMilliseconds: 600_000,
        run,
        log,
        ...parts,
      });
      onTestFinished(() => listener.stop());
      return listener;
    },
  };
}

/** A bench whose queue is there and holds messages. */
export async function newQueue(connectionString: string, ...messages: string[]): Promise<Bench> {
  const bench = newBench(connectionString);
  await bench.queue.create();
  for (const message of messages) await bench.queue.sendMessage(message);
  return bench;
}

export const count = async (queue: QueueClient) => (await queue.getProperties()).approximateMessagesCount;
export const untilCount = (queue: QueueClient, expected: number) =>
  vi.waitFor(async () => expect(await count(queue)).toBe(expected), patience);
