import { randomUUID } from 'node:crypto';
import type { ThreadCreated } from '../../chat/chatEvents.ts';
import { invalidChatRequest, readMetadata, readRetentionPolicy } from '../../chat/chatRules.ts';
import type { ChatThread } from '../../chat/chatThread.ts';
import { writeThread } from '../../chat/chatWire.ts';
import { checkThreadSize, readParticipants } from '../../chat/participants.ts';
import type { Context } from '../../context.ts';
import { type Answer, type Call, defineRoute, readJson } from '../../http/route.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/chat/threads',
  service: 'chat',
  auth: 'chatThreads',
  handle: createChatThread,
});

/** A `repeatability-request-id` that the user has used gets the thread of the first time, whatever else differs. */
function createChatThread(call: Call, emulator: Context): Answer {
  const repeatabilityRequestId = call.header('repeatability-request-id');
  const repeated = repeatabilityRequestId && emulator.chat.findRepeated(call.userId, repeatabilityRequestId);
  if (repeated) return created(call, repeated);
  const event = readThread(call, emulator);
  emulator.record({ ...event, ...(repeatabilityRequestId && { repeatabilityRequestId }) });
  const thread = emulator.chat.thread(event.threadId);
  if (!thread) throw new Error(`The thread ${event.threadId} was not stored.`);
  return created(call, thread);
}

function readThread(call: Call, emulator: Context): ThreadCreated {
  const body = readJson(call, invalidChatRequest);
  const topic = body.text('topic');
  const { participants, invalidParticipants } = readParticipants(body, emulator);
  const creator = participants.find(({ rawId }) => rawId === call.userId) ?? {
    rawId: call.userId,
    shareHistoryTime: 0,
  };
  const others = participants.filter(({ rawId }) => rawId !== call.userId);
  checkThreadSize(new Set([creator, ...others].map(({ rawId }) => rawId)));
  const metadata = readMetadata(body);
  const retentionPolicy = readRetentionPolicy(body);
  return {
    store: 'chat',
    type: 'threadCreated',
    threadId: newThreadId(),
    at: emulator.now().getTime(),
    by: call.userId,
    topic,
    participants: [creator, ...others],
    invalidParticipants,
    ...(metadata && { metadata }),
    ...(retentionPolicy && { retentionPolicy }),
  };
}

function created(call: Call, thread: ChatThread): Answer {
  const { invalidParticipants } = thread;
  return {
    status: 201,
    headers: { location: `${call.baseUrl}/chat/threads/${encodeURIComponent(thread.id)}` },
    body: { chatThread: writeThread(thread), ...(invalidParticipants.length > 0 && { invalidParticipants }) },
  };
}

function newThreadId(): string {
  const unique = Buffer.from(randomUUID().replaceAll('-', ''), 'hex').toString('base64url');
  return `19:${unique}@thread.v2`;
}
