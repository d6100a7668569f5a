import { ChatClient } from '@azure/communication-chat';
import { AzureCommunicationTokenCredential } from '@azure/communication-common';
import { describe, expect, inject, test } from 'vitest';
import { threadsAbout } from '../setup/emulator.ts';
import { uniqueTopic } from '../setup/names.ts';
import { type ChatUser, chatUser, createThread } from './chatUsers.ts';
import { collect, SDK_TARGETS, TRUSTING } from './targets.ts';

const { acs } = inject('stack');

describe.each(SDK_TARGETS)('ChatClient against $name', (target) => {
  test('creates a thread as the user of the token', async () => {
    const topic = uniqueTopic();
    const owner = await chatUser(target);
    const { threadId, chatThread } = await createThread(owner, topic);
    expect(chatThread).toMatchObject({
      topic,
      createdOn: expect.any(Date),
      createdBy: { kind: 'communicationUser', communicationUserId: owner.user.communicationUserId },
    });
    expect(await threadsAbout(acs, topic)).toMatchObject([{ id: threadId }]);
  });

  test('lists threads, page by page', async () => {
    const owner = await chatUser(target);
    const topics = [uniqueTopic(), uniqueTopic(), uniqueTopic()];
    for (const topic of topics) await createThread(owner, topic);
    const pages = await collect(owner.client.listChatThreads({ maxPageSize: 2 }).byPage());
    expect(pages.map((page) => page.map(({ topic }) => topic))).toEqual([[topics[2], topics[1]], [topics[0]]]);
  });

  test('sends messages and lists them, page by page', async () => {
    const owner = await chatUser(target);
    const { threadId } = await createThread(owner, uniqueTopic());
    const thread = owner.client.getChatThreadClient(threadId);
    const ids: string[] = [];
    for (const content of ['one', 'two', '<b>three</b>']) {
      const options = { senderDisplayName: 'Owner', type: 'html' as const, metadata: { lang: 'en' } };
      ids.push((await thread.sendMessage({ content }, options)).id);
    }
    const pages = await collect(thread.listMessages({ maxPageSize: 2, startTime: new Date(0) }).byPage());
    expect(pages.map((page) => page.length)).toEqual([2, 2, 1]);
    const messages = pages.flat();
    expect(messages.map(({ type }) => type)).toEqual(['html', 'html', 'html', 'topicUpdated', 'participantAdded']);
    expect(messages.slice(0, 3).map(({ id }) => id)).toEqual(ids.reverse());
    expect(messages[0]).toMatchObject({
      content: { message: '<b>three</b>' },
      senderDisplayName: 'Owner',
      sender: { kind: 'communicationUser', communicationUserId: owner.user.communicationUserId },
      metadata: { lang: 'en' },
    });
  });

  test('a participant reads and answers, and others may not', async () => {
    const [owner, guest, stranger] = [await chatUser(target), await chatUser(target), await chatUser(target)];
    const topic = uniqueTopic();
    const { threadId } = await createThread(owner, topic, guest);
    await owner.client.getChatThreadClient(threadId).sendMessage({ content: 'Welcome' });
    expect((await collect(guest.client.listChatThreads())).map((item) => item.topic)).toEqual([topic]);
    const asGuest = guest.client.getChatThreadClient(threadId);
    expect((await collect(asGuest.listMessages()))[0]?.content?.message).toBe('Welcome');
    await asGuest.sendMessage({ content: 'Thanks' });
    const asStranger = stranger.client.getChatThreadClient(threadId);
    await expect(collect(asStranger.listMessages())).rejects.toMatchObject({ statusCode: 403 });
    await expect(asStranger.sendMessage({ content: 'Me too' })).rejects.toMatchObject({ statusCode: 403 });
    const [thread] = await threadsAbout(acs, topic);
    expect(thread?.messages.flatMap(({ content }) => content.message ?? [])).toEqual(['Welcome', 'Thanks']);
  });

  test('gets, edits and deletes a message', async () => {
    const owner = await chatUser(target);
    const { threadId } = await createThread(owner, uniqueTopic());
    const thread = owner.client.getChatThreadClient(threadId);
    const { id } = await thread.sendMessage({ content: 'Hello' }, { senderDisplayName: 'Owner' });
    const sent = await thread.getMessage(id);
    expect(sent).toMatchObject({
      ...{ id, type: 'text', sequenceId: '3', version: id, content: { message: 'Hello' } },
      ...{ senderDisplayName: 'Owner', createdOn: expect.any(Date) },
      sender: { kind: 'communicationUser', communicationUserId: owner.user.communicationUserId },
    });
    await thread.updateMessage(id, { content: 'Hello, all', metadata: { edited: 'yes' } });
    const edited = await thread.getMessage(id);
    expect(edited).toMatchObject({ content: { message: 'Hello, all' }, metadata: { edited: 'yes' } });
    expect(edited).toMatchObject({ createdOn: sent.createdOn, editedOn: expect.any(Date) });
    await thread.updateMessage(id, { metadata: { edited: 'twice' } });
    expect((await thread.getMessage(id)).content).toEqual({ message: 'Hello, all' });
    await thread.deleteMessage(id);
    const deleted = await thread.getMessage(id);
    expect(deleted).toMatchObject({ id, content: { message: '' }, deletedOn: expect.any(Date) });
    // https://github.com/Azure/azure-sdk-for-net, SessionRecords/ChatClientsLiveTests/
    // Thread_CGUD__Participant_AUR__Message_GSU__Notification_T.json
    expect([sent, edited, deleted].map(({ sequenceId }) => sequenceId)).toEqual(['3', '4', '6']);
    expect(deleted.editedOn).toBeUndefined();
  });

  test('may not change what it has not sent', async () => {
    const [owner, guest] = [await chatUser(target), await chatUser(target)];
    const { threadId } = await createThread(owner, uniqueTopic(), guest);
    const [asOwner, asGuest] = [owner, guest].map(({ client }) => client.getChatThreadClient(threadId));
    if (!asOwner || !asGuest) throw new Error('unreachable');
    const { id } = await asOwner.sendMessage({ content: 'Mine' });
    const [announced] = await collect(asOwner.listMessages()).then((all) => all.slice(-1));
    const forbidden = { statusCode: 403 };
    await expect(asGuest.updateMessage(id, { content: 'Yours' })).rejects.toMatchObject(forbidden);
    await expect(asGuest.deleteMessage(id)).rejects.toMatchObject(forbidden);
    await expect(asOwner.deleteMessage(announced?.id ?? '')).rejects.toMatchObject(forbidden);
    const unknown = { statusCode: 404 };
    await expect(asOwner.getMessage('1')).rejects.toMatchObject(unknown);
    await expect(asOwner.updateMessage('1', { content: 'x' })).rejects.toMatchObject(unknown);
    await expect(asOwner.deleteMessage('1')).rejects.toMatchObject(unknown);
    await expect(asOwner.sendReadReceipt({ chatMessageId: '1' })).rejects.toMatchObject(unknown);
    expect((await asOwner.getMessage(id)).content).toEqual({ message: 'Mine' });
  });

  test('sends read receipts and lists them, page by page', async () => {
    const [owner, guest] = [await chatUser(target), await chatUser(target)];
    const { threadId } = await createThread(owner, uniqueTopic(), guest);
    const [asOwner, asGuest] = [owner.client.getChatThreadClient(threadId), guest.client.getChatThreadClient(threadId)];
    const [first, second] = [
      await asOwner.sendMessage({ content: 'one' }),
      await asOwner.sendMessage({ content: 'two' }),
    ];
    await asOwner.sendReadReceipt({ chatMessageId: first.id });
    await asGuest.sendReadReceipt({ chatMessageId: second.id });
    const pages = await collect(asOwner.listReadReceipts({ maxPageSize: 1 }).byPage());
    const receiptOf = ({ user }: ChatUser, chatMessageId: string) => ({
      sender: { kind: 'communicationUser', ...user },
      ...{ chatMessageId, readOn: expect.any(Date) },
    });
    expect(pages).toEqual([[receiptOf(owner, first.id)], [receiptOf(guest, second.id)]]);
    expect(await collect(asOwner.listReadReceipts({ skip: 1 }))).toEqual([receiptOf(guest, second.id)]);
  });

  test('gets no read receipts of a thread with more than 20 participants', async () => {
    const owner = await chatUser(target);
    const guests = await Promise.all(Array.from({ length: 20 }, () => chatUser(target)));
    const { threadId } = await createThread(owner, uniqueTopic(), ...guests);
    const thread = owner.client.getChatThreadClient(threadId);
    const { id } = await thread.sendMessage({ content: 'Hello' });
    await thread.sendReadReceipt({ chatMessageId: id });
    expect(await collect(thread.listReadReceipts())).toEqual([]);
  });

  test('shows that it is typing', async () => {
    const owner = await chatUser(target);
    const { threadId } = await createThread(owner, uniqueTopic());
    const thread = owner.client.getChatThreadClient(threadId);
    expect(await thread.sendTypingNotification({ senderDisplayName: 'Owner' })).toBe(true);
    const stranger = (await chatUser(target)).client.getChatThreadClient(threadId);
    await expect(stranger.sendTypingNotification()).rejects.toMatchObject({ statusCode: 403 });
  });

  test('learns who could not be added', async () => {
    const owner = await chatUser(target);
    const nobody = `${owner.user.communicationUserId.slice(0, -12)}000000000000`;
    const participants = [{ id: { communicationUserId: nobody } }];
    const made = await owner.client.createChatThread({ topic: uniqueTopic() }, { participants });
    expect(made.invalidParticipants).toMatchObject([{ target: nobody, code: '404' }]);
  });

  test('is denied with a token that is none', async () => {
    const owner = await chatUser(target);
    const { threadId } = await createThread(owner, uniqueTopic());
    const expiresOn = Math.floor(Date.now() / 1000) + 3600;
    const parts = [{ alg: 'none' }, { exp: expiresOn }].map((it) =>
      Buffer.from(JSON.stringify(it)).toString('base64url'),
    );
    const credential = new AzureCommunicationTokenCredential([...parts, 'forged'].join('.'));
    const client = new ChatClient(target.tlsEndpoint, credential, TRUSTING);
    const send = client.getChatThreadClient(threadId).sendMessage({ content: 'Hello' });
    await expect(send).rejects.toMatchObject({ statusCode: 401 });
  });
});
