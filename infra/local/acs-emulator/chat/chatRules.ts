import type { Context } from '../context.ts';
import type { Fields } from '../http/fields.ts';
import { type Call, param } from '../http/route.ts';
import { badRequest, forbidden, messageNotFound, messageTooLarge, threadNotFound } from './chatErrors.ts';
import type { ChatThread, Message, Metadata, Participant, RetentionPolicy } from './chatThread.ts';
import { isCommunicationUser, isTeamsUser } from './chatWire.ts';

const MAXIMUM_PARTICIPANTS_PER_CALL = 200;
const MAXIMUM_PARTICIPANTS_PER_THREAD = 250;
const MAXIMUM_METADATA_BYTES = 1024;
const MAXIMUM_MESSAGE_BYTES = 28 * 1024;
const MAXIMUM_RECEIPT_PARTICIPANTS = 20;

/** Returns the thread in the path. @throws ServiceError 404, or 403 if the acting user is not a participant */
export function requireThread(call: Call, context: Context): ChatThread {
  const thread = context.chat.thread(param(call, 'threadId'));
  if (!thread) throw threadNotFound();
  if (!thread.participants.has(call.userId)) throw forbidden();
  return thread;
}

/** Returns the messages that a user may see: those since the participant's `shareHistoryTime`. */
export function visibleMessages(thread: ChatThread, userId: string): Message[] {
  const from = thread.participants.get(userId)?.shareHistoryTime ?? 0;
  return [...thread.messages.values()].filter(({ createdOn }) => createdOn >= from);
}

/** Returns a message, by default the one in the path. @throws ServiceError 404 */
export function requireMessage(call: Call, thread: ChatThread, id: string = param(call, 'messageId')): Message {
  const message = thread.messages.get(id);
  const from = thread.participants.get(call.userId)?.shareHistoryTime ?? 0;
  if (message && message.createdOn >= from) return message;
  throw messageNotFound();
}

/** Returns the message in the path if the acting user sent it. @throws ServiceError 403 or 404 */
export function requireOwnMessage(call: Call, thread: ChatThread): Message {
  const message = requireMessage(call, thread);
  if (message.sender !== call.userId) throw forbidden();
  if (message.deletedOn !== undefined) throw messageNotFound();
  return message;
}

/**
 * Whether the service stores read receipts for a thread. In larger threads it accepts receipts but lists none.
 *
 * @see https://github.com/Azure/azure-sdk-for-net/issues/31413
 */
export function keepsReceipts(thread: ChatThread): boolean {
  return thread.participants.size <= MAXIMUM_RECEIPT_PARTICIPANTS;
}

/** Checks the content of a message. @throws ServiceError 400 if it is empty, 413 above 28 KB */
export function readMessageContent<Content extends string | undefined>(fields: Fields, content: Content): Content {
  if (content === '') throw fields.invalid('content', 'The content must not be empty.');
  if (Buffer.byteLength(content ?? '') <= MAXIMUM_MESSAGE_BYTES) return content;
  throw messageTooLarge();
}

export function readMetadata(fields: Fields): Metadata | undefined {
  const metadata = fields.optionalStringMap('metadata');
  if (metadata && Buffer.byteLength(Object.entries(metadata).flat().join('')) > MAXIMUM_METADATA_BYTES) {
    throw fields.invalid('metadata', 'The metadata must be at most 1 KB.');
  }
  return metadata;
}

export function readRetentionPolicy(fields: Fields): RetentionPolicy | undefined {
  const policy = fields.optionalObject('retentionPolicy');
  if (!policy) return undefined;
  const kind = policy.string('kind');
  if (kind === 'none') return { kind };
  if (kind !== 'threadCreationDate') throw policy.invalid('kind', 'The kind must be threadCreationDate or none.');
  const days = policy.optionalInteger('deleteThreadAfterDays');
  if (days === undefined || days < 30 || days > 90) {
    throw policy.invalid('deleteThreadAfterDays', 'deleteThreadAfterDays must be from 30 to 90.');
  }
  return { kind, deleteThreadAfterDays: days };
}

/** Why a participant was not added, as ACS reports it. */
interface InvalidParticipant {
  readonly target: string;
  readonly code: '403' | '404';
  readonly message: string;
}

interface ReadParticipants {
  readonly participants: Participant[];
  readonly invalidParticipants: InvalidParticipant[];
}

/** Reads `participants` without duplicates; those that cannot join are returned separately. @throws ServiceError 400 */
export function readParticipants(body: Fields, context: Context): ReadParticipants {
  const wanted = body.objects('participants');
  if (wanted.length > MAXIMUM_PARTICIPANTS_PER_CALL) {
    throw badRequest('participants', `At most ${MAXIMUM_PARTICIPANTS_PER_CALL} participants can be added in one call.`);
  }
  const participants = new Map<string, Participant>();
  const invalidParticipants: InvalidParticipant[] = [];
  for (const participant of wanted.map(readParticipant)) {
    const invalid = whyInvalid(participant.rawId, context);
    if (invalid) invalidParticipants.push(invalid);
    else participants.set(participant.rawId, participant);
  }
  return { participants: [...participants.values()], invalidParticipants };
}

/** @throws ServiceError 400 if a thread would have too many participants */
export function checkThreadSize(rawIds: ReadonlySet<string>): void {
  if (rawIds.size <= MAXIMUM_PARTICIPANTS_PER_THREAD) return;
  throw badRequest('participants', `A chat thread can have at most ${MAXIMUM_PARTICIPANTS_PER_THREAD} participants.`);
}

function readParticipant(fields: Fields): Participant {
  const displayName = fields.optionalString('displayName');
  const metadata = readMetadata(fields);
  return {
    rawId: readIdentifier(fields.object('communicationIdentifier')),
    ...(displayName !== undefined && { displayName }),
    shareHistoryTime: readTime(fields, 'shareHistoryTime'),
    ...(metadata && { metadata }),
  };
}

/** Epoch milliseconds; 0 (the whole history) if absent. */
function readTime(fields: Fields, name: string): number {
  const text = fields.optionalString(name);
  if (text === undefined) return 0;
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw fields.invalid(name, `${name} must be a date and time.`);
  return Math.floor(time / 1000) * 1000;
}

function whyInvalid(rawId: string, { identities, resourceId }: Context): InvalidParticipant | undefined {
  if (identities.has(rawId)) return undefined;
  // https://github.com/Azure/azure-sdk-for-net/issues/41885
  if (isTeamsUser(rawId)) return { target: rawId, code: '403', message: 'Permissions check failed' };
  if (isCommunicationUser(rawId) && rawId.startsWith(`8:acs:${resourceId}_`)) {
    return { target: rawId, code: '404', message: 'The identity was not found.' };
  }
  return { target: rawId, code: '403', message: 'The identifier does not belong to this resource.' };
}

/** Reads the raw id of an identifier. @throws ServiceError 400 if it has none */
export function readIdentifier(identifier: Fields): string {
  const user = identifier.optionalObject('communicationUser');
  if (user) return user.string('id');
  const teamsUser = identifier.optionalObject('microsoftTeamsUser');
  if (teamsUser) return identifier.optionalString('rawId') ?? `8:orgid:${teamsUser.string('userId')}`;
  const phone = identifier.optionalObject('phoneNumber');
  if (phone) return identifier.optionalString('rawId') ?? `4:${phone.string('value')}`;
  const rawId = identifier.optionalString('rawId');
  if (!rawId) throw identifier.invalid('rawId', 'An identifier needs a rawId or a communicationUser.');
  return rawId;
}
