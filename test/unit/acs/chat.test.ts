import { describe, expect, test } from 'vitest';
import {
  createChatThread,
  deleteChatThread,
  getChatThread,
  listChatThreads,
  updateChatThread,
} from '../../../shared/acs/chat.ts';
import { fakeSession, json, type Reply, transportSession } from './fixtures.ts';

const USER = '8:acs:a_b';
const THREAD = '19:abc@thread.v2';
const WIRE = { rawId: USER, communicationUser: { id: USER } };
const BOTH = { ...WIRE, communicationUserId: USER };
const REQUEST_ID = '8b3f5c1e-2a47-4f0e-9d55-7c1b60a4d8f2';

describe('a thread', () => {
  const made = {
    id: THREAD,
    topic: 'Standup',
    createdOn: '2026-01-15T08:30:00Z',
    createdByCommunicationIdentifier: WIRE,
  };
  const invalidParticipants = [{ target: '8:acs:x', code: '404', message: 'not found' }];

  test('is created in the form of the REST API, with the request id and the user’s token', async () => {
    const acs = fakeSession(() => ({ status: 201, body: { chatThread: made } }));
    const participants = [{ communicationIdentifier: { communicationUserId: USER }, displayName: 'Anna' }];
    await createChatThread(acs, 'token', { topic: 'Standup', participants }, REQUEST_ID);
    expect(acs.sent).toEqual([
      {
        ...{ service: 'chat', method: 'POST', path: '/chat/threads', userToken: 'token', repetition: 'recognised' },
        headers: { 'repeatability-request-id': REQUEST_ID },
        body: { topic: 'Standup', participants: [{ communicationIdentifier: WIRE, displayName: 'Anna' }] },
      },
    ]);
  });

  test('without participants is created without the field', async () => {
    const acs = fakeSession(() => ({ status: 201, body: { chatThread: made } }));
    const { body } = await createChatThread(acs, 'token', { topic: 'Standup' }, REQUEST_ID);
    expect(acs.sent[0]?.body).toEqual({ topic: 'Standup' });
    expect(body).not.toHaveProperty('errors');
  });

  test('lists participants who could not be added under both names, and its creator in both forms', async () => {
    const headers = { location: `https://contoso.communication.azure.com/chat/threads/${THREAD}` };
    const acs = fakeSession(() => ({ status: 201, body: { chatThread: made, invalidParticipants }, headers }));
    expect(await createChatThread(acs, 'token', { topic: 'Standup' }, REQUEST_ID)).toEqual({
      body: {
        chatThread: { ...made, createdByCommunicationIdentifier: BOTH },
        invalidParticipants,
        errors: { invalidParticipants },
      },
      location: `https://switchboard.example/chat/threads/${THREAD}`,
    });
  });
});

describe('a page', () => {
  const nextLink = `https://contoso.communication.azure.com/chat/threads?maxPageSize=1&syncState=a%2Bb%3D&api-version=2025-03-15`;
  const ownNextLink = nextLink.replace('https://contoso.communication.azure.com', 'https://switchboard.example');
  const query = { maxPageSize: 1, syncState: 'a+b=', startTime: '2026-01-15T08:30:00Z' };

  test('of threads is requested with the caller’s query, and links to Switchboard', async () => {
    const acs = fakeSession(() => ({ body: { value: [{ id: THREAD, topic: 'Standup' }], nextLink } }));
    expect(await listChatThreads(acs, 'token', query)).toEqual({
      value: [{ id: THREAD, topic: 'Standup' }],
      nextLink: ownNextLink,
    });
    expect(acs.sent).toEqual([
      { service: 'chat', method: 'GET', path: '/chat/threads', query, userToken: 'token', repetition: 'harmless' },
    ]);
  });
});

const AT_ACS = { path: '/chat/threads/19%3Aabc%40thread.v2', route: '/chat/threads/{chatThreadId}' };

test('one thread has its creator in both forms, and what Switchboard does not know', async () => {
  const thread = { id: THREAD, topic: 'Standup', createdByCommunicationIdentifier: WIRE, isNew: true };
  const acs = fakeSession(() => ({ body: thread }));
  expect(await getChatThread(acs, 'token', THREAD)).toEqual({ ...thread, createdByCommunicationIdentifier: BOTH });
  expect(acs.sent).toEqual([{ service: 'chat', method: 'GET', ...AT_ACS, userToken: 'token', repetition: 'harmless' }]);
});

test('a change of a thread is sent as it is', async () => {
  const acs = fakeSession(() => ({ status: 204 }));
  const body = { topic: 'Lunch', metadata: { room: '5' } };
  await updateChatThread(acs, 'token', THREAD, body);
  expect(acs.sent).toEqual([
    { service: 'chat', method: 'PATCH', ...AT_ACS, body, userToken: 'token', repetition: 'recognised' },
  ]);
});

test('the id of a thread cannot lead to another path', async () => {
  const acs = fakeSession(() => ({ status: 204 }));
  await deleteChatThread(acs, 'token', '../x?y=#', false);
  expect(acs.sent[0]?.path).toBe('/chat/threads/..%2Fx%3Fy%3D%23');
});

// https://github.com/Azure/azure-sdk-for-java, ChatClientTest.getNotFoundOnNonExistingChatThreadSync[1].json
const GONE = json(404, { CommunicationError: { Code: 'NotFound', Message: 'The specified thread id was not found.' } });
const FORBIDDEN = json(403, { CommunicationError: { Code: 'Forbidden' } });

test.each<[string, Reply[], boolean, object | undefined]>([
  ['is gone after a lost response', ['reset', GONE], false, undefined],
  ['is gone after an earlier request in doubt', [GONE], true, undefined],
  ['is not found', [GONE], false, { status: 404, publicCode: 'NotFound' }],
  ['is forbidden after a lost response', ['reset', FORBIDDEN], false, { status: 403, mayHaveTakenEffect: true }],
  ['is forbidden after an earlier request in doubt', [FORBIDDEN], true, { status: 403 }],
  ['may still be there', ['reset', 'reset', 'reset'], false, { code: 'UpstreamInDoubt', isTransient: true }],
])('the deletion of a thread that %s', async (_, replies, isDoubtful, error) => {
  const acs = await transportSession(...replies);
  const deletion = deleteChatThread(acs, 'token', THREAD, isDoubtful);
  if (error) await expect(deletion).rejects.toMatchObject(error);
  else await deletion;
});
