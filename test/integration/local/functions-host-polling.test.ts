import type { QueueClient } from '@azure/storage-queue';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Trigger } from '../../../infra/local/functions-host/invocation.ts';
import { type Azurite, connectionTo, startAzurite } from './functions-host-azurite.ts';
import { base64, newBench, newQueue, openQueue, patience } from './functions-host-bench.ts';
import { startGate } from './functions-host-gate.ts';

let azurite: Azurite;

beforeAll(async () => {
  azurite = await startAzurite();
});
afterAll(() => azurite.stop());

describe('polling of a queue', () => {
  it('receives a batch, and the next one when the threshold is reached', async () => {
    const { listen } = await newQueue(azurite.connectionString, ...['1', '2', '3', '4', '5'].map(base64));
    const open: Array<() => void> = [];
    const ended: string[] = [];
    listen(
      async ({ data }) => {
        await new Promise<void>((resolve) => open.push(resolve));
        ended.push(data.string ?? '');
      },
      {},
      { batchSize: 2, newBatchThreshold: 1 },
    );
    await vi.waitFor(() => expect(open).toHaveLength(2), patience);
    open[0]?.();
    await vi.waitFor(() => expect(open).toHaveLength(4), patience);
    expect(ended).toEqual(['1']);
    open[1]?.();
    open[2]?.();
    await vi.waitFor(() => expect(open).toHaveLength(5), patience);
    for (const end of open) end();
    await vi.waitFor(() => expect(ended).toHaveLength(5), patience);
  });

  it('settles received messages before its stop resolves, and receives no more', async () => {
    const { queue, listen } = await newQueue(azurite.connectionString, base64('1'));
    const started = Promise.withResolvers<void>();
    const end = Promise.withResolvers<void>();
    let runs = 0;
    const listener = listen(
      () => {
        runs += 1;
        started.resolve();
        return end.promise;
      },
      {},
      { batchSize: 1, newBatchThreshold: 0 },
    );
    await started.promise;
    const stopped = listener.stop();
    await queue.sendMessage(base64('2'));
    end.resolve();
    await stopped;
    expect(runs).toBe(1);
    const { receivedMessageItems } = await queue.receiveMessages({ numberOfMessages: 2 });
    expect(receivedMessageItems.map(({ messageText }) => messageText)).toEqual([base64('2')]);
  });

  it('waits for a missing queue without logging', async () => {
    const { queue, listen, errors } = newBench(azurite.connectionString);
    const seen: Trigger[] = [];
    let polls = 0;
    const spied = Object.assign(Object.create(queue) as QueueClient, {
      receiveMessages: (...args: Parameters<QueueClient['receiveMessages']>) => {
        polls += 1;
        return queue.receiveMessages(...args);
      },
    });
    listen(async (trigger) => seen.push(trigger), { queue: spied });
    await vi.waitFor(() => expect(polls).toBeGreaterThan(2), patience);
    expect(await queue.exists()).toBe(false);
    await queue.create();
    await queue.sendMessage(base64('late'));
    await vi.waitFor(() => expect(seen).toHaveLength(1), patience);
    expect(errors).toEqual([]);
  });

  it('logs once that the storage is down, continues, and logs that it works again', async () => {
    const gate = await startGate(azurite.queueUrl);
    const { queue, listen, errors, infos } = newBench(connectionTo(gate.url));
    await openQueue(azurite.connectionString, queue.name).create();
    const seen: Trigger[] = [];
    gate.close();
    listen(async (trigger) => seen.push(trigger));
    // The client itself asks three times a poll.
    await vi.waitFor(() => expect(gate.refused()).toBeGreaterThan(9), patience);
    expect(errors).toHaveLength(1);
    gate.open();
    await queue.sendMessage(base64('back'));
    await vi.waitFor(() => expect(seen).toHaveLength(1), patience);
    expect(errors).toHaveLength(1);
    expect(infos).toEqual([`f: reading the queue ${queue.name} works again.`]);
  });
});
