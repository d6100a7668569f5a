import type { Context } from '../context.ts';
import { refusal, type ServiceError } from '../http/errors.ts';
import type { Fields } from '../http/fields.ts';
import { type Call, param } from '../http/route.ts';
import type { Metadata, RetentionPolicy } from './chatEvents.ts';
import type { ChatThread, Message } from './chatThread.ts';

const MAXIMUM_METADATA_BYTES = 1024;
const MAXIMUM_MESSAGE_BYTES = 28 * 1024;
const MAXIMUM_RECEIPT_PARTICIPANTS = 20;

export function invalidChatRequest(field: string, message: string): ServiceError {
  return refusal(400, 'BadRequest', message, field === '' ? {} : { target: field });
}

export function forbidden(): ServiceError {
  return refusal(403, 'Forbidden', 'User is not allowed to perform specified action.');
}

/** The thread in the path. @throws ServiceError 404, or 403 when the acting user is not one of its participants */
export function requireThread(call: Call, emulator: Context): ChatThread {
  const thread = emulator.chat.thread(param(call, 'threadId'));
  if (!thread) throw refusal(404, 'NotFound', 'The requested chat thread was not found.');
  if (!thread.participants.has(call.userId)) throw forbidden();
  return thread;
}

/** The messages that the acting user may see: those from the participant's `shareHistoryTime` on. */
export function visibleMessages(thread: ChatThread, userId: string): Message[] {
  const from = thread.participants.get(userId)?.shareHistoryTime ?? 0;
  return thread.messages.filter(({ createdOn }) => createdOn >= from);
}

/** The message in the path. @throws ServiceError 404 */
export function requireMessage(call: Call, thread: ChatThread, id: string = param(call, 'messageId')): Message {
  const message = thread.message(id);
  const from = thread.participants.get(call.userId)?.shareHistoryTime ?? 0;
  if (message && message.createdOn >= from) return message;
  throw refusal(404, 'NotFound', 'The requested chat message was not found.');
}

/** A message that the acting user may change: their own. @throws ServiceError 403 or 404 */
export function requireOwnMessage(call: Call, thread: ChatThread): Message {
  const message = requireMessage(call, thread);
  if (message.sender !== call.userId) throw forbidden();
  if (message.deletedOn !== undefined) {
    throw refusal(404, 'NotFound', 'The requested chat message was not found.');
  }
  return message;
}

/**
 * Whether the service keeps read receipts for a thread. For larger ones it takes them, and lists none.
 *
 * @see https://github.com/Azure/azure-sdk-for-net/issues/31413
 */
export function keepsReceipts(thread: ChatThread): boolean {
  return thread.participants.size <= MAXIMUM_RECEIPT_PARTICIPANTS;
}

/** @throws ServiceError 413 above 28 KB */
export function checkMessageSize(content: string): void {
  if (Buffer.byteLength(content) <= MAXIMUM_MESSAGE_BYTES) return;
  throw refusal(413, 'RequestEntityTooLarge', 'A chat message must be at most 28 KB.');
}

export function readMetadata(fields: Fields): Metadata | undefined {
  const metadata = fields.optionalTextMap('metadata');
  if (metadata && Buffer.byteLength(Object.entries(metadata).flat().join('')) > MAXIMUM_METADATA_BYTES) {
    throw fields.refuse('metadata', 'The metadata must be at most 1 KB.');
  }
  return metadata;
}

export function readRetentionPolicy(fields: Fields): RetentionPolicy | undefined {
  const policy = fields.optionalObject('retentionPolicy');
  if (!policy) return undefined;
  const kind = policy.text('kind');
  if (kind === 'none') return { kind };
  if (kind !== 'threadCreationDate') throw policy.refuse('kind', 'The kind must be threadCreationDate or none.');
  const days = policy.optionalInteger('deleteThreadAfterDays');
  if (days === undefined || days < 30 || days > 90) {
    throw policy.refuse('deleteThreadAfterDays', 'deleteThreadAfterDays must be from 30 to 90.');
  }
  return { kind, deleteThreadAfterDays: days };
}
