import type { Context } from '../context.ts';
import { type Fields, readJson } from '../http/fields.ts';
import type { RouteResult } from '../http/response.ts';
import type { Call } from '../http/route.ts';
import { badRequest } from './chatErrors.ts';
import { pageByPosition, pageBySkip, readStartTime, writePage } from './chatPaging.ts';
import {
  keepsReceipts,
  readMessageContent,
  readMetadata,
  requireMessage,
  requireOwnMessage,
  requireThread,
  visibleMessages,
} from './chatRules.ts';
import { writeMessage, writeReceipt } from './chatWire.ts';

export function sendChatMessage(call: Call, context: Context): RouteResult {
  const thread = requireThread(call, context);
  const body = readJson(call, badRequest);
  const content = readMessageContent(body, body.string('content'));
  const senderDisplayName = body.optionalString('senderDisplayName');
  const metadata = readMetadata(body);
  context.record({
    store: 'chat',
    type: 'messageSent',
    threadId: thread.id,
    at: context.now().getTime(),
    by: call.userId,
    messageType: readType(body),
    content,
    ...(senderDisplayName !== undefined && { senderDisplayName }),
    ...(metadata && { metadata }),
  });
  const id = thread.lastMessageId;
  const location = `${call.baseUrl}/chat/threads/${encodeURIComponent(thread.id)}/messages/${id}`;
  return { status: 201, headers: { location }, body: { id } };
}

function readType(body: Fields): 'text' | 'html' {
  const type = body.optionalString('type') ?? 'text';
  if (type === 'text' || type === 'html') return type;
  throw body.invalid('type', 'The type of a message must be text or html.');
}

export function listChatMessages(call: Call, context: Context): RouteResult {
  const thread = requireThread(call, context);
  const from = readStartTime(call);
  const messages = visibleMessages(thread, call.userId)
    .filter(({ createdOn }) => createdOn >= from)
    .reverse();
  const page = pageByPosition(call, messages, ({ sequence }) => sequence);
  return { status: 200, body: writePage(call, `/chat/threads/${thread.id}/messages`, page, writeMessage) };
}

export function getChatMessage(call: Call, context: Context): RouteResult {
  return { status: 200, body: writeMessage(requireMessage(call, requireThread(call, context))) };
}

export function updateChatMessage(call: Call, context: Context): RouteResult {
  const thread = requireThread(call, context);
  const { id: messageId } = requireOwnMessage(call, thread);
  const body = readJson(call, badRequest);
  const content = readMessageContent(body, body.optionalString('content'));
  const metadata = readMetadata(body);
  context.record({
    store: 'chat',
    type: 'messageUpdated',
    threadId: thread.id,
    at: context.now().getTime(),
    by: call.userId,
    messageId,
    ...(content !== undefined && { content }),
    ...(metadata && { metadata }),
  });
  return { status: 204 };
}

export function deleteChatMessage(call: Call, context: Context): RouteResult {
  const thread = requireThread(call, context);
  const { id: messageId } = requireOwnMessage(call, thread);
  const at = context.now().getTime();
  context.record({ store: 'chat', type: 'messageDeleted', threadId: thread.id, at, by: call.userId, messageId });
  return { status: 204 };
}

export function sendReadReceipt(call: Call, context: Context): RouteResult {
  const thread = requireThread(call, context);
  const { id: messageId } = requireMessage(call, thread, readJson(call, badRequest).string('chatMessageId'));
  if (keepsReceipts(thread)) {
    const at = context.now().getTime();
    context.record({ store: 'chat', type: 'messageRead', threadId: thread.id, at, by: call.userId, messageId });
  }
  return { status: 200 };
}

export function listReadReceipts(call: Call, context: Context): RouteResult {
  const thread = requireThread(call, context);
  const page = pageBySkip(call, keepsReceipts(thread) ? [...thread.receipts] : []);
  return { status: 200, body: writePage(call, `/chat/threads/${thread.id}/readReceipts`, page, writeReceipt) };
}

export function sendTypingNotification(call: Call, context: Context): RouteResult {
  const { id } = requireThread(call, context);
  const displayName = readJson(call, badRequest).optionalString('senderDisplayName');
  const at = context.now().getTime();
  context.chat.typing.note(id, { rawId: call.userId, at, ...(displayName !== undefined && { displayName }) });
  context.outbox.announce({ what: 'typing', thread: id });
  return { status: 200 };
}
