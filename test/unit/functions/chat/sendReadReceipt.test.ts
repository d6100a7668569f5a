import { expect, test } from 'vitest';
import { sendReadReceipt } from '../../../../functions/chat/sendReadReceipt.ts';
import { anyOperation, rig } from '../../operation/fixtures.ts';
import { chatRequests, chatService, MESSAGE, rejectingChat, THREAD } from './fixtures.ts';

const OPERATION = anyOperation(sendReadReceipt);
const PARAMS = { chatThreadId: THREAD };
const BODY = { chatMessageId: MESSAGE };
const SENT = { target: `/chat/threads/${THREAD}/readReceipts?api-version=2024-03-15`, params: PARAMS, body: BODY };
const acs = chatService({ status: 200 });

test('a read receipt is sent once for one Idempotency-Key', async () => {
  const { http, sent } = rig({ acs });
  const named = { ...SENT, headers: { 'idempotency-key': 'a' } };
  expect(await http(OPERATION, named)).toMatchObject({ status: 200, body: undefined });
  expect(await http(OPERATION, named)).toMatchObject({ status: 200, headers: { 'idempotent-replayed': 'true' } });
  expect(chatRequests(sent)).toMatchObject([
    { method: 'POST', path: '/chat/threads/19%3Aabc%40thread.v2/readReceipts', body: BODY, repetition: 'harmless' },
  ]);
});

test('a read receipt is sent from a queue', async () => {
  const { deliver, storage } = rig({ acs });
  await deliver(OPERATION, { client: 'shop', params: PARAMS, body: BODY });
  await deliver(OPERATION, { id: 'm2', client: 'shop', params: PARAMS, body: {} });
  expect(storage.messages('outcomes')).toMatchObject([
    { httpstatus: 200, data: null },
    { httpstatus: 400, data: { error: { target: 'chatMessageId' } } },
  ]);
});

test('an unknown message is ACS’s 404', async () => {
  expect(await rig({ acs: rejectingChat(404, 'NotFound') }).http(OPERATION, SENT)).toMatchObject({
    ...{ status: 404, body: { error: { code: 'NotFound' } } },
  });
});
