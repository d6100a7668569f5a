import { expect, test } from 'vitest';
import { CHUNK_QUEUE, SPLIT_QUEUE, sealedSplit } from '../../../shared/smsbatch/send/batchQueues.ts';
import { submitBatch } from '../../../shared/smsbatch/submit.ts';
import { withFailureLog } from '../../../shared/telemetry/failureLog.ts';
import { TEST_SECRET } from '../../setup/credentials.ts';
import { CLIENT, FROM, ID, numbers, rig, submit } from './fixtures.ts';

test('the first chunks are queued by the submission itself, and a small batch needs no split message', async () => {
  const it = rig({ tollFree: 1_000_000 });
  await submit(it, { recipients: numbers(2500) });
  expect(it.storage.messages(CHUNK_QUEUE)).toHaveLength(3);
  expect(it.storage.messages(SPLIT_QUEUE)).toEqual([]);
});

test('later chunks of a large batch are left to a split message', async () => {
  const it = rig({ tollFree: 1_000_000 });
  const { send } = it.storage.queues;
  it.storage.queues.send = async (...message) => {
    await send(...message);
    it.now += 20; // slow: the 64 chunks of one block take longer than a submission may
  };
  await submit(it, { recipients: numbers(65_000) });
  expect(it.storage.messages(CHUNK_QUEUE)).toHaveLength(64);
  expect(it.storage.messages(SPLIT_QUEUE)).toEqual([sealedSplit(TEST_SECRET, { client: CLIENT, batch: ID })]);
});

test('a submission whose first chunks cannot be queued is accepted, and left to a split message', async () => {
  const it = rig();
  const { queues } = it.storage;
  const send: typeof queues.send = (queue, ...rest) =>
    queue === CHUNK_QUEUE ? Promise.reject(new Error('down')) : queues.send(queue, ...rest);
  const context = { ...it.context, storage: { ...it.context.storage, queues: { send } } };
  const request = { from: FROM, message: 'Hello', recipients: numbers(3) };
  const log: unknown[] = [];
  const batch = await withFailureLog(
    (what, error) => void log.push([what, error]),
    () => submitBatch(context, { id: ID, client: CLIENT, request }),
  );
  expect(log).toEqual([[expect.stringContaining(ID), new Error('down')]]);
  expect(batch).toMatchObject({ state: 'running', counts: { pending: 3 } });
  expect(it.storage.messages(SPLIT_QUEUE)).toEqual([sealedSplit(TEST_SECRET, { client: CLIENT, batch: ID })]);
});
