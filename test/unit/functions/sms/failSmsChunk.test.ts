import { expect, test } from 'vitest';
import { failSmsChunk } from '../../../../functions/sms/failSmsChunk.ts';
import { getSmsBatch } from '../../../../functions/sms/getSmsBatch.ts';
import { sendSmsChunk } from '../../../../functions/sms/sendSmsChunk.ts';
import { TEST_SECRET } from '../../../setup/credentials.ts';
import { anyOperation } from '../../operation/fixtures.ts';
import { batchShop } from './batchShop.ts';

// The Functions host moves a message that failed too often to the queue `<name>-poison`.
test('records the recipients of a chunk on the poison queue as failed; the other chunks are sent', async () => {
  const it = batchShop();
  const id = await it.submitAndSplit(150);
  expect(failSmsChunk.queue).toBe('sms-chunks-poison');
  const message = failSmsChunk.message.parse(it.storage.messages('sms-chunks')[0]);
  await failSmsChunk.run(message, it.runtime, () => undefined);
  it.clock.date = new Date(it.clock.date.getTime() + 34_000); // when the second chunk is due
  await it.work(sendSmsChunk);
  expect(await it.onBatch(anyOperation(getSmsBatch), id)).toMatchObject({
    status: 200,
    body: { state: 'completed', counts: { total: 150, failed: 100, accepted: 50, pending: 0, inDoubt: 0 } },
  });
});

test('accepts only messages that Switchboard wrote', async () => {
  const it = batchShop();
  await it.submitAndSplit(1);
  const message = failSmsChunk.message.parse(it.storage.messages('sms-chunks')[0]);
  expect(failSmsChunk.isAuthentic?.(message, TEST_SECRET)).toBe(true);
  expect(failSmsChunk.isAuthentic?.({ ...message, client: 'office' }, TEST_SECRET)).toBe(false);
});
