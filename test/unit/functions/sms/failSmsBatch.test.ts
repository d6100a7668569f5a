import { expect, test } from 'vitest';
import { failSmsBatch } from '../../../../functions/sms/failSmsBatch.ts';
import { getSmsBatch } from '../../../../functions/sms/getSmsBatch.ts';
import { sendSmsChunk } from '../../../../functions/sms/sendSmsChunk.ts';
import { TEST_SECRET } from '../../../setup/credentials.ts';
import { anyOperation } from '../../operation/fixtures.ts';
import { batchShop, LATER } from './batchShop.ts';

// The Functions host moves a message that failed too often to the queue `<name>-poison`.
test('marks a batch as failed when its split message is on the poison queue, and sends nothing', async () => {
  const it = batchShop();
  const id = await it.submit(2, { sendAt: LATER });
  expect(failSmsBatch.queue).toBe('sms-batch-splits-poison');
  it.clock.date = new Date(LATER);
  const [message] = it.storage.messages('sms-batch-splits');
  await failSmsBatch.run(failSmsBatch.message.parse(message), it.runtime, () => undefined);
  expect(await it.onBatch(anyOperation(getSmsBatch), id)).toMatchObject({ status: 200, body: { state: 'failed' } });
  await it.work(sendSmsChunk);
  expect(it.sent).toEqual([]);
});

test('accepts only messages that Switchboard wrote', async () => {
  const it = batchShop();
  await it.submit(1, { sendAt: LATER });
  const message = failSmsBatch.message.parse(it.storage.messages('sms-batch-splits')[0]);
  expect(failSmsBatch.isAuthentic?.(message, TEST_SECRET)).toBe(true);
  expect(failSmsBatch.isAuthentic?.({ ...message, client: 'office' }, TEST_SECRET)).toBe(false);
});
