import { expect, test } from 'vitest';
import { cancelSmsBatch } from '../../../../functions/sms/cancelSmsBatch.ts';
import { sendSmsChunk } from '../../../../functions/sms/sendSmsChunk.ts';
import { anyOperation, KEYS } from '../../operation/fixtures.ts';
import { batchShop } from './batchShop.ts';

const OPERATION = anyOperation(cancelSmsBatch);

test('cancels what has not been sent', async () => {
  const it = batchShop();
  const id = await it.submitAndSplit(2);
  expect(await it.onBatch(OPERATION, id)).toMatchObject({ status: 200, body: { id, state: 'canceled' } });
  await it.work(sendSmsChunk);
  expect(it.sent).toEqual([]);
});

test('does not cancel a batch of another client', async () => {
  const it = batchShop();
  const id = await it.submitAndSplit(2);
  expect(await it.onBatch(OPERATION, id, { key: KEYS.office })).toMatchObject({ status: 404 });
  await it.work(sendSmsChunk);
  expect(it.sent).toHaveLength(1);
});

test('does not cancel a batch that is completed', async () => {
  const it = batchShop();
  const id = await it.submitAndSplit();
  await it.work(sendSmsChunk);
  expect(await it.onBatch(OPERATION, id)).toMatchObject({ status: 409 });
});
