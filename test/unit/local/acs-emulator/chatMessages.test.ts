import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createUser, participant, type Rig, startRig, THREADS, threadPath, type User } from './harness.ts';

let rig: Rig;
let owner: User;
let guest: User;
let threadId: string;

beforeAll(async () => {
  rig = await startRig();
  [owner, guest] = [await createUser(rig), await createUser(rig)];
});

beforeEach(async () => {
  const body = { topic: 'Topic', participants: [participant(guest.id)] };
  threadId = (await rig.call('POST', THREADS, { token: owner.token, body })).body.chatThread.id;
});

afterAll(() => rig.close());

function call(user: User, method: string, below: string, body?: unknown) {
  return rig.call(method, threadPath(threadId, below), { token: user.token, body });
}

async function sendMessage(content = 'Hello'): Promise<string> {
  return (await call(owner, 'POST', '/messages', { content })).body.id;
}

describe('a message', () => {
  test('is sent and read', async () => {
    const sent = await call(owner, 'POST', '/messages', {
      content: '<b>Hi</b>',
      type: 'html',
      senderDisplayName: 'Owner',
      metadata: { a: 'b' },
    });
    const { id } = sent.body;
    expect(sent).toMatchObject({ status: 201, body: { id: expect.stringMatching(/^\d{13}$/) } });
    expect(sent.headers.get('location')).toContain(`/chat/threads/${encodeURIComponent(threadId)}/messages/${id}`);
    expect((await call(guest, 'GET', `/messages/${id}`)).body).toEqual({
      id,
      type: 'html',
      sequenceId: '3',
      version: id,
      content: { message: '<b>Hi</b>' },
      senderDisplayName: 'Owner',
      createdOn: '2026-01-15T08:30:00Z',
      senderCommunicationIdentifier: { rawId: owner.id, communicationUser: { id: owner.id } },
      metadata: { a: 'b' },
    });
  });

  test('updates the time of the thread’s last message', async () => {
    const list = () => rig.call('GET', THREADS, { token: guest.token });
    const own = ({ id }: { id: string }) => id === threadId;
    expect((await list()).body.value.find(own)).toEqual({ id: threadId, topic: 'Topic' });
    await sendMessage();
    expect((await list()).body.value.find(own)).toMatchObject({ lastMessageReceivedOn: '2026-01-15T08:30:00Z' });
  });

  test('is edited by its sender only', async () => {
    const id = await sendMessage();
    const refused = await call(guest, 'PATCH', `/messages/${id}`, { content: 'Mine' });
    // https://github.com/Azure-Samples/communication-services-javascript-quickstarts/issues/153
    const message = "The initiator doesn't have the permission to perform the requested operation.";
    expect(refused).toMatchObject({
      ...{ status: 403, body: { CommunicationError: { Code: 'Forbidden', Message: message, Details: [] } } },
    });
    expect((await call(owner, 'PATCH', `/messages/${id}`, { content: 'Edited' })).status).toBe(204);
    const { body } = await call(owner, 'GET', `/messages/${id}`);
    expect(body).toMatchObject({ content: { message: 'Edited' }, editedOn: '2026-01-15T08:30:00Z' });
    expect(Number(body.version)).toBeGreaterThan(Number(id));
  });

  // https://github.com/Azure/azure-sdk-for-net, SessionRecords/ChatClientsLiveTests/
  // Thread_CGUD__Participant_AUR__Message_GSU__Notification_T.json
  test('has a new sequence id after an edit or a deletion, and is the newest in the list', async () => {
    const [first, second] = [await sendMessage('first'), await sendMessage('second')];
    const newest = async () => {
      const { body } = await call(owner, 'GET', '/messages?maxPageSize=2');
      return body.value.map(({ id, sequenceId }: { id: string; sequenceId: string }) => [id, sequenceId]);
    };
    const changes = [
      [second, '4'],
      [first, '5'],
      [second, '6'],
    ];
    expect(await newest()).toEqual([changes[0], [first, '3']]);
    await call(owner, 'PATCH', `/messages/${first}`, { content: 'edited' });
    expect(await newest()).toEqual([changes[1], changes[0]]);
    await call(owner, 'DELETE', `/messages/${second}`);
    expect(await newest()).toEqual([changes[2], changes[1]]);
    const third = await sendMessage('third');
    expect(await newest()).toEqual([[third, '7'], changes[2]]);
    expect(Number(third)).toBeGreaterThan(Number(second));
    const { body } = await call(owner, 'GET', '/messages');
    const sequenceIds = body.value.map(({ sequenceId }: { sequenceId: string }) => sequenceId);
    expect(sequenceIds).toEqual(['7', '6', '5', '2', '1']);
  });

  test('loses a key of its metadata that an edit empties', async () => {
    const id = (await call(owner, 'POST', '/messages', { content: 'x', metadata: { tags: 'a', key: 'b' } })).body.id;
    await call(owner, 'PATCH', `/messages/${id}`, { metadata: { tags: '', key: 'b' } });
    expect((await call(owner, 'GET', `/messages/${id}`)).body.metadata).toEqual({ key: 'b' });
  });

  test('is deleted by its sender only, and remains with empty content', async () => {
    const id = await sendMessage();
    await call(owner, 'PATCH', `/messages/${id}`, { content: 'Edited' });
    expect((await call(guest, 'DELETE', `/messages/${id}`)).status).toBe(403);
    expect((await call(owner, 'DELETE', `/messages/${id}`)).status).toBe(204);
    const { body } = await call(owner, 'GET', `/messages/${id}`);
    expect(body).toMatchObject({ id, content: { message: '' }, deletedOn: '2026-01-15T08:30:00Z' });
    expect(body).not.toHaveProperty('editedOn');
    expect((await call(owner, 'DELETE', `/messages/${id}`)).status).toBe(404);
  });

  test('from the system cannot be edited', async () => {
    const { body } = await call(owner, 'GET', '/messages');
    expect((await call(owner, 'PATCH', `/messages/${body.value[0].id}`, { content: 'x' })).status).toBe(403);
  });

  test.each([
    [28 * 1024, 201],
    [28 * 1024 + 1, 413],
  ])('of %i bytes is %i', async (bytes, status) => {
    expect((await call(owner, 'POST', '/messages', { content: 'x'.repeat(bytes) })).status).toBe(status);
  });

  test.each([{}, { content: '' }, { content: 'x', type: 'topicUpdated' }])('cannot be %j', async (body) => {
    expect((await call(owner, 'POST', '/messages', body)).status).toBe(400);
  });

  test.each([
    ['GET', '/messages/1', undefined],
    ['PATCH', '/messages/1', { content: 'x' }],
    ['DELETE', '/messages/1', undefined],
    ['POST', '/readReceipts', { chatMessageId: '1' }],
  ])('is not found under an unknown id: %s %s', async (method, below, body) => {
    // https://github.com/Azure/azure-sdk-for-js/issues/35107
    const { status, body: error } = await call(owner, method, below, body);
    expect({ status, error }).toEqual({
      status: 404,
      error: { CommunicationError: { Code: 'NotFound', Details: [] } },
    });
  });

  test('that was deleted cannot be edited', async () => {
    const id = await sendMessage();
    await call(owner, 'DELETE', `/messages/${id}`);
    expect((await call(owner, 'PATCH', `/messages/${id}`, { content: 'x' })).status).toBe(404);
    expect((await call(guest, 'PATCH', `/messages/${id}`, { content: 'x' })).status).toBe(403);
  });

  test('from the system cannot be deleted', async () => {
    const { body } = await call(owner, 'GET', '/messages');
    expect((await call(owner, 'DELETE', `/messages/${body.value[0].id}`)).status).toBe(403);
  });
});

test('a participant with a shareHistoryTime does not see earlier messages', async () => {
  const late = await createUser(rig);
  const before = await sendMessage('before');
  rig.clock.advance(60_000);
  const joining = { ...participant(late.id), shareHistoryTime: rig.clock.now().toISOString() };
  expect((await call(owner, 'POST', '/participants/:add', { participants: [joining] })).status).toBe(201);
  await sendMessage('after');
  const { body } = await call(late, 'GET', '/messages');
  expect(body.value.map(({ type }: { type: string }) => type)).toEqual(['text', 'participantAdded']);
  expect((await call(late, 'GET', `/messages/${before}`)).status).toBe(404);
});

describe('receipts and typing', () => {
  test('show the newest message that each participant has read', async () => {
    const [first, second] = [await sendMessage(), await sendMessage()];
    for (const chatMessageId of [first, second, first]) {
      const answer = await call(guest, 'POST', '/readReceipts', { chatMessageId });
      expect(answer).toMatchObject({ status: 200, body: undefined });
    }
    expect((await call(owner, 'GET', '/readReceipts')).body).toEqual({
      value: [
        {
          senderCommunicationIdentifier: { rawId: guest.id, communicationUser: { id: guest.id } },
          chatMessageId: second,
          readOn: rig.clock.now().toISOString().replace('.250Z', 'Z'),
        },
      ],
    });
    expect((await call(guest, 'POST', '/readReceipts', { chatMessageId: '1' })).status).toBe(404);
  });

  test('typing returns 200 with and without a body', async () => {
    expect(await call(guest, 'POST', '/typing')).toMatchObject({ status: 200, body: undefined });
    expect((await call(guest, 'POST', '/typing', { senderDisplayName: 'Guest' })).status).toBe(200);
  });
});

describe('scopes', () => {
  async function join(scope: string): Promise<User> {
    const user = await createUser(rig, [scope]);
    await call(owner, 'POST', '/participants/:add', { participants: [participant(user.id)] });
    return user;
  }

  test.each([
    ['chat', 201, 204, 201, 201],
    ['chat.join', 403, 403, 201, 201],
    ['chat.join.limited', 403, 403, 403, 201],
    ['voip', 403, 403, 403, 403],
  ])('%s: create %i, update %i, add %i, send %i', async (scope, create, update, add, send) => {
    const user = await join(scope);
    const created = await rig.call('POST', THREADS, { token: user.token, body: { topic: 'T' } });
    expect(created.status).toBe(create);
    expect((await call(user, 'PATCH', '', { topic: 'U' })).status).toBe(update);
    expect((await call(user, 'POST', '/participants/:add', { participants: [] })).status).toBe(add);
    expect((await call(user, 'POST', '/messages', { content: 'Hello' })).status).toBe(send);
  });
});
