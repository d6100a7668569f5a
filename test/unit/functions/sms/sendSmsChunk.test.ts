import { expect, test } from 'vitest';
import { sendSmsChunk } from '../../../../functions/sms/sendSmsChunk.ts';
import { serverSecretOf } from '../../../../shared/secret/serverSecret.ts';
import { TEST_SECRET } from '../../../setup/credentials.ts';
import { sentBody } from '../../smsbatch/fixtures.ts';
import { batchShop } from './batchShop.ts';
import { FROM, numbers } from './limitedshop.ts';

test('sends one request to ACS, with an id for each recipient that a repetition shares', async () => {
  const it = batchShop();
  await it.submitAndSplit(3);
  await it.work(sendSmsChunk);
  expect(it.sent).toMatchObject([{ method: 'POST', path: '/sms', body: { from: FROM, message: 'Hello' } }]);
  const { smsRecipients } = sentBody.parse(it.sent[0]?.body);
  expect(smsRecipients.map(({ to }) => to)).toEqual(numbers(3));
  expect(new Set(smsRecipients.map((recipient) => recipient.repeatabilityRequestId)).size).toBe(3);
});

test('sends nothing a second time when its message is delivered again', async () => {
  const it = batchShop();
  await it.submitAndSplit();
  const message = sendSmsChunk.message.parse(it.storage.messages('sms-chunks')[0]);
  for (let delivery = 0; delivery < 2; delivery += 1) await sendSmsChunk.run(message, it.runtime, () => undefined);
  expect(it.sent).toHaveLength(1);
});

test('accepts only messages that Switchboard wrote for this chunk', async () => {
  const it = batchShop();
  await it.submitAndSplit(150);
  const [message, other] = it.storage.messages('sms-chunks').map((each) => sendSmsChunk.message.parse(each));
  if (!message || !other) throw new Error('The batch has fewer than two chunks.');
  expect(sendSmsChunk.isAuthentic?.(message, TEST_SECRET)).toBe(true);
  expect(sendSmsChunk.isAuthentic?.({ ...message, chunk: other.chunk }, TEST_SECRET)).toBe(false);
  expect(sendSmsChunk.isAuthentic?.(message, serverSecretOf(Buffer.alloc(32, 'another secret')))).toBe(false);
});
