import { expect, test } from 'vitest';
import { listReadReceipts } from '../../../../functions/chat/listReadReceipts.ts';
import { anyOperation, rig } from '../../operation/fixtures.ts';
import { BOTH, chatRequests, chatService, MESSAGE, THREAD, WIRE } from './fixtures.ts';

const OPERATION = anyOperation(listReadReceipts);
const receipt = { senderCommunicationIdentifier: WIRE, chatMessageId: MESSAGE, readOn: '2023-05-27T01:38:36Z' };
const link = `/chat/threads/${THREAD}/readReceipts?skip=2&maxPageSize=1&api-version=2025-03-15`;
const acs = chatService({ body: { value: [receipt], nextLink: `https://contoso.communication.azure.com${link}` } });

test('read receipts name their readers in both forms, and the next page is Switchboard’s too', async () => {
  const { http, sent } = rig({ acs });
  const target = `/chat/threads/${THREAD}/readReceipts?maxPageSize=1&skip=1&api-version=2024-03-15`;
  expect(await http(OPERATION, { target, params: { chatThreadId: THREAD } })).toMatchObject({
    status: 200,
    body: {
      value: [{ ...receipt, senderCommunicationIdentifier: BOTH }],
      nextLink: `https://switchboard.example${link}`,
    },
  });
  expect(chatRequests(sent)).toMatchObject([
    { path: '/chat/threads/19%3Aabc%40thread.v2/readReceipts', query: { maxPageSize: 1, skip: 1 } },
  ]);
});

test('a queue message asks with its parameters', async () => {
  const { deliver, storage, sent } = rig({ acs });
  await deliver(OPERATION, { client: 'shop', params: { chatThreadId: THREAD, maxPageSize: 5 } });
  expect(storage.messages('outcomes')).toMatchObject([{ httpstatus: 200, data: { value: [receipt] } }]);
  expect(chatRequests(sent)[0]?.query).toEqual({ maxPageSize: 5 });
});
