import { expect, test } from 'vitest';
import { failSmsChunk } from '../../../../functions/sms/failSmsChunk.ts';
import { getSmsBatch } from '../../../../functions/sms/getSmsBatch.ts';
import { sendSmsChunk } from '../../../../functions/sms/sendSmsChunk.ts';
import { anyOperation } from '../../operation/fixtures.ts';
import { batchShop } from './batchShop.ts';

// The Functions host moves a message that failed too often to the queue `<name>-poison`.
test('records the recipients of a chunk on the poison queue as failed; the other chunks are sent', async () => {
  const it = batchShop();
  const id = await it.submitAndSplit(150);
  expect(failSmsChunk.queue).toBe('sms-chunks-poison');
  const message = failSmsChunk.message.parse(it.storage.messages('sms-chunks')[0]);
  await failSmsChunk.run(message, it.runtime, () => undefined);
  await it.work(sendSmsChunk);
  expect(await it.onBatch(anyOperation(getSmsBatch), id)).toMatchObject({
    status: 200,
    body: { state: 'completed', counts: { total: 150, failed: 100, accepted: 50, pending: 0, inDoubt: 0 } },
  });
});
