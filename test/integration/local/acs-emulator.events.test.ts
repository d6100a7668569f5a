import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SmsClient } from '@azure/communication-sms';
import { expect, inject, onTestFinished, test } from 'vitest';
import * as z from 'zod';
import { type Emulator, startEmulator } from '../../../infra/local/acs-emulator/server.ts';
import { eventsOf, incomingSms, setEvents } from '../../setup/emulator.ts';
import { eventually } from '../../setup/eventually.ts';
import { uniqueQueue } from '../../setup/names.ts';
import { closedPort } from '../../setup/processes.ts';
import { openQueues } from '../../setup/storage.ts';

const { storage = '' } = inject('stack');
const queues = openQueues(storage);

const data = z.looseObject({ messageId: z.string(), to: z.string() });
const eventGridEvent = z.object({
  id: z.uuid(),
  topic: z.string(),
  subject: z.string(),
  data,
  eventType: z.string(),
  dataVersion: z.literal('1.0'),
  metadataVersion: z.literal('1'),
  eventTime: z.iso.datetime(),
});
const cloudEvent = z.object({
  specversion: z.literal('1.0'),
  id: z.uuid(),
  source: z.string(),
  type: z.string(),
  subject: z.string(),
  time: z.iso.datetime(),
  data,
});

async function dataDirectoryForTest(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'acs-emulator-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  return directory;
}

async function start(queue: string, dataDirectory: string, connectionString = storage): Promise<Emulator> {
  const emulator = await startEmulator({
    port: 0,
    accessKeys: [Buffer.from('primary key of the event test').toString('base64')],
    dataDirectory,
    events: { connectionString, queue },
  });
  onTestFinished(() => emulator.close());
  return emulator;
}

/** @returns the message ids */
async function send(emulator: Emulator, to: string[]): Promise<Array<string | undefined>> {
  const client = new SmsClient(emulator.connectionString, { allowInsecureConnection: true });
  const results = await client.send({ from: '+18005550100', to, message: 'Hello' }, { enableDeliveryReport: true });
  return results.map(({ messageId }) => messageId);
}

const take = async (queue: string): Promise<unknown> => JSON.parse(await queues.take(queue));

test('events arrive on a queue that did not exist, in the configured schema', async () => {
  const queue = uniqueQueue('events');
  const emulator = await start(queue, await dataDirectoryForTest());
  const [messageId] = await send(emulator, ['+14255550123']);
  expect(eventGridEvent.parse(await take(queue))).toMatchObject({
    eventType: 'Microsoft.Communication.SMSDeliveryReportReceived',
    data: { messageId, deliveryStatus: 'Delivered' },
  });
  await setEvents(emulator.url, { schema: 'cloudEvents' });
  const received = await incomingSms(emulator.url, { from: '+14255550123', to: '+18005550100', message: 'STOP' });
  expect(cloudEvent.parse(await take(queue))).toMatchObject({
    type: 'Microsoft.Communication.SMSReceived',
    data: { messageId: received, message: 'STOP' },
  });
});

test('events pending at close are sent after the next start', async () => {
  const queue = uniqueQueue('events');
  const dataDirectory = await dataDirectoryForTest();
  const first = await start(queue, dataDirectory);
  const [early] = await send(first, ['+14255550101']);
  expect(eventGridEvent.parse(await take(queue)).data.messageId).toBe(early);
  await setEvents(first.url, { delaySeconds: 2 });
  const late = await send(first, ['+14255550102', '+14255559999']);
  await first.close();
  await start(queue, dataDirectory);
  const events = [eventGridEvent.parse(await take(queue)), eventGridEvent.parse(await take(queue))];
  expect(new Set(events.map((event) => event.data.messageId))).toEqual(new Set(late));
  expect(await queues.count(queue)).toBe(0);
});

test('with unreachable storage, events stay pending and requests do not wait', async () => {
  const queue = uniqueQueue('events');
  const dataDirectory = await dataDirectoryForTest();
  const unreachable = storage.replace(
    /QueueEndpoint=[^;]*;/,
    `QueueEndpoint=http://127.0.0.1:${await closedPort()}/x;`,
  );
  const first = await start(queue, dataDirectory, unreachable);
  const [messageId] = await send(first, ['+14255550123']);
  await first.deliverDueEvents();
  expect(await eventsOf(first.url)).toMatchObject({ pending: 1, sent: 0 });
  await first.close();
  const second = await start(queue, dataDirectory);
  expect(eventGridEvent.parse(await take(queue)).data.messageId).toBe(messageId);
  await eventually('it counts as sent', async () => (await eventsOf(second.url)).pending === 0 || undefined);
});
