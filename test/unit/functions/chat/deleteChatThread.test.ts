import { expect, test } from 'vitest';
import { deleteChatThread } from '../../../../functions/chat/deleteChatThread.ts';
import { anyOperation, rig } from '../../operation/fixtures.ts';
import { auditedOf, chatRequests, chatService, forgetfulChat, rejectingChat, THREAD, THREAD_PATH } from './fixtures.ts';

const OPERATION = anyOperation(deleteChatThread);
const SENT = { target: `/chat/threads/${THREAD}?api-version=2024-03-15`, params: { chatThreadId: THREAD } };
const acs = chatService({ status: 204 });

test('a thread is deleted', async () => {
  const { http, sent } = rig({ acs });
  expect(await http(OPERATION, SENT)).toMatchObject({ status: 204, body: undefined });
  expect(chatRequests(sent)).toMatchObject([{ method: 'DELETE', path: THREAD_PATH, userToken: 'minted' }]);
});

test('a thread is deleted from a queue', async () => {
  const { deliver, storage } = rig({ acs });
  await deliver(OPERATION, { client: 'shop', params: { chatThreadId: THREAD } });
  expect(storage.messages('outcomes')).toMatchObject([
    { type: 'switchboard.deleteChatThread.succeeded', httpstatus: 204, data: null },
  ]);
});

test('a thread that ACS does not know, or that is not the acting user’s, is not deleted', async () => {
  expect(await rig({ acs: rejectingChat(404, 'NotFound') }).http(OPERATION, SENT)).toMatchObject({ status: 404 });
  expect(await rig({ acs: rejectingChat(403, 'Forbidden') }).http(OPERATION, SENT)).toMatchObject({ status: 403 });
});

test('a thread that is gone when its deletion is repeated was deleted', async () => {
  const { http, sent } = rig({ acs: forgetfulChat(rejectingChat(404, 'NotFound')) });
  const named = { ...SENT, headers: { 'idempotency-key': 'a' } };
  expect(await http(OPERATION, named)).toMatchObject({ status: 504, body: { error: { code: 'UpstreamInDoubt' } } });
  expect(await http(OPERATION, named)).toMatchObject({ status: 204 });
  expect(await http(OPERATION, named)).toMatchObject({ status: 204, headers: { 'idempotent-replayed': 'true' } });
  expect(chatRequests(sent)).toHaveLength(2);
});

test('the audit log names a thread only if ACS has confirmed its deletion: its id may be any text', async () => {
  expect(await auditedOf(OPERATION, SENT, acs)).toEqual(new Set([`204 ${THREAD}`]));
  expect(await auditedOf(OPERATION, SENT, forgetfulChat(rejectingChat(404, 'NotFound')))).toEqual(
    new Set(['204 undefined', '504 undefined']),
  );
});

test('a message on the queue whose first answer was lost has deleted the thread', async () => {
  const { deliver, storage } = rig({ acs: forgetfulChat(rejectingChat(404, 'NotFound')) });
  const message = { id: 'm1', client: 'shop', params: { chatThreadId: THREAD } };
  await expect(deliver(OPERATION, message)).rejects.toThrow('tried again');
  await deliver(OPERATION, message, { dequeueCount: 2 });
  expect(storage.messages('outcomes')).toMatchObject([{ subject: 'm1', httpstatus: 204 }]);
});
