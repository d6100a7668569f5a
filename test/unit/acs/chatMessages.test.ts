import { expect, test } from 'vitest';
import {
  deleteChatMessage,
  getChatMessage,
  listChatMessages,
  listReadReceipts,
  sendChatMessage,
  sendReadReceipt,
  sendTypingNotification,
  updateChatMessage,
} from '../../../shared/acs/chatMessages.ts';
import { createSession } from '../../../shared/acs/session.ts';
import { createTransport } from '../../../shared/acs/transport.ts';
import { API_VERSIONS, acsServer, fakeSession, json, type Reply, thrownBy } from './fixtures.ts';

const USER = '8:acs:a_b';
const THREAD = '19:abc@thread.v2';
const WIRE = { rawId: USER, communicationUser: { id: USER } };
const BOTH = { ...WIRE, communicationUserId: USER };
const MESSAGE = { chatThreadId: THREAD, chatMessageId: '1591768249318' };
const MESSAGE_AT_ACS = {
  path: '/chat/threads/19%3Aabc%40thread.v2/messages/1591768249318',
  route: '/chat/threads/{chatThreadId}/messages/{chatMessageId}',
};
const query = { maxPageSize: 1, syncState: 'a+b=', startTime: '2026-01-15T08:30:00Z' };

test('a message is sent only once, and its location is returned', async () => {
  const headers = { location: `https://contoso.communication.azure.com/chat/threads/${THREAD}/messages/17` };
  const acs = fakeSession(() => ({ status: 201, body: { id: '17' }, headers }));
  expect(await sendChatMessage(acs, 'token', THREAD, { content: 'Hello' })).toEqual({
    body: { id: '17' },
    location: `https://switchboard.example/chat/threads/${THREAD}/messages/17`,
  });
  expect(acs.sent).toEqual([
    {
      ...{ service: 'chat', method: 'POST', path: '/chat/threads/19%3Aabc%40thread.v2/messages', userToken: 'token' },
      ...{ route: '/chat/threads/{chatThreadId}/messages', body: { content: 'Hello' }, repetition: 'doubles' },
    },
  ]);
});

test('a message without Location is returned without one', async () => {
  const acs = fakeSession(() => ({ status: 201, body: { id: '17' } }));
  expect((await sendChatMessage(acs, 'token', THREAD, { content: 'Hello' })).location).toBeUndefined();
});

test('a page of messages has users in both forms, and its query omits the thread', async () => {
  const message = { id: '1', type: 'text', senderCommunicationIdentifier: WIRE };
  const added = { id: '0', type: 'participantAdded', content: { participants: [{ communicationIdentifier: WIRE }] } };
  const acs = fakeSession(() => ({ body: { value: [message, added] } }));
  expect(await listChatMessages(acs, 'token', { chatThreadId: THREAD, ...query })).toEqual({
    value: [
      { ...message, senderCommunicationIdentifier: BOTH },
      { ...added, content: { participants: [{ communicationIdentifier: BOTH }] } },
    ],
  });
  expect(acs.sent[0]).toMatchObject({ path: '/chat/threads/19%3Aabc%40thread.v2/messages', query });
  expect(acs.sent[0]?.query).not.toHaveProperty('chatThreadId');
});

test('one message has its sender in both forms, and an encoded path', async () => {
  const found = { id: '1591768249318', type: 'text', senderCommunicationIdentifier: WIRE };
  const acs = fakeSession(() => ({ body: found }));
  expect(await getChatMessage(acs, 'token', MESSAGE)).toEqual({ ...found, senderCommunicationIdentifier: BOTH });
  expect(acs.sent).toEqual([
    { service: 'chat', method: 'GET', ...MESSAGE_AT_ACS, userToken: 'token', repetition: 'harmless' },
  ]);
});

test('an id cannot lead to another path', async () => {
  const acs = fakeSession(() => ({ status: 204 }));
  await deleteChatMessage(acs, 'token', { chatThreadId: 'a/../b', chatMessageId: '../participants?x=' }, false);
  expect(acs.sent[0]?.path).toBe('/chat/threads/a%2F..%2Fb/messages/..%2Fparticipants%3Fx%3D');
});

test('an edit is sent as it is', async () => {
  const acs = fakeSession(() => ({ status: 204 }));
  const body = { content: 'Hello, everyone', metadata: { edited: 'yes' } };
  await updateChatMessage(acs, 'token', MESSAGE, body);
  expect(acs.sent).toEqual([
    { service: 'chat', method: 'PATCH', ...MESSAGE_AT_ACS, body, userToken: 'token', repetition: 'recognised' },
  ]);
});

test('a typing notification and a read receipt are sent as they are', async () => {
  const acs = fakeSession(() => ({ status: 200 }));
  await sendTypingNotification(acs, 'token', THREAD, { senderDisplayName: 'Anna' });
  await sendTypingNotification(acs, 'token', THREAD);
  await sendReadReceipt(acs, 'token', THREAD, { chatMessageId: '17' });
  expect(acs.sent.map(({ path, body }) => [path, body])).toEqual([
    ['/chat/threads/19%3Aabc%40thread.v2/typing', { senderDisplayName: 'Anna' }],
    ['/chat/threads/19%3Aabc%40thread.v2/typing', {}],
    ['/chat/threads/19%3Aabc%40thread.v2/readReceipts', { chatMessageId: '17' }],
  ]);
});

test('a page of read receipts has readers in both forms, and links to Switchboard', async () => {
  // The link as ACS writes it, with an unencoded thread.
  const link = '/chat/threads/19:abc@thread.v2/readReceipts?skip=2&maxPageSize=1&api-version=2025-03-15';
  const receipt = { senderCommunicationIdentifier: WIRE, chatMessageId: '17', readOn: '2023-05-27T01:38:36Z' };
  const nextLink = `https://contoso.communication.azure.com${link}`;
  const acs = fakeSession(() => ({ body: { value: [receipt], nextLink } }));
  expect(await listReadReceipts(acs, 'token', { chatThreadId: THREAD, maxPageSize: 1, skip: 1 })).toEqual({
    value: [{ ...receipt, senderCommunicationIdentifier: BOTH }],
    nextLink: `https://switchboard.example${link}`,
  });
  expect(acs.sent).toMatchObject([
    { path: '/chat/threads/19%3Aabc%40thread.v2/readReceipts', query: { maxPageSize: 1, skip: 1 } },
  ]);
  expect(acs.sent[0]?.query).not.toHaveProperty('chatThreadId');
});

/** A session whose ACS answers the attempts one after the other. */
async function sessionWith(...replies: Reply[]) {
  const server = await acsServer(...replies);
  const access = { kind: 'keys', endpoint: server.url, accessKeys: [Buffer.from('a key').toString('base64')] } as const;
  const transport = createTransport({ access, apiVersions: API_VERSIONS, now: () => new Date() });
  const facts = { publicUrl: 'https://switchboard.example', apiVersions: API_VERSIONS, clientRequestId: '1' };
  return { acs: createSession(transport, facts), seen: server.seen };
}

const GONE = json(404, { CommunicationError: { Code: 'NotFound', Details: [] } });

test('a message that is gone after a lost response was deleted', async () => {
  const { acs, seen } = await sessionWith('reset', GONE);
  await deleteChatMessage(acs, 'token', MESSAGE, false);
  expect(seen.map(({ method }) => method)).toEqual(['DELETE', 'DELETE']);
});

test('a message that does not exist cannot be deleted', async () => {
  const { acs } = await sessionWith(GONE);
  expect(await thrownBy(() => deleteChatMessage(acs, 'token', MESSAGE, false))).toMatchObject({
    ...{ status: 404, publicCode: 'NotFound' },
  });
});

test('a message that is gone after an earlier request was deleted', async () => {
  const { acs, seen } = await sessionWith(GONE);
  await deleteChatMessage(acs, 'token', MESSAGE, true);
  expect(seen).toHaveLength(1);
});

test('another error after a lost response is reported', async () => {
  const { acs } = await sessionWith('reset', json(403, { CommunicationError: { Code: 'Forbidden', Details: [] } }));
  expect(await thrownBy(() => deleteChatMessage(acs, 'token', MESSAGE, false))).toMatchObject({ status: 403 });
});
