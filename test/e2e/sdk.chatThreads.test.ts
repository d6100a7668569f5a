import { describe, expect, test } from 'vitest';
import { uniqueTopic } from '../setup/names.ts';
import { type ChatUser, chatUser, createThread } from './chatUsers.ts';
import { collect, SDK_TARGETS } from './targets.ts';

const idOf = ({ user }: ChatUser) => user.communicationUserId;

// Expected values are those of Azure/azure-sdk-for-net, ChatClientsLiveTests: `Update_Thread_Properties`, and of the
// examples of the REST API (Azure/azure-rest-api-specs, Chat 2025-03-15).

describe.each(SDK_TARGETS)('ChatThreadClient against $name', (target) => {
  test('reads the properties of a thread and changes some, while the others remain', async () => {
    const owner = await chatUser(target);
    const topic = uniqueTopic();
    const forty = { kind: 'threadCreationDate', deleteThreadAfterDays: 40 } as const;
    const { chatThread } = await owner.client.createChatThread(
      { topic },
      { metadata: { threadType: 'primary', secondaryThread: 'test-id' }, retentionPolicy: forty },
    );
    const thread = owner.client.getChatThreadClient(chatThread?.id ?? '');
    const made = {
      id: chatThread?.id,
      topic,
      createdOn: expect.any(Date),
      createdBy: { kind: 'communicationUser', communicationUserId: idOf(owner) },
      metadata: { threadType: 'primary', secondaryThread: 'test-id' },
      retentionPolicy: forty,
    };
    expect(await thread.getProperties()).toEqual(made);
    await thread.updateTopic('New topic');
    expect(await thread.getProperties()).toEqual({ ...made, topic: 'New topic' });
    await thread.updateProperties({ metadata: { threadType: 'secondary' } });
    const metadata = { threadType: 'secondary', secondaryThread: 'test-id' };
    expect(await thread.getProperties()).toEqual({ ...made, topic: 'New topic', metadata });
    await thread.updateProperties({ topic: 'Last topic', retentionPolicy: { kind: 'none' } });
    const last = { ...made, topic: 'Last topic', metadata, retentionPolicy: { kind: 'none' } };
    expect(await thread.getProperties()).toEqual(last);
    await thread.updateProperties({});
    expect(await thread.getProperties()).toEqual(last);
    expect((await collect(thread.listMessages()))[0]).toMatchObject({
      ...{ type: 'topicUpdated', content: { topic: 'Last topic' } },
    });
  });

  test('adds participants, lists them by page, and learns who cannot be added', async () => {
    const [owner, guest, other] = [await chatUser(target), await chatUser(target), await chatUser(target)];
    const { threadId } = await createThread(owner, uniqueTopic(), guest);
    const thread = owner.client.getChatThreadClient(threadId);
    const shareHistoryTime = new Date('2026-01-15T08:30:00Z');
    const nobody = `${idOf(owner).slice(0, -12)}000000000000`;
    const teamsUser = { microsoftTeamsUserId: 'c55a35fe-1b35-4f0e-8d55-7c1b60a4d8f2' };
    const participants = [
      { id: other.user, displayName: 'Other', shareHistoryTime, metadata: { role: 'host' } },
      { id: { communicationUserId: nobody } },
      { id: teamsUser },
    ];
    const { invalidParticipants } = await thread.addParticipants({ participants });
    expect(invalidParticipants).toMatchObject([
      { target: nobody, code: '404' },
      { target: `8:orgid:${teamsUser.microsoftTeamsUserId}`, code: '403', message: 'Permissions check failed' },
    ]);
    const pages = await collect(thread.listParticipants({ maxPageSize: 2 }).byPage());
    expect(pages).toMatchObject([
      [
        { id: { kind: 'communicationUser', communicationUserId: idOf(owner) } },
        { id: { communicationUserId: idOf(guest) }, displayName: 'Guest', shareHistoryTime: new Date(0) },
      ],
      [{ id: { communicationUserId: idOf(other) }, ...{ displayName: 'Other', shareHistoryTime } }],
    ]);
    expect(pages[1]?.[0]?.metadata).toEqual({ role: 'host' });
    const rest = await collect(thread.listParticipants({ maxPageSize: 5, skip: 1 }));
    expect(rest.map(({ displayName }) => displayName)).toEqual(['Guest', 'Other']);
  });

  test('adds a participant again, which changes nothing', async () => {
    const [owner, guest] = [await chatUser(target), await chatUser(target)];
    const { threadId } = await createThread(owner, uniqueTopic(), guest);
    const thread = owner.client.getChatThreadClient(threadId);
    const before = await collect(thread.listParticipants());
    expect(await thread.addParticipants({ participants: [{ id: guest.user, displayName: 'Twice' }] })).toEqual({});
    expect(await collect(thread.listParticipants())).toEqual(before);
  });

  test('removes a participant, who only sees the thread in its list', async () => {
    const [owner, guest] = [await chatUser(target), await chatUser(target)];
    const topic = uniqueTopic();
    const { threadId } = await createThread(owner, topic, guest);
    const asGuest = guest.client.getChatThreadClient(threadId);
    await owner.client.getChatThreadClient(threadId).removeParticipant(guest.user);
    const forbidden = { statusCode: 403 };
    await expect(asGuest.getProperties()).rejects.toMatchObject(forbidden);
    await expect(asGuest.updateTopic('Mine')).rejects.toMatchObject(forbidden);
    await expect(asGuest.addParticipants({ participants: [{ id: guest.user }] })).rejects.toMatchObject(forbidden);
    await expect(asGuest.removeParticipant(owner.user)).rejects.toMatchObject(forbidden);
    await expect(collect(asGuest.listParticipants())).rejects.toMatchObject(forbidden);
    await expect(guest.client.deleteChatThread(threadId)).rejects.toMatchObject(forbidden);
    expect((await collect(guest.client.listChatThreads())).map((it) => it.topic)).toEqual([topic]);
    const participants = await collect(owner.client.getChatThreadClient(threadId).listParticipants());
    expect(participants.map(({ id }) => id)).toMatchObject([{ communicationUserId: idOf(owner) }]);
  });

  test('leaves a thread', async () => {
    const [owner, guest] = [await chatUser(target), await chatUser(target)];
    const { threadId } = await createThread(owner, uniqueTopic(), guest);
    await guest.client.getChatThreadClient(threadId).removeParticipant(guest.user);
    expect(await collect(owner.client.getChatThreadClient(threadId).listParticipants())).toHaveLength(1);
  });

  test('deletes a thread, which then is not found but listed with the time of its deletion', async () => {
    const [owner, stranger] = [await chatUser(target), await chatUser(target)];
    const { threadId } = await createThread(owner, uniqueTopic());
    await expect(stranger.client.deleteChatThread(threadId)).rejects.toMatchObject({ statusCode: 403 });
    await owner.client.deleteChatThread(threadId);
    const thread = owner.client.getChatThreadClient(threadId);
    const notFound = { statusCode: 404 };
    await expect(thread.getProperties()).rejects.toMatchObject(notFound);
    await expect(thread.updateTopic('Again')).rejects.toMatchObject(notFound);
    await expect(owner.client.deleteChatThread(threadId)).rejects.toMatchObject(notFound);
    expect(await collect(owner.client.listChatThreads())).toMatchObject([
      { id: threadId, deletedOn: expect.any(Date) },
    ]);
  });
});
