import { expect, test } from 'vitest';
import { sendChatMessage } from '../../../../functions/chat/sendChatMessage.ts';
import { tokenAt } from '../../../setup/credentials.ts';
import { anyOperation, KEYS, NOW, rig } from '../../operation/fixtures.ts';
import { chatRequests, chatService, forgetfulChat, THREAD } from './fixtures.ts';

const OPERATION = anyOperation(sendChatMessage);
const PARAMS = { chatThreadId: THREAD };
const BODY = { content: 'Hello', type: 'text' };
const acs = chatService({ status: 201, body: { id: '17' }, headers: { location: '/chat/threads/x/messages/17' } });
const THEIRS = tokenAt(NOW);
const SENT = { target: `/chat/threads/${THREAD}/messages?api-version=2024-03-15`, params: PARAMS, body: BODY };

test.each([
  ['the client’s own user', {}, 'minted'],
  ['the user of its token', { key: null, headers: { authorization: `Bearer ${THEIRS}` } }, THEIRS],
  ['the acting user', { key: KEYS.office, headers: { 'acting-user': '8:acs:c_d' } }, 'minted'],
])('a message is sent as %s', async (_, as, userToken) => {
  const { http, sent } = rig({ acs });
  expect(await http(OPERATION, { ...SENT, ...as })).toMatchObject({
    ...{ status: 201, body: { id: '17' } },
    headers: { location: 'https://switchboard.example/chat/threads/x/messages/17' },
  });
  const path = '/chat/threads/19%3Aabc%40thread.v2/messages';
  expect(chatRequests(sent)).toMatchObject([{ path, body: BODY, userToken, repetition: 'doubles' }]);
});

test('a message from a queue is sent', async () => {
  const { deliver, storage } = rig({ acs });
  await deliver(OPERATION, { client: 'shop', params: PARAMS, body: BODY });
  expect(storage.messages('outcomes')).toMatchObject([{ httpstatus: 201, data: { id: '17' } }]);
});

test('the audit log has a message in doubt once, however often its stored error is returned', async () => {
  const { http, sent, runtime } = rig({ acs: forgetfulChat(acs), variables: { AUDIT_RETENTION_DAYS: '30' } });
  const named = { ...SENT, headers: { 'idempotency-key': 'a' } };
  for (const _ of ['first', 'second', 'third']) expect(await http(OPERATION, named)).toMatchObject({ status: 504 });
  expect(chatRequests(sent)).toHaveLength(1);
  const query = { client: undefined, operation: undefined, from: undefined, to: undefined, after: undefined };
  const { value } = await runtime.auditLog(runtime.clients.named('shop'), { ...query, pageSize: 10 });
  expect(value).toMatchObject([{ operation: 'sendChatMessage', status: 504 }]);
});
