import { randomUUID } from 'node:crypto';
import type { QueueClient } from '@azure/storage-queue';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Trigger } from '../../../infra/local/functions-host/invocation.ts';
import { type Azurite, startAzurite } from './functions-host-azurite.ts';
import { base64, count, newBench, newQueue, patience, untilCount } from './functions-host-bench.ts';

let azurite: Azurite;

beforeAll(async () => {
  azurite = await startAzurite();
});
afterAll(() => azurite.stop());

describe('queue listener', () => {
  it('passes a message on once and deletes it', async () => {
    const { queue, listen, errors } = await newQueue(azurite.connectionString, base64('{"a":1}'));
    const seen: Trigger[] = [];
    listen(async (trigger) => seen.push(trigger));
    await untilCount(queue, 0);
    expect(seen.map(({ data }) => data)).toEqual([{ string: '{"a":1}' }]);
    expect(seen[0]?.metadata?.['DequeueCount']).toEqual({ int: 1 });
    expect(errors).toEqual([]);
  });

  it('retries after the visibility timeout, then moves the message to the poison queue', async () => {
    const { queue, poison, listen, errors } = await newQueue(azurite.connectionString, base64('bad'));
    const tries: unknown[] = [];
    const visibleAgain: Array<number | undefined> = [];
    const spied = Object.assign(Object.create(queue) as QueueClient, {
      updateMessage: (...args: Parameters<QueueClient['updateMessage']>) => {
        visibleAgain.push(args[3]);
        return queue.updateMessage(...args);
      },
    });
    const run = (trigger: Trigger) => {
      tries.push(trigger.metadata?.['DequeueCount']);
      return Promise.reject(new Error('no'));
    };
    listen(run, { queue: spied }, { visibilityTimeoutSeconds: 1 });
    await untilCount(queue, 0);
    expect(tries).toEqual([{ int: 1 }, { int: 2 }, { int: 3 }]);
    expect(visibleAgain).toEqual([1, 1]);
    const { receivedMessageItems } = await poison.receiveMessages();
    expect(receivedMessageItems.map(({ messageText }) => messageText)).toEqual([base64('bad')]);
    expect(errors.filter((line) => line.startsWith('f failed'))).toHaveLength(3);
    expect(errors.at(-1)).toMatch(/failed 3 times; moved to .*-poison\./);
  });

  it('does not run the function for a message that was delivered too often or is not base64', async () => {
    const { queue, poison, listen, errors } = await newQueue(azurite.connectionString, base64('old'));
    for (let taken = 0; taken < 3; taken += 1) {
      const { receivedMessageItems } = await queue.receiveMessages({ visibilityTimeout: 1 });
      const [message] = receivedMessageItems;
      if (message) await queue.updateMessage(message.messageId, message.popReceipt, undefined, 0);
    }
    await queue.sendMessage('{"not":"base64"}');
    const seen: Trigger[] = [];
    listen(async (trigger) => seen.push(trigger));
    await untilCount(queue, 0);
    expect(seen).toEqual([]);
    const { peekedMessageItems } = await poison.peekMessages({ numberOfMessages: 5 });
    expect(new Set(peekedMessageItems.map(({ messageText }) => messageText))).toEqual(
      new Set([base64('old'), '{"not":"base64"}']),
    );
    expect(errors).toHaveLength(2);
    expect(errors.join()).toMatch(/was delivered 4 times/);
    expect(errors.join()).toMatch(/is not base64/);
  });

  it.each([
    ['failed 1 times; it stays in', 1],
    ['f failed', 3],
  ])(
    'leaves what fails in a poison queue invisible, so that it does not come back at once: %s',
    async (last, maxDequeueCount) => {
      const { queue, listen, errors } = newBench(azurite.connectionString, `q-${randomUUID()}-poison`);
      await queue.create();
      await queue.sendMessage(base64('bad'));
      const listener = listen(() => Promise.reject(new Error('no')), {}, { maxDequeueCount });
      await vi.waitFor(() => expect(errors.length).toBeGreaterThan(0), patience);
      await listener.stop();
      expect(await count(queue)).toBe(1);
      expect((await queue.peekMessages()).peekedMessageItems).toEqual([]);
      expect(errors.at(-1)).toContain(last);
    },
  );

  it('renews the lease of a message that takes long, and deletes it with the receipt of the last renewal', async () => {
    const { queue, listen, errors } = await newQueue(azurite.connectionString, base64('slow'));
    let renewals = 0;
    const spied = Object.assign(Object.create(queue) as QueueClient, {
      updateMessage: async (...args: Parameters<QueueClient['updateMessage']>) => {
        const renewed = await queue.updateMessage(...args);
        renewals += 1;
        return renewed;
      },
    });
    const done = Promise.withResolvers<void>();
    let runs = 0;
    listen(
      () => {
        runs += 1;
        return done.promise;
      },
      { queue: spied, leaseMilliseconds: 1_000 },
    );
    // More than the first lease lasts, while the listener goes on polling.
    await vi.waitFor(() => expect(renewals).toBeGreaterThanOrEqual(4), patience);
    expect(runs).toBe(1);
    done.resolve();
    await untilCount(queue, 0);
    expect(errors).toEqual([]);
  });

  it('logs that another host received its message', async () => {
    const { queue, listen, errors } = await newQueue(azurite.connectionString, base64('stolen'));
    const listener = listen(() => queue.clearMessages());
    await vi.waitFor(() => expect(errors).toHaveLength(1), patience);
    await listener.stop();
    expect(errors[0]).toMatch(/was lost to another host/);
  });
});
