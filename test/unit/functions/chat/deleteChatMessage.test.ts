import { expect, test } from 'vitest';
import { deleteChatMessage } from '../../../../functions/chat/deleteChatMessage.ts';
import { anyOperation, rig } from '../../operation/fixtures.ts';
import {
  auditedOf,
  chatRequests,
  chatService,
  forgetfulChat,
  MESSAGE,
  MESSAGE_PARAMS,
  MESSAGE_PATH,
  rejectingChat,
  THREAD,
} from './fixtures.ts';

const OPERATION = anyOperation(deleteChatMessage);
const SENT = { target: `/chat/threads/${THREAD}/messages/${MESSAGE}?api-version=2024-03-15`, params: MESSAGE_PARAMS };
const acs = chatService({ status: 204 });

test('a message is deleted', async () => {
  const { http, sent } = rig({ acs });
  expect(await http(OPERATION, SENT)).toMatchObject({ status: 204, body: undefined });
  expect(chatRequests(sent)).toMatchObject([{ method: 'DELETE', path: MESSAGE_PATH, userToken: 'minted' }]);
});

test('a message is deleted from a queue', async () => {
  const { deliver, storage } = rig({ acs });
  await deliver(OPERATION, { client: 'shop', params: MESSAGE_PARAMS });
  await deliver(OPERATION, { id: 'm2', params: { ...MESSAGE_PARAMS, chatMessageId: '..' } });
  expect(storage.messages('outcomes')).toMatchObject([
    { type: 'switchboard.deleteChatMessage.succeeded', httpstatus: 204, data: null },
    { type: 'switchboard.deleteChatMessage.failed', httpstatus: 400 },
  ]);
});

test('another user’s message and an unknown one are not deleted', async () => {
  expect(await rig({ acs: rejectingChat(403, 'Forbidden') }).http(OPERATION, SENT)).toMatchObject({ status: 403 });
  expect(await rig({ acs: rejectingChat(404, 'NotFound') }).http(OPERATION, SENT)).toMatchObject({ status: 404 });
});

test('a message that is gone when its deletion is repeated was deleted', async () => {
  const { http, sent } = rig({ acs: forgetfulChat(rejectingChat(404, 'NotFound')) });
  const named = { ...SENT, headers: { 'idempotency-key': 'a' } };
  expect(await http(OPERATION, named)).toMatchObject({ status: 504, body: { error: { code: 'UpstreamInDoubt' } } });
  expect(await http(OPERATION, named)).toMatchObject({ status: 204 });
  expect(await http(OPERATION, named)).toMatchObject({ status: 204, headers: { 'idempotent-replayed': 'true' } });
  expect(chatRequests(sent)).toHaveLength(2);
});

test('the audit log names a message only if ACS has confirmed the removal: the id may be any text', async () => {
  expect(await auditedOf(OPERATION, SENT, acs)).toEqual(new Set([`204 ${THREAD}/${MESSAGE}`]));
  expect(await auditedOf(OPERATION, SENT, forgetfulChat(rejectingChat(404, 'NotFound')))).toEqual(
    new Set(['204 undefined', '504 undefined']),
  );
});
