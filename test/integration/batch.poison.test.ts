import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Connection } from '../../infra/local/client/connection.ts';
import { sealedChunk, sealedSplit } from '../../shared/smsbatch/send/batchQueues.ts';
import { type BatchStorage, batchOf, openBatchStorage, over, submitted } from '../setup/batches.ts';
import { secretOf } from '../setup/credentials.ts';
import { eventually } from '../setup/eventually.ts';
import { recipientsOf, uniqueSender } from '../setup/names.ts';
import { type OwnStack, startOwnStack } from '../setup/ownStack.ts';
import { projectCopy } from '../setup/startForTest.ts';
import { openQueues, type TestQueues } from '../setup/storage.ts';
import { connectionOf } from '../setup/switchboard.ts';

// A separate copy of the project, whose host gives up soon. By default a message is retried for minutes.
let stack: OwnStack;
let queues: TestQueues;
let storage: BatchStorage;
let connection: Connection;
const SENDER = uniqueSender();
const project = projectCopy();
beforeAll(async () => {
  const file = join(project.directory, 'host.json');
  const host = JSON.parse(readFileSync(file, 'utf8'));
  Object.assign(host.extensions.queues, { maxDequeueCount: 2, visibilityTimeout: '00:00:00' });
  writeFileSync(file, JSON.stringify(host));
  stack = await startOwnStack(
    { SMS_RATES_PER_MINUTE: JSON.stringify({ [SENDER]: 1200, tollFree: 60_000 }) },
    { cwd: project.directory },
  );
  queues = openQueues(stack.storage);
  storage = openBatchStorage(stack.storage);
  connection = connectionOf(stack.switchboard);
});
afterAll(async () => {
  await stack.stop();
  project.remove();
});

test('a message about an unknown batch is ignored', async () => {
  const message = { client: 'everything', batch: crypto.randomUUID() };
  const secret = await secretOf(stack.storage);
  await queues.put('sms-chunks', sealedChunk(secret, { ...message, chunk: 0 }));
  await queues.put('sms-batch-splits', sealedSplit(secret, message));
  for (const queue of ['sms-chunks', 'sms-batch-splits']) {
    await eventually('it is handled', async () => (await queues.count(queue)) === 0 || undefined);
  }
});

test('a batch that cannot be split fails, with the reason', async () => {
  const recipients = recipientsOf(3);
  const sendAt = new Date(Date.now() + 3000).toISOString();
  const { id } = await submitted(connection, { from: uniqueSender(), message: 'Hello', recipients, sendAt });
  await storage.breakIndex(id);
  const end = await over(connection, id);
  expect(end).toMatchObject({ state: 'failed', reason: expect.stringContaining('split'), counts: { accepted: 0 } });
  const event = await eventually('the event', async () =>
    (await queues.peek('outcomes')).find((text) => text.includes('switchboard.smsBatch.failed') && text.includes(id)),
  );
  expect(JSON.parse(event)).toMatchObject({ subject: id, data: { reason: end.reason } });
});

test('a chunk that cannot be processed fails, and the others are sent', async () => {
  const recipients = recipientsOf(200);
  const csv = ['to,name', ...recipients.map((to, index) => `${to},${index % 2}`)].join('\n');
  const message = `${'x'.repeat(600)} {{name}}`;
  const { id } = await submitted(connection, { from: SENDER, message, csv });
  await eventually('the first chunk is sent', async () => {
    const { counts } = await batchOf(connection, id);
    return counts.accepted > 0 || undefined;
  });
  await storage.breakRecipients(id);
  const end = await over(connection, id);
  expect(end).toMatchObject({ state: 'completed', counts: { accepted: 100, failed: 100, pending: 0, inDoubt: 0 } });
});
