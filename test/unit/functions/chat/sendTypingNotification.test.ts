import { expect, test } from 'vitest';
import { sendTypingNotification } from '../../../../functions/chat/sendTypingNotification.ts';
import { anyOperation, rig } from '../../operation/fixtures.ts';
import { chatRequests, chatService, forgetfulChat, THREAD } from './fixtures.ts';

const OPERATION = anyOperation(sendTypingNotification);
const PARAMS = { chatThreadId: THREAD };
const SENT = { target: `/chat/threads/${THREAD}/typing?api-version=2024-03-15`, params: PARAMS };
const acs = chatService({ status: 200 });

test.each([
  [undefined, {}],
  [{}, {}],
  [{ senderDisplayName: 'Anna' }, { senderDisplayName: 'Anna' }],
  [{ senderDisplayName: null }, {}],
])('the body %j is sent as %j', async (body, expected) => {
  const { http, sent } = rig({ acs });
  expect(await http(OPERATION, { ...SENT, ...(body && { body }) })).toMatchObject({ status: 200, body: undefined });
  expect(chatRequests(sent)).toMatchObject([{ method: 'POST', path: '/chat/threads/19%3Aabc%40thread.v2/typing' }]);
  expect(chatRequests(sent)[0]?.body).toEqual(expected);
});

test('a queue message without a body is sent', async () => {
  const { deliver, storage } = rig({ acs });
  await deliver(OPERATION, { client: 'shop', params: PARAMS });
  expect(storage.messages('outcomes')).toMatchObject([{ httpstatus: 200, data: null }]);
});

test('a notification whose answer was lost had no effect worth asking about', async () => {
  const { http } = rig({ acs: forgetfulChat(acs) });
  expect(await http(OPERATION, SENT)).toMatchObject({ status: 502, body: { error: { code: 'UpstreamUnavailable' } } });
});
