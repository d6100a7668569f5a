import { expect, test } from 'vitest';
import { redriveSmsBatch } from '../../../../functions/sms/redriveSmsBatch.ts';
import { sendSmsChunk } from '../../../../functions/sms/sendSmsChunk.ts';
import { splitSmsBatch } from '../../../../functions/sms/splitSmsBatch.ts';
import { SwitchboardError } from '../../../../shared/contract/switchboardError.ts';
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

test('sends to recipients in doubt only if the client asks for it, because they may get the message twice', async () => {
  const outage = new Set(['responses are lost']);
  const it = batchShop((body) => {
    if (outage.size > 0) throw new SwitchboardError('UpstreamInDoubt', 'the response was lost');
    return accepts(body);
  });
  const id = await it.submitAndSplit(2);
  // ACS recognizes a repeated request for some minutes; after that, nothing can resolve the doubt.
  for (let delivery = 0; delivery < 8; delivery += 1) {
    it.clock.date = new Date(it.clock.date.getTime() + 120_000);
    await it.work(sendSmsChunk);
  }
  outage.clear();
  const before = it.sent.length;
  expect(await it.onBatch(OPERATION, id)).toMatchObject({ status: 409 });
  expect(await it.onBatch(OPERATION, id, { body: { includeInDoubt: true } })).toMatchObject({ status: 202 });
  await it.work(splitSmsBatch);
  await it.work(sendSmsChunk);
  expect(it.sent).toHaveLength(before + 1);
});
