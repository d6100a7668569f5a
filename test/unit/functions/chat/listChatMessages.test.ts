import { expect, test } from 'vitest';
import { listChatMessages } from '../../../../functions/chat/listChatMessages.ts';
import { anyOperation, rig } from '../../operation/fixtures.ts';
import { BOTH, chatRequests, chatService, THREAD, WIRE } from './fixtures.ts';

const OPERATION = anyOperation(listChatMessages);
const message = { id: '17', type: 'text', content: { message: 'Hello' }, senderCommunicationIdentifier: WIRE };
const acs = chatService({ body: { value: [message] } });

test('messages name their senders in both forms', async () => {
  const { http, sent } = rig({ acs });
  const target = `/chat/threads/${THREAD}/messages?maxPageSize=200&api-version=2024-03-15`;
  expect(await http(OPERATION, { target, params: { chatThreadId: THREAD } })).toMatchObject({
    ...{ status: 200, body: { value: [{ ...message, senderCommunicationIdentifier: BOTH }] } },
  });
  expect(chatRequests(sent)).toMatchObject([
    { path: '/chat/threads/19%3Aabc%40thread.v2/messages', query: { maxPageSize: 200 } },
  ]);
});

test('a queue message asks with its parameters', async () => {
  const { deliver, storage, sent } = rig({ acs });
  await deliver(OPERATION, { client: 'shop', params: { chatThreadId: THREAD, maxPageSize: 5 } });
  expect(storage.messages('outcomes')).toMatchObject([{ httpstatus: 200, data: { value: [{ id: '17' }] } }]);
  expect(chatRequests(sent)).toMatchObject([{ query: { maxPageSize: 5 } }]);
});
