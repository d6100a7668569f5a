import { ChatThreadClient as BetaThreadClient } from '@azure/communication-chat-beta';
import { AzureCommunicationTokenCredential } from '@azure/communication-common';
import { collect } from '../targets.ts';
import { NO_THREAD, nobodyLike } from './chatCases.ts';
import type { Case, Cases, MemberCases, Side, Thread, ThreadMembers } from './side.ts';

/** One call of the owner, in a thread of two. */
const asOwner =
  (act: (thread: ThreadMembers, facts: Thread) => unknown): Case =>
  async (side) => {
    const facts = await side.thread();
    return () => act(facts.asOwner, facts);
  };

type CallOnMessage = (thread: ThreadMembers, id: string, facts: Thread) => unknown;

/** The same after the owner has sent a message. */
const onMessage =
  (act: CallOnMessage): Case =>
  async (side) => {
    const facts = await side.thread();
    const { id } = await facts.asOwner.sendMessage({ content: 'Hello' }, { senderDisplayName: 'Owner' });
    return () => act(facts.asOwner, id, facts);
  };

/** Who may not call a method of a thread, whatever the method. */
function refused(act: (thread: ThreadMembers, facts: Thread) => unknown): Cases {
  return {
    'a user who is not in the thread': async (side) => {
      const [facts, { chat }] = [await side.thread(), await side.chatUser()];
      return () => act(chat.getChatThreadClient(facts.id), facts);
    },
    'a thread that does not exist': async (side) => {
      const facts = await side.thread();
      return () => act(facts.owner.chat.getChatThreadClient(NO_THREAD), facts);
    },
    'a forged token': async (side) => {
      const facts = await side.thread();
      return () => act(side.stranger().chat.getChatThreadClient(facts.id), facts);
    },
  };
}

/** The same for a message; also one that does not exist. */
function refusedOnMessage(act: (thread: ThreadMembers, id: string) => unknown): Cases {
  return {
    'a message that does not exist': asOwner((thread) => act(thread, '1')),
    'a user who is not in the thread': async (side) => {
      const [{ id, asOwner: thread }, { chat }] = [await side.thread(), await side.chatUser()];
      const sent = await thread.sendMessage({ content: 'Hello' });
      return () => act(chat.getChatThreadClient(id), sent.id);
    },
  };
}

const participantIds = async (thread: ThreadMembers) => (await collect(thread.listParticipants())).map(({ id }) => id);

/** A side effect and what can be read after it. */
const thenRead =
  <Read>(act: CallOnMessage, read: (thread: ThreadMembers, id: string) => Promise<Read>): CallOnMessage =>
  async (thread, id, facts) => ({ result: await act(thread, id, facts), afterwards: await read(thread, id) });

const TOO_LONG = 'a'.repeat(29 * 1024);

const MESSAGES: Readonly<Record<string, MemberCases>> = {
  'ChatThreadClient.sendMessage': {
    succeeds: {
      text: asOwner((thread) => thread.sendMessage({ content: 'Hello' })),
      'html with everything that a message can have': asOwner(async (thread) => {
        const options = { senderDisplayName: 'Owner', type: 'html' as const, metadata: { lang: 'en' } };
        const sent = await thread.sendMessage({ content: '<b>Hello</b>' }, options);
        return { sent, afterwards: await collect(thread.listMessages()) };
      }),
    },
    fails: {
      ...refused((thread) => thread.sendMessage({ content: 'Hello' })),
      'no content': asOwner((thread) => thread.sendMessage({ content: '' })),
      'content that is too long': asOwner((thread) => thread.sendMessage({ content: TOO_LONG })),
      'metadata that is too long': asOwner((thread) =>
        thread.sendMessage({ content: 'Hello' }, { metadata: { a: 'a'.repeat(2000) } }),
      ),
    },
  },
  'ChatThreadClient.getMessage': {
    succeeds: {
      'a message': onMessage((thread, id) => thread.getMessage(id)),
      'a message of the system': async (side) => {
        const { asOwner: thread } = await side.thread();
        const messages = await collect(thread.listMessages());
        return () => Promise.all(messages.map(({ id }) => thread.getMessage(id)));
      },
    },
    fails: refusedOnMessage((thread, id) => thread.getMessage(id)),
  },
  'ChatThreadClient.listMessages': {
    succeeds: {
      pages: onMessage((thread) => collect(thread.listMessages({ maxPageSize: 2 }).byPage())),
      'a start time': onMessage((thread) =>
        collect(thread.listMessages({ startTime: new Date('2100-01-01T00:00:00Z') })),
      ),
    },
    fails: refused((thread) => collect(thread.listMessages())),
  },
  'ChatThreadClient.updateMessage': {
    succeeds: {
      'content and metadata': onMessage(
        thenRead(
          (thread, id) => thread.updateMessage(id, { content: 'Changed', metadata: { lang: 'de' } }),
          (thread, id) => thread.getMessage(id),
        ),
      ),
    },
    fails: {
      ...refusedOnMessage((thread, id) => thread.updateMessage(id, { content: 'Changed' })),
      'a message of someone else': onMessage((_, id, { asGuest }) => asGuest.updateMessage(id, { content: 'Changed' })),
      'content that is too long': onMessage((thread, id) => thread.updateMessage(id, { content: TOO_LONG })),
    },
  },
  'ChatThreadClient.deleteMessage': {
    succeeds: {
      'a message': onMessage(
        thenRead(
          (thread, id) => thread.deleteMessage(id),
          (thread, id) => thread.getMessage(id),
        ),
      ),
    },
    fails: {
      ...refusedOnMessage((thread, id) => thread.deleteMessage(id)),
      'a message of someone else': onMessage((_, id, { asGuest }) => asGuest.deleteMessage(id)),
    },
  },
  'ChatThreadClient.sendReadReceipt': {
    succeeds: {
      'a message': onMessage(
        thenRead(
          (_, chatMessageId, { asGuest }) => asGuest.sendReadReceipt({ chatMessageId }),
          (thread) => collect(thread.listReadReceipts()),
        ),
      ),
    },
    fails: refusedOnMessage((thread, chatMessageId) => thread.sendReadReceipt({ chatMessageId })),
  },
  'ChatThreadClient.listReadReceipts': {
    succeeds: {
      pages: async (side) => {
        const { asOwner: thread, asGuest } = await side.thread();
        const { id: chatMessageId } = await thread.sendMessage({ content: 'Hello' });
        for (const reader of [thread, asGuest]) await reader.sendReadReceipt({ chatMessageId });
        return () => collect(thread.listReadReceipts({ maxPageSize: 1 }).byPage());
      },
    },
    fails: refused((thread) => collect(thread.listReadReceipts())),
  },
  'ChatThreadClient.sendTypingNotification': {
    succeeds: {
      'twice, of which the SDK sends one': asOwner(async (thread) => [
        await thread.sendTypingNotification(),
        await thread.sendTypingNotification(),
      ]),
      'a display name': asOwner((thread) => thread.sendTypingNotification({ senderDisplayName: 'Owner' })),
    },
    fails: refused((thread) => thread.sendTypingNotification()),
  },
};

const PROPERTIES_AND_PARTICIPANTS: Readonly<Record<string, MemberCases>> = {
  'ChatThreadClient.threadId': { succeeds: { 'a thread': asOwner(({ threadId }) => threadId) } },
  'ChatThreadClient.getProperties': {
    succeeds: { 'a thread': asOwner((thread) => thread.getProperties()) },
    fails: refused((thread) => thread.getProperties()),
  },
  'ChatThreadClient.updateTopic': {
    succeeds: {
      'a topic': asOwner(async (thread) => {
        const result = await thread.updateTopic('Changed');
        return { result, topic: (await thread.getProperties()).topic, messages: await collect(thread.listMessages()) };
      }),
    },
    fails: {
      ...refused((thread) => thread.updateTopic('Changed')),
      'an empty topic': asOwner((it) => it.updateTopic('')),
    },
  },
  'ChatThreadClient.updateProperties': {
    succeeds: {
      'everything that can change': asOwner(async (thread) => {
        const retentionPolicy = { kind: 'threadCreationDate' as const, deleteThreadAfterDays: 60 };
        const result = await thread.updateProperties({ topic: 'Changed', metadata: { order: '18' }, retentionPolicy });
        return { result, afterwards: await thread.getProperties() };
      }),
      'no retention any more': asOwner(async (thread) => {
        const result = await thread.updateProperties({ retentionPolicy: { kind: 'none' } });
        return { result, afterwards: await thread.getProperties() };
      }),
    },
    fails: {
      ...refused((thread) => thread.updateProperties({ topic: 'Changed' })),
      'an empty topic': asOwner((thread) => thread.updateProperties({ topic: '' })),
      'a retention that is too long': asOwner((thread) =>
        thread.updateProperties({ retentionPolicy: { kind: 'threadCreationDate', deleteThreadAfterDays: 91 } }),
      ),
    },
  },
  'ChatThreadClient.addParticipants': {
    succeeds: {
      'a participant, and one that does not exist': async (side) => {
        const [{ asOwner: thread }, { user }] = [await side.thread(), await side.chatUser()];
        const participants = [{ id: user, displayName: 'New' }, { id: nobodyLike(user.communicationUserId) }];
        return async () => {
          const result = await thread.addParticipants({ participants });
          return { result, afterwards: await collect(thread.listParticipants()) };
        };
      },
      'a participant who is in the thread': asOwner(async (thread, { guest }) => {
        const result = await thread.addParticipants({ participants: [{ id: guest.user, displayName: 'Other' }] });
        return { result, afterwards: await collect(thread.listParticipants()) };
      }),
      nobody: asOwner((thread) => thread.addParticipants({ participants: [] })),
    },
    fails: refused((thread, { guest }) => thread.addParticipants({ participants: [{ id: guest.user }] })),
  },
  'ChatThreadClient.listParticipants': {
    succeeds: {
      all: asOwner((thread) => collect(thread.listParticipants())),
      pages: asOwner((thread) => collect(thread.listParticipants({ maxPageSize: 1 }).byPage())),
    },
    fails: refused((thread) => collect(thread.listParticipants())),
  },
  'ChatThreadClient.removeParticipant': {
    succeeds: {
      'a participant': asOwner(async (thread, { guest }) => {
        const result = await thread.removeParticipant(guest.user);
        return { result, afterwards: await participantIds(thread) };
      }),
      'someone who is not in the thread': async (side) => {
        const [{ asOwner: thread }, { user }] = [await side.thread(), await side.chatUser()];
        return () => thread.removeParticipant(user);
      },
    },
    fails: refused((thread, { guest }) => thread.removeParticipant(guest.user)),
  },
};

/** Images exist in the beta only. */
const betaThread = async (side: Side) => {
  const { id, owner } = await side.thread();
  const credential = new AzureCommunicationTokenCredential(owner.token);
  return new BetaThreadClient(side.target.tlsEndpoint, id, credential, side.tlsOptions);
};

const IMAGES: Readonly<Record<string, MemberCases>> = {
  'ChatThreadClient.uploadImage': {
    succeeds: {},
    fails: {
      'an image': async (side) => {
        const thread = await betaThread(side);
        return () => thread.uploadImage(new Blob(['not really an image']), 'a.png');
      },
    },
  },
  'ChatThreadClient.deleteImage': {
    succeeds: {},
    fails: {
      'an image that does not exist': async (side) => {
        const thread = await betaThread(side);
        return () => thread.deleteImage('0-eus-d1-00000000000000000000000000000000');
      },
    },
  },
};

export const THREAD_CASES: Readonly<Record<string, MemberCases>> = {
  ...PROPERTIES_AND_PARTICIPANTS,
  ...MESSAGES,
  ...IMAGES,
};
