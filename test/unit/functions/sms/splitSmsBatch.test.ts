import { expect, test } from 'vitest';
import { splitSmsBatch } from '../../../../functions/sms/splitSmsBatch.ts';
import { TEST_SECRET } from '../../../setup/credentials.ts';
import { batchShop, LATER } from './batchShop.ts';

// ACS takes at most 100 recipients in a request (openapi.yaml, SendMessageRequest.smsRecipients).
test('queues a message for every 100 recipients', async () => {
  const it = batchShop();
  const id = await it.submit(250, { sendAt: LATER });
  it.clock.date = new Date(LATER);
  await it.work(splitSmsBatch);
  const messages = it.storage.messages('sms-chunks');
  expect(messages).toMatchObject([0, 1, 2].map((chunk) => ({ client: 'shop', batch: id, chunk })));
});

test('queues nothing a second time when its message is delivered again', async () => {
  const it = batchShop();
  await it.submit(250, { sendAt: LATER });
  it.clock.date = new Date(LATER);
  const [message] = it.storage.messages('sms-batch-splits');
  for (let delivery = 0; delivery < 2; delivery += 1) {
    await splitSmsBatch.run(splitSmsBatch.message.parse(message), it.runtime, () => undefined);
  }
  expect(it.storage.messages('sms-chunks')).toHaveLength(3);
});

test('accepts only messages that Switchboard wrote', async () => {
  const it = batchShop();
  await it.submit(1, { sendAt: LATER });
  const message = splitSmsBatch.message.parse(it.storage.messages('sms-batch-splits')[0]);
  expect(splitSmsBatch.isAuthentic?.(message, TEST_SECRET)).toBe(true);
  expect(splitSmsBatch.isAuthentic?.({ ...message, client: 'office' }, TEST_SECRET)).toBe(false);
});
