import { collect } from '../targets.ts';
import type { Case, ChatUser, MemberCases, Side } from './side.ts';

/** A user of the same resource that does not exist. */
export const nobodyLike = (communicationUserId: string) => ({
  communicationUserId: `${communicationUserId.slice(0, -12)}000000000000`,
});

/** A thread of the same form that does not exist. */
export const NO_THREAD = '19:AAAAAAAAAAAAAAAAAAAAAA@thread.v2';

const createThread =
  (request: object, options: (side: Side) => Promise<object> | object = () => ({})): Case =>
  async (side) => {
    const { chat } = await side.chatUser();
    const prepared = await options(side);
    return () => chat.createChatThread({ topic: 'Topic', ...request }, prepared);
  };

/** The package for Node has no client of the real-time service: these throw without a request. */
const inNode =
  (use: (chat: ChatUser['chat']) => unknown): Case =>
  async (side) => {
    const { chat } = await side.chatUser();
    return () => use(chat);
  };

export const CHAT_CASES: Readonly<Record<string, MemberCases>> = {
  'ChatClient.createChatThread': {
    succeeds: {
      'a topic': createThread({}),
      'an empty topic': createThread({ topic: '' }),
      'a participant with a name and a shared history': createThread({}, async ({ chatUser }) => ({
        participants: [{ id: (await chatUser()).user, displayName: 'Guest', shareHistoryTime: new Date(0) }],
      })),
      'a participant that does not exist': createThread({}, async ({ chatUser }) => ({
        participants: [{ id: nobodyLike((await chatUser()).user.communicationUserId) }],
      })),
      'metadata and a retention policy': createThread({}, () => ({
        metadata: { order: '17' },
        retentionPolicy: { kind: 'threadCreationDate', deleteThreadAfterDays: 30 },
      })),
      'one idempotency token twice': async (side) => {
        const { chat } = await side.chatUser();
        const options = { idempotencyToken: crypto.randomUUID() };
        return async () => [
          await chat.createChatThread({ topic: 'Topic' }, options),
          await chat.createChatThread({ topic: 'Topic' }, options),
        ];
      },
    },
    fails: {
      'a retention that is too short': createThread({}, () => ({
        retentionPolicy: { kind: 'threadCreationDate', deleteThreadAfterDays: 1 },
      })),
      'a forged token': (side) => () => side.stranger().chat.createChatThread({ topic: 'Topic' }),
      'a token without the scope': async (side) => {
        const { chat } = await side.chatUser(['chat.join']);
        return () => chat.createChatThread({ topic: 'Topic' });
      },
    },
  },
  'ChatClient.listChatThreads': {
    succeeds: {
      pages: async (side) => {
        const { chat } = await side.chatUser();
        for (const topic of ['one', 'two', 'three']) await chat.createChatThread({ topic });
        return () => collect(chat.listChatThreads({ maxPageSize: 2 }).byPage());
      },
      'a start time': async (side) => {
        const { chat } = await side.chatUser();
        await chat.createChatThread({ topic: 'one' });
        return async () => [
          await collect(chat.listChatThreads({ startTime: new Date(0) })),
          await collect(chat.listChatThreads({ startTime: new Date('2100-01-01T00:00:00Z') })),
        ];
      },
    },
    fails: {
      'a forged token': (side) => () => collect(side.stranger().chat.listChatThreads()),
    },
  },
  'ChatClient.deleteChatThread': {
    succeeds: {
      'a thread': async (side) => {
        const { id, owner } = await side.thread();
        return async () => {
          const result = await owner.chat.deleteChatThread(id);
          return { result, afterwards: await collect(owner.chat.listChatThreads()) };
        };
      },
    },
    fails: {
      'a thread that does not exist': async (side) => {
        const { chat } = await side.chatUser();
        return () => chat.deleteChatThread(NO_THREAD);
      },
      'a thread of others': async (side) => {
        const [{ id }, { chat }] = [await side.thread(), await side.chatUser()];
        return () => chat.deleteChatThread(id);
      },
      'a forged token': async (side) => {
        const { id } = await side.thread();
        return () => side.stranger().chat.deleteChatThread(id);
      },
    },
  },
  'ChatClient.getChatThreadClient': {
    succeeds: {
      'a thread': async (side) => {
        const { id, owner } = await side.thread();
        return () => owner.chat.getChatThreadClient(id).threadId;
      },
    },
  },
  'ChatClient.startRealtimeNotifications': {
    succeeds: {},
    fails: { 'in Node': inNode((chat) => chat.startRealtimeNotifications()) },
  },
  'ChatClient.stopRealtimeNotifications': {
    succeeds: {},
    fails: { 'in Node': inNode((chat) => chat.stopRealtimeNotifications()) },
  },
  'ChatClient.on': {
    succeeds: {},
    fails: { 'in Node': inNode((chat) => chat.on('chatMessageReceived', () => undefined)) },
  },
  'ChatClient.off': {
    succeeds: {},
    fails: { 'in Node': inNode((chat) => chat.off('chatMessageReceived', () => undefined)) },
  },
};
