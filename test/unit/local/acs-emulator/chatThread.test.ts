import { expect, test } from 'vitest';
import { ChatThread } from '../../../../infra/local/acs-emulator/chat/chatThread.ts';

const change = { store: 'chat', threadId: 't', by: 'anna' } as const;

function threadWithTopics(count: number): ChatThread {
  const created = {
    ...change,
    type: 'threadCreated',
    at: 0,
    topic: '0',
    participants: [],
    invalidParticipants: [],
  } as const;
  const thread = new ChatThread(created, 1);
  thread.send({ ...change, type: 'messageSent', at: 1, messageType: 'text', content: 'Hello' });
  for (let topic = 1; topic < count; topic += 1) {
    thread.update({ ...change, type: 'threadUpdated', at: 1 + topic, topic: String(topic) });
  }
  return thread;
}

test('a thread keeps its newest 10,000 system messages, and all messages of people', () => {
  const { messages, sentMessages } = threadWithTopics(10_003);
  const kept = [...messages.values()];
  expect(kept).toHaveLength(10_001);
  expect(sentMessages).toBe(1);
  expect(kept.slice(0, 2).map(({ content }) => content)).toEqual([
    { kind: 'message', message: 'Hello' },
    { kind: 'topic', topic: '3', initiator: 'anna' },
  ]);
  expect(kept.at(-1)?.content).toMatchObject({ topic: '10002' });
});

test('a thread that is imported as it is gives the next message the same id and position', () => {
  const thread = threadWithTopics(5);
  thread.removeMessage(thread.lastMessageId);
  const copy = new ChatThread(thread.asImported(), 1);
  const [next, nextOfCopy] = [thread, copy].map((it) => {
    it.send({ ...change, type: 'messageSent', at: 1, messageType: 'text', content: 'Again' });
    return it.messages.get(it.lastMessageId);
  });
  expect(next).toMatchObject({ content: { message: 'Again' }, sequence: 7 });
  expect(nextOfCopy).toEqual(next);
});
