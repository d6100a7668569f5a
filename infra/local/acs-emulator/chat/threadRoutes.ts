import type { Context } from '../context.ts';
import { readJson } from '../http/fields.ts';
import type { RouteResult } from '../http/response.ts';
import type { Call } from '../http/route.ts';
import { badRequest } from './chatErrors.ts';
import { pageByPosition, pageBySkip, readStartTime, writePage } from './chatPaging.ts';
import {
  checkThreadSize,
  readIdentifier,
  readMetadata,
  readParticipants,
  readRetentionPolicy,
  requireThread,
} from './chatRules.ts';
import { type ChatThread, createThreadId, type ThreadCreated } from './chatThread.ts';
import { writeParticipant, writeThread, writeThreadItem } from './chatWire.ts';

/** A `repeatability-request-id` that the user has already used returns the first thread, even if the request differs. */
export function createChatThread(call: Call, context: Context): RouteResult {
  const repeatabilityRequestId = call.header('repeatability-request-id');
  const repeated = repeatabilityRequestId && context.chat.findRepeated(call.userId, repeatabilityRequestId);
  if (repeated) return { ...threadCreated(call, repeated), isRepeat: true };
  const event = readThread(call, context);
  context.record({ ...event, ...(repeatabilityRequestId && { repeatabilityRequestId }) });
  const thread = context.chat.thread(event.threadId);
  if (!thread) throw new Error(`The thread ${event.threadId} was not stored.`);
  return threadCreated(call, thread);
}

function readThread(call: Call, context: Context): ThreadCreated {
  const body = readJson(call, badRequest);
  const topic = body.string('topic');
  const { participants, invalidParticipants } = readParticipants(body, context);
  const by = call.userId;
  const creator = participants.find(({ rawId }) => rawId === by) ?? { rawId: by, shareHistoryTime: 0 };
  const others = participants.filter(({ rawId }) => rawId !== by);
  checkThreadSize(new Set([creator, ...others].map(({ rawId }) => rawId)));
  const metadata = readMetadata(body);
  const retentionPolicy = readRetentionPolicy(body);
  return {
    store: 'chat',
    type: 'threadCreated',
    threadId: createThreadId(),
    at: context.now().getTime(),
    by,
    topic,
    participants: [creator, ...others],
    invalidParticipants,
    ...(metadata && { metadata }),
    ...(retentionPolicy && { retentionPolicy }),
  };
}

function threadCreated(call: Call, thread: ChatThread): RouteResult {
  const { invalidParticipants } = thread;
  return {
    status: 201,
    headers: { location: `${call.baseUrl}/chat/threads/${encodeURIComponent(thread.id)}` },
    body: { chatThread: writeThread(thread), ...(invalidParticipants.length > 0 && { invalidParticipants }) },
  };
}

export function listChatThreads(call: Call, context: Context): RouteResult {
  const from = readStartTime(call);
  const threads = context.chat
    .threadsOf(call.userId)
    .filter(({ createdOn, lastMessageReceivedOn }) => (lastMessageReceivedOn ?? createdOn) >= from)
    .reverse();
  const page = pageByPosition(call, threads, (thread) => thread.number);
  return { status: 200, body: writePage(call, '/chat/threads', page, writeThreadItem) };
}

/** The first api-version with retention policies. */
const RETENTION_VERSION = '2025-03-15';

/**
 * A thread without a retention policy has the policy `none`.
 *
 * @see https://github.com/Azure/azure-sdk-for-net ChatClientsLiveTests `Update_Thread_Properties`
 */
export function getChatThread(call: Call, context: Context): RouteResult {
  const thread = writeThread(requireThread(call, context));
  return {
    status: 200,
    body: call.apiVersion < RETENTION_VERSION ? thread : { retentionPolicy: { kind: 'none' }, ...thread },
  };
}

export function updateChatThread(call: Call, context: Context): RouteResult {
  const { id: threadId } = requireThread(call, context);
  const body = readJson(call, badRequest);
  const topic = body.optionalString('topic');
  if (topic === '') throw body.invalid('topic', 'The topic must not be empty.');
  const metadata = readMetadata(body);
  const retentionPolicy = readRetentionPolicy(body);
  context.record({
    store: 'chat',
    type: 'threadUpdated',
    threadId,
    at: context.now().getTime(),
    by: call.userId,
    ...(topic !== undefined && { topic }),
    ...(metadata && { metadata }),
    ...(retentionPolicy && { retentionPolicy }),
  });
  return { status: 204 };
}

export function deleteChatThread(call: Call, context: Context): RouteResult {
  const { id: threadId } = requireThread(call, context);
  const at = context.now().getTime();
  context.record({ store: 'chat', type: 'threadDeleted', threadId, at, by: call.userId });
  return { status: 204 };
}

export function listChatParticipants(call: Call, context: Context): RouteResult {
  const thread = requireThread(call, context);
  const page = pageBySkip(call, [...thread.participants.values()]);
  return { status: 200, body: writePage(call, `/chat/threads/${thread.id}/participants`, page, writeParticipant) };
}

/** Participants who are already in the thread keep their data. */
export function addChatParticipants(call: Call, context: Context): RouteResult {
  const { id: threadId, participants: present } = requireThread(call, context);
  const { participants, invalidParticipants } = readParticipants(readJson(call, badRequest), context);
  const added = participants.filter(({ rawId }) => !present.has(rawId));
  checkThreadSize(new Set([...present.keys(), ...added.map(({ rawId }) => rawId)]));
  if (added.length > 0) {
    const at = context.now().getTime();
    context.record({ store: 'chat', type: 'participantsAdded', threadId, at, by: call.userId, participants: added });
  }
  return { status: 201, body: invalidParticipants.length > 0 ? { invalidParticipants } : {} };
}

/** The body is the bare identifier. Removing someone who is not in the thread is not an error. */
export function removeChatParticipant(call: Call, context: Context): RouteResult {
  const { id: threadId, participants } = requireThread(call, context);
  const rawId = readIdentifier(readJson(call, badRequest));
  if (participants.has(rawId)) {
    const at = context.now().getTime();
    context.record({ store: 'chat', type: 'participantRemoved', threadId, at, by: call.userId, rawId });
  }
  return { status: 204 };
}
