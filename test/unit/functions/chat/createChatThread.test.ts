import { expect, test } from 'vitest';
import { createChatThread } from '../../../../functions/chat/createChatThread.ts';
import { derivedIds, wireId } from '../../../../shared/idempotency/wireIds.ts';
import { TEST_SECRET } from '../../../setup/credentials.ts';
import { anyOperation, NOW, rig } from '../../operation/fixtures.ts';
import { BOTH, chatRequests, chatService, THREAD, USER, WIRE } from './fixtures.ts';

const OPERATION = anyOperation(createChatThread);
const BODY = { topic: 'Standup', participants: [{ communicationIdentifier: { communicationUserId: USER } }] };
const invalidParticipants = [{ target: '8:acs:x', code: '404', message: 'not found' }];
const chatThread = { id: THREAD, topic: 'Standup', createdByCommunicationIdentifier: WIRE };
const acs = chatService({
  status: 201,
  body: { chatThread, invalidParticipants },
  headers: { location: `https://contoso.communication.azure.com/chat/threads/${THREAD}` },
});
const SENT = { target: '/chat/threads?api-version=2024-03-15', params: {}, body: BODY };

test('a thread is made as the client’s own user', async () => {
  const { http, sent } = rig({ acs });
  expect(await http(OPERATION, SENT)).toMatchObject({
    status: 201,
    headers: { location: `https://switchboard.example/chat/threads/${THREAD}` },
    body: {
      chatThread: { ...chatThread, createdByCommunicationIdentifier: BOTH },
      invalidParticipants,
      errors: { invalidParticipants },
    },
  });
  expect(chatRequests(sent)).toMatchObject([
    { userToken: 'minted', body: { participants: [{ communicationIdentifier: WIRE }] } },
  ]);
});

test('a thread is made once for one Idempotency-Key, or for the caller’s own id', async () => {
  const own = '8b3f5c1e-2a47-4f0e-9d55-7c1b60a4d8f2';
  const { http, sent } = rig({ acs });
  await http(OPERATION, { ...SENT, headers: { 'idempotency-key': 'a' } });
  await http(OPERATION, { ...SENT, headers: { 'repeatability-request-id': own } });
  expect(chatRequests(sent).map((it) => it.headers)).toEqual([
    {
      'repeatability-request-id': derivedIds(
        TEST_SECRET,
        ['client', 'shop', 'http', 'createChatThread', 'a'],
        NOW,
      ).uuid('thread'),
    },
    { 'repeatability-request-id': wireId(TEST_SECRET, 'thread', ['client', 'shop'], own) },
  ]);
});

// Recorded by Azure/azure-sdk-for-net, ChatClientsLiveTests: `contoso-D0A747F1-6245-4307-8267-B974340677DD` was a 201.
test('the caller’s own id of a thread need not be a UUID', async () => {
  const { http, sent } = rig({ acs });
  const withId = (id: string) => http(OPERATION, { ...SENT, headers: { 'repeatability-request-id': id } });
  for (const id of ['contoso-1', 'contoso-2', 'contoso-1']) await withId(id);
  const [first, other, again] = chatRequests(sent).map((it) => it.headers?.['repeatability-request-id']);
  expect(again).toBe(first);
  expect(other).not.toBe(first);
  for (const id of ['', 'two words', 'x'.repeat(257)]) {
    expect(await withId(id)).toMatchObject({ status: 400, body: { error: { target: 'repeatability-request-id' } } });
  }
});
