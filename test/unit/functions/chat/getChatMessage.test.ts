import { expect, test } from 'vitest';
import { getChatMessage } from '../../../../functions/chat/getChatMessage.ts';
import { anyOperation, rig } from '../../operation/fixtures.ts';
import {
  BOTH,
  chatRequests,
  chatService,
  MESSAGE,
  MESSAGE_PARAMS,
  MESSAGE_PATH,
  rejectingChat,
  THREAD,
  WIRE,
} from './fixtures.ts';

const OPERATION = anyOperation(getChatMessage);
const SENT = { target: `/chat/threads/${THREAD}/messages/${MESSAGE}?api-version=2024-03-15`, params: MESSAGE_PARAMS };
const message = { id: MESSAGE, type: 'text', content: { message: 'Hello' }, senderCommunicationIdentifier: WIRE };
const acs = chatService({ body: message });

test('a message names its sender in both forms', async () => {
  const { http, sent } = rig({ acs });
  expect(await http(OPERATION, SENT)).toMatchObject({
    ...{ status: 200, body: { ...message, senderCommunicationIdentifier: BOTH } },
  });
  expect(chatRequests(sent)).toMatchObject([{ method: 'GET', path: MESSAGE_PATH, userToken: 'minted' }]);
});

test('a queue message gets the chat message in its outcome', async () => {
  const { deliver, storage } = rig({ acs });
  await deliver(OPERATION, { client: 'shop', params: MESSAGE_PARAMS });
  expect(storage.messages('outcomes')).toMatchObject([{ httpstatus: 200, data: { id: MESSAGE } }]);
});

test.each([
  [403, 'Forbidden'],
  [404, 'NotFound'],
])('ACS’s %i is passed on', async (status, code) => {
  expect(await rig({ acs: rejectingChat(status, code) }).http(OPERATION, SENT)).toMatchObject({
    ...{ status, body: { error: { code } } },
  });
});
