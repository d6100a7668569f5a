import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { QueueServiceClient } from '@azure/storage-queue';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Azurite, startAzurite } from './functions-host-azurite.ts';
import { startApp } from './functions-host-process.ts';

let azurite: Azurite;

beforeAll(async () => {
  azurite = await startAzurite();
});
afterAll(() => azurite.stop());

const patience = { timeout: 30_000, interval: 20 };

/** A path that no function serves: an answer from before the port was closed does not wait for the gate. */
async function portIsClosed(url: string): Promise<void> {
  const probe = () => fetch(`${url}/nothing`, { headers: { connection: 'close' } });
  await vi.waitFor(() => expect(probe()).rejects.toThrow(), patience);
}

/** Handlers of this app end when a file appears, which works while nothing is served any more. */
const gated = `
import { existsSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { app } from '@azure/functions';
const gate = async () => { while (!existsSync(process.env.GATE)) await setTimeout(10); };
const work = async (what, context) => {
  context.log('started', what);
  await gate();
  context.log('finished', what);
};
app.http('slow', { handler: async (_, context) => {
  await work('request', context);
  return { body: 'done' };
} });
app.http('big', { handler: () => ({ body: Buffer.alloc(50_000_000) }) });
app.storageQueue('take', { queueName: 'drain', connection: '', handler: work });
app.hook.appTerminate(() => console.log('terminated'));
`;

/** No poll is under way while a message is. */
const oneByOne = { version: '2.0', extensions: { http: { routePrefix: '' }, queues: { batchSize: 1 } } };

async function newGate(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'gate-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return path.join(folder, 'gate');
}

async function newQueue(name: string) {
  const queue = QueueServiceClient.fromConnectionString(azurite.connectionString).getQueueClient(name);
  await queue.createIfNotExists();
  return queue;
}

describe('functions host with a storage', () => {
  it('finishes running functions on a stop, then exits with 0', async () => {
    const queue = await newQueue('drain');
    const gate = await newGate();
    const env = { GATE: gate, AzureWebJobsStorage: azurite.connectionString };
    const host = await startApp({ files: { 'app.js': gated }, hostJson: oneByOne }, [], env);
    const { url } = await host.ready();
    const answer = fetch(`${url}/slow`).then(async (response) => [
      response.headers.get('connection'),
      await response.text(),
    ]);
    await queue.sendMessage(Buffer.from('message').toString('base64'));
    await host.line(/started request/);
    await host.line(/started message/);

    host.child.kill('SIGTERM');
    await portIsClosed(url);
    await queue.sendMessage(Buffer.from('later').toString('base64'));
    await writeFile(gate, '');

    expect(await answer).toEqual(['close', 'done']);
    expect(await host.exitCode()).toBe(0);
    const ends = host.out.filter((line) => /finished|terminated/.test(line)).map((line) => line.split(' ').at(-1));
    expect(new Set(ends)).toEqual(new Set(['message', 'request', 'terminated']));
    expect(host.out.at(-1)).toBe('terminated');
    const { receivedMessageItems } = await queue.receiveMessages({ numberOfMessages: 5 });
    expect(receivedMessageItems.map(({ dequeueCount }) => dequeueCount)).toEqual([1]);
  });

  it('does not wait for a connection that its client keeps alive after a long response', async () => {
    const host = await startApp({ files: { 'app.js': gated } }, [], { AzureWebJobsStorage: azurite.connectionString });
    const { url } = await host.ready();
    const socket = net.connect(Number(new URL(url).port), '127.0.0.1');
    socket.write('GET /big HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await once(socket, 'readable');
    host.child.kill('SIGTERM');
    await portIsClosed(url);
    let sizeBytes = 0;
    for await (const chunk of socket) sizeBytes += (chunk as Buffer).length;
    expect(sizeBytes).toBeGreaterThan(50_000_000);
    expect(await host.exitCode()).toBe(0);
    expect(host.errors).toEqual([]);
  });

  it('passes value and metadata to a queue function, and sends its output to queues that do not exist yet', async () => {
    const source = `
      import { app, output } from '@azure/functions';
      const more = output.storageQueue({ queueName: '%MORE%', connection: 'Other' });
      app.storageQueue('take', {
        queueName: '%INPUT%', connection: 'Other', extraOutputs: [more],
        return: output.storageQueue({ queueName: 'returned', connection: 'Other' }),
        handler: (entry, context) => {
          const { dequeueCount, expirationTime, id, insertionTime, nextVisibleTime, popReceipt, queueTrigger } = context.triggerMetadata;
          context.extraOutputs.set(more, ['one', { two: 2 }]);
          return { entry, dequeueCount, queueTrigger, times: [expirationTime, insertionTime, nextVisibleTime], texts: [typeof id, typeof popReceipt] };
        },
      });`;
    const queue = await newQueue('metadata');
    const env = { INPUT: 'Metadata', MORE: 'more', Other: azurite.connectionString };
    const host = await startApp({ files: { 'app.js': source } }, [], env);
    await host.ready();
    await queue.sendMessage(Buffer.from('42').toString('base64'));
    const texts = async (name: string) => {
      const client = QueueServiceClient.fromConnectionString(azurite.connectionString).getQueueClient(name);
      const { peekedMessageItems } = await client.peekMessages({ numberOfMessages: 5 });
      return peekedMessageItems.map(({ messageText }) => Buffer.from(messageText, 'base64').toString());
    };
    await vi.waitFor(async () => expect(await texts('returned')).toHaveLength(1), patience);
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT/);
    expect(JSON.parse((await texts('returned'))[0] ?? '')).toEqual({
      entry: 42,
      dequeueCount: 1,
      queueTrigger: 42,
      times: [time, time, time],
      texts: ['string', 'string'],
    });
    await vi.waitFor(async () => expect(await texts('more')).toEqual(['one', '{\n  "two": 2\n}']), patience);
    await vi.waitFor(async () => expect((await queue.getProperties()).approximateMessagesCount).toBe(0), patience);
    expect(await host.stop()).toBe(0);
  });
});
