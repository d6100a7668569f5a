import { expect, test } from 'vitest';
import { redriveSmsBatch } from '../../../../functions/sms/redriveSmsBatch.ts';
import { sendSmsChunk } from '../../../../functions/sms/sendSmsChunk.ts';
import { splitSmsBatch } from '../../../../functions/sms/splitSmsBatch.ts';
import { anyOperation, KEYS } from '../../operation/fixtures.ts';
import { sentBody } from '../../smsbatch/fixtures.ts';
import { batchShop, refusesFirst } from './batchShop.ts';
import { accepts, numbers } from './limitedshop.ts';

const OPERATION = anyOperation(redriveSmsBatch);

test('sends to the failed recipients again, and to no others', async () => {
  let requests = 0;
  const it = batchShop((body) => (requests++ === 0 ? refusesFirst(body) : accepts(body)));
  const id = await it.submitAndSplit(3);
  await it.work(sendSmsChunk);
  expect(await it.onBatch(OPERATION, id)).toMatchObject({ status: 202, body: { id, state: 'running' } });
  await it.work(splitSmsBatch);
  await it.work(sendSmsChunk);
  const recipients = it.sent.map(({ body }) => sentBody.parse(body).smsRecipients.map(({ to }) => to));
  expect(recipients).toEqual([numbers(3), numbers(1)]);
});

test('does not redrive a batch that is still running, or one of another client', async () => {
  const it = batchShop(refusesFirst);
  const id = await it.submitAndSplit();
  expect(await it.onBatch(OPERATION, id)).toMatchObject({ status: 409 });
  await it.work(sendSmsChunk);
  expect(await it.onBatch(OPERATION, id, { key: KEYS.office })).toMatchObject({ status: 404 });
});
