import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createUser, participant, type Rig, startRig, THREADS, threadPath, type User } from './harness.ts';

let rig: Rig;
let owner: User;
let guest: User;

beforeAll(async () => {
  rig = await startRig();
  [owner, guest] = [await createUser(rig), await createUser(rig)];
});

afterAll(() => rig.close());

async function createThread(body: object = { topic: 'Topic', participants: [] }, headers = {}) {
  return rig.call('POST', THREADS, { token: owner.token, body, headers });
}

async function newThread(): Promise<string> {
  const participants = [{ ...participant(guest.id), displayName: 'Guest' }];
  return (await createThread({ topic: 'Topic', participants })).body.chatThread.id;
}

// https://github.com/Azure-Samples/communication-services-javascript-quickstarts/issues/153
const NO_PERMISSION = "The initiator doesn't have the permission to perform the requested operation.";
const FORBIDDEN = { status: 403, body: { CommunicationError: { Code: 'Forbidden', Message: NO_PERMISSION } } };

describe('createChatThread', () => {
  test('returns the thread and its location', async () => {
    const { status, headers, body } = await createThread();
    expect(status).toBe(201);
    expect(body).toEqual({
      chatThread: {
        id: expect.stringMatching(/^19:[\w-]+@thread\.v2$/),
        topic: 'Topic',
        createdOn: '2026-01-15T08:30:00Z',
        createdByCommunicationIdentifier: { rawId: owner.id, communicationUser: { id: owner.id } },
      },
    });
    const location = `${rig.emulator.url}/chat/threads/${encodeURIComponent(body.chatThread.id)}`;
    expect(headers.get('location')).toBe(location);
  });

  test('adds the creator and two system messages', async () => {
    const id = await newThread();
    const members = await rig.call('GET', threadPath(id, '/participants'), { token: owner.token });
    expect(members.body.value).toEqual([
      { ...participant(owner.id), shareHistoryTime: '1970-01-01T00:00:00Z' },
      { ...participant(guest.id), displayName: 'Guest', shareHistoryTime: '1970-01-01T00:00:00Z' },
    ]);
    const messages = await rig.call('GET', threadPath(id, '/messages'), { token: owner.token });
    expect(messages.body.value).toMatchObject([
      { type: 'topicUpdated', sequenceId: '2', content: { topic: 'Topic' } },
      { type: 'participantAdded', sequenceId: '1', content: { participants: members.body.value } },
    ]);
  });

  test('stores metadata and retention policy', async () => {
    const extras = {
      metadata: { a: 'b' },
      retentionPolicy: { kind: 'threadCreationDate', deleteThreadAfterDays: 30 },
    };
    expect((await createThread({ topic: 'T', ...extras })).body.chatThread).toMatchObject(extras);
  });

  test.each([
    {},
    { topic: 7 },
    { topic: 'T', participants: [{}] },
    { topic: 'T', metadata: { a: 'x'.repeat(1024) } },
    { topic: 'T', retentionPolicy: { kind: 'threadCreationDate', deleteThreadAfterDays: 29 } },
    { topic: 'T', retentionPolicy: { kind: 'threadCreationDate', deleteThreadAfterDays: 91 } },
    { topic: 'T', retentionPolicy: { kind: 'never' } },
  ])('rejects %j', async (body) => {
    // https://github.com/Azure/Communication/issues/379
    expect(await createThread(body)).toMatchObject({
      ...{ status: 400, body: { CommunicationError: { Code: 'BadRequest', Details: [] } } },
    });
  });

  test('returns the same thread for a repeated request', async () => {
    const headers = { 'repeatability-request-id': randomUUID() };
    const first = await createThread({ topic: 'First' }, headers);
    const second = await createThread({ topic: 'Second' }, headers);
    expect(second).toMatchObject({ status: 201, body: first.body });
    const other = await rig.call('POST', THREADS, { token: guest.token, body: { topic: 'Other' }, headers });
    expect(other.body.chatThread.id).not.toBe(first.body.chatThread.id);
  });

  test('returns the participants that cannot join', async () => {
    const gone = `${owner.id.slice(0, -12)}000000000000`;
    const foreign = '8:acs:11111111-2222-3333-4444-555555555555_00000006-aaaa-bbbb-cccc-dddddddddddd';
    const { status, body } = await createThread({
      topic: 'T',
      participants: [gone, foreign, guest.id].map(participant),
    });
    expect(status).toBe(201);
    expect(body.invalidParticipants).toEqual([
      { target: gone, code: '404', message: expect.any(String) },
      { target: foreign, code: '403', message: expect.any(String) },
    ]);
  });
});

describe('a thread', () => {
  test('records a change of topic in a message', async () => {
    const id = await newThread();
    const patched = await rig.call('PATCH', threadPath(id), { token: guest.token, body: { topic: 'New' } });
    expect(patched).toMatchObject({ status: 204, body: undefined });
    expect((await rig.call('GET', threadPath(id), { token: owner.token })).body.topic).toBe('New');
    const { body } = await rig.call('GET', threadPath(id, '/messages'), { token: owner.token });
    expect(body.value[0]).toMatchObject({ type: 'topicUpdated', sequenceId: '3', content: { topic: 'New' } });
  });

  // https://github.com/Azure/azure-sdk-for-net, ChatClientsLiveTests: Update_Thread_Properties
  test('keeps what a change does not mention, and metadata entry by entry', async () => {
    const id = (await createThread({ topic: 'Topic', metadata: { a: '1', b: '2' } })).body.chatThread.id;
    const afterChange = async (body: object) => {
      const changed = await rig.call('PATCH', threadPath(id), { token: owner.token, body });
      expect(changed).toMatchObject({ status: 204, body: undefined });
      const { topic, metadata, retentionPolicy } = (await rig.call('GET', threadPath(id), { token: owner.token })).body;
      return { topic, metadata, retentionPolicy };
    };
    const none = { kind: 'none' };
    const forty = { kind: 'threadCreationDate', deleteThreadAfterDays: 40 };
    const first = { topic: 'Topic', metadata: { a: '1', b: '2' }, retentionPolicy: none };
    expect(await afterChange({})).toEqual(first);
    expect(await afterChange({ topic: null, metadata: null, retentionPolicy: null })).toEqual(first);
    const second = { ...first, metadata: { a: '3', b: '2', c: '4' } };
    expect(await afterChange({ metadata: { a: '3', c: '4' } })).toEqual(second);
    expect(await afterChange({ metadata: {} })).toEqual(second);
    expect(await afterChange({ retentionPolicy: forty })).toEqual({ ...second, retentionPolicy: forty });
    expect(await afterChange({ topic: 'New', retentionPolicy: none })).toEqual({ ...second, topic: 'New' });
  });

  test('has no retention policy in older api-versions', async () => {
    const id = await newThread();
    const path = threadPath(id).replace(/api-version=.*/, 'api-version=2024-03-07');
    expect((await rig.call('GET', path, { token: owner.token })).body).not.toHaveProperty('retentionPolicy');
  });

  test('is not found after its deletion', async () => {
    const id = await newThread();
    expect((await rig.call('DELETE', threadPath(id), { token: owner.token })).status).toBe(204);
    expect((await rig.call('GET', threadPath(id), { token: owner.token })).status).toBe(404);
  });

  test('is found under its raw id too', async () => {
    const id = await newThread();
    const path = `/chat/threads/${id}?api-version=2025-03-15`;
    expect((await rig.call('GET', path, { token: owner.token })).status).toBe(200);
  });

  test('rejects users who are not participants', async () => {
    const id = (await createThread()).body.chatThread.id;
    for (const [method, below] of [
      ['GET', ''],
      ['PATCH', ''],
      ['DELETE', ''],
      ['GET', '/participants'],
      ['POST', '/participants/:add'],
      ['POST', '/participants/:remove'],
      ['GET', '/messages'],
      ['POST', '/messages'],
      ['GET', '/messages/1'],
      ['PATCH', '/messages/1'],
      ['DELETE', '/messages/1'],
      ['GET', '/readReceipts'],
      ['POST', '/readReceipts'],
      ['POST', '/typing'],
    ] as const) {
      expect(await rig.call(method, threadPath(id, below), { token: guest.token }), method + below).toMatchObject(
        FORBIDDEN,
      );
    }
  });
});

describe('participants', () => {
  // ACS Chat REST 2025-03-15, ChatThread_AddChatParticipants (summary)
  test('who are in the thread do not change when they are added again', async () => {
    const id = await newThread();
    const list = async (below: string) =>
      (await rig.call('GET', threadPath(id, below), { token: owner.token })).body.value as object[];
    const before = [await list('/participants'), await list('/messages')];
    const again = { ...participant(guest.id), displayName: 'Other', metadata: { a: 'b' } };
    const added = await rig.call('POST', threadPath(id, '/participants/:add'), {
      token: owner.token,
      body: { participants: [again] },
    });
    expect(added).toMatchObject({ status: 201, body: {} });
    expect([await list('/participants'), await list('/messages')]).toEqual(before);
  });

  test('are removed by bare identifier, and added again', async () => {
    const id = await newThread();
    const rawId = guest.id;
    const removed = await rig.call('POST', threadPath(id, '/participants/:remove'), {
      token: owner.token,
      body: { rawId, communicationUser: { id: rawId } },
    });
    expect(removed.status).toBe(204);
    expect(await rig.call('GET', threadPath(id), { token: guest.token })).toMatchObject(FORBIDDEN);
    const added = await rig.call('POST', threadPath(id, '/participants/:add'), {
      token: owner.token,
      body: { participants: [participant(rawId)] },
    });
    expect(added).toMatchObject({ status: 201, body: {} });
    expect((await rig.call('GET', threadPath(id), { token: guest.token })).status).toBe(200);
    const { body } = await rig.call('GET', threadPath(id, '/messages'), { token: owner.token });
    expect(body.value.slice(0, 2)).toMatchObject([{ type: 'participantAdded' }, { type: 'participantRemoved' }]);
  });
});
