import { expect, test } from 'vitest';
import { getSmsBatch } from '../../../../functions/sms/getSmsBatch.ts';
import { sendSmsChunk } from '../../../../functions/sms/sendSmsChunk.ts';
import { anyOperation, KEYS } from '../../operation/fixtures.ts';
import { batchShop, refusesFirst } from './batchShop.ts';

const OPERATION = anyOperation(getSmsBatch);

test('shows the counts of a batch before and after it is sent', async () => {
  const it = batchShop(refusesFirst);
  const id = await it.submitAndSplit(3);
  expect(await it.onBatch(OPERATION, id)).toMatchObject({
    status: 200,
    body: { id, state: 'running', counts: { total: 3, pending: 3, accepted: 0, failed: 0, inDoubt: 0 } },
  });
  await it.work(sendSmsChunk);
  expect(await it.onBatch(OPERATION, id)).toMatchObject({
    status: 200,
    body: { id, state: 'completed', counts: { total: 3, pending: 0, accepted: 2, failed: 1, inDoubt: 0 } },
  });
});

test('does not show a batch to another client', async () => {
  const it = batchShop();
  const id = await it.submit();
  expect(await it.onBatch(OPERATION, id, { key: KEYS.office })).toMatchObject({
    status: 404,
    body: { error: { code: 'NotFound' } },
  });
});
