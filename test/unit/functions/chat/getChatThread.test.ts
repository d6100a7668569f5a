import { expect, test } from 'vitest';
import { getChatThread } from '../../../../functions/chat/getChatThread.ts';
import { anyOperation, rig } from '../../operation/fixtures.ts';
import { BOTH, chatRequests, chatService, rejectingChat, THREAD, THREAD_PATH, WIRE } from './fixtures.ts';

const OPERATION = anyOperation(getChatThread);
const thread = {
  id: THREAD,
  topic: 'Standup',
  createdOn: '2023-11-21T00:34:05Z',
  createdByCommunicationIdentifier: WIRE,
  metadata: { threadType: 'secondary' },
  retentionPolicy: { kind: 'threadCreationDate', deleteThreadAfterDays: 40 },
};
const acs = chatService({ body: thread });
const SENT = { target: `/chat/threads/${THREAD}?api-version=2024-03-15`, params: { chatThreadId: THREAD } };

test('a thread is returned with its creator in both forms, its metadata and its retention policy', async () => {
  const { http, sent } = rig({ acs });
  const { status, body } = await http(OPERATION, SENT);
  expect([status, body]).toEqual([200, { ...thread, createdByCommunicationIdentifier: BOTH }]);
  expect(chatRequests(sent)).toMatchObject([{ method: 'GET', path: THREAD_PATH, userToken: 'minted' }]);
});

test('a message on the queue gets the thread as its outcome', async () => {
  const { deliver, storage } = rig({ acs });
  await deliver(OPERATION, { client: 'shop', params: { chatThreadId: THREAD } });
  await deliver(OPERATION, { client: 'shop' });
  expect(storage.messages('outcomes')).toMatchObject([
    { type: 'switchboard.getChatThread.succeeded', httpstatus: 200, data: { id: THREAD, topic: 'Standup' } },
    { type: 'switchboard.getChatThread.failed', httpstatus: 400, data: { error: { target: 'chatThreadId' } } },
  ]);
});

test.each([
  [403, 'Forbidden'],
  [404, 'NotFound'],
])('what ACS says about the acting user is passed on: %i %s', async (status, code) => {
  expect(await rig({ acs: rejectingChat(status, code) }).http(OPERATION, SENT)).toMatchObject({
    ...{ status, body: { error: { code } } },
  });
});
