import type { ChatThread, Message, MessageContent, Participant, ReadReceipt } from './chatThread.ts';

/** A time as the chat service writes it, in whole seconds: `2026-01-15T08:30:00Z`. */
function wholeSeconds(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z');
}

export function writeThread(thread: ChatThread): object {
  return {
    id: thread.id,
    topic: thread.topic,
    createdOn: wholeSeconds(thread.createdOn),
    createdByCommunicationIdentifier: writeIdentifier(thread.createdBy),
    ...(thread.metadata && { metadata: thread.metadata }),
    ...(thread.retentionPolicy && { retentionPolicy: thread.retentionPolicy }),
  };
}

export function writeThreadItem({ id, topic, deletedOn, lastMessageReceivedOn }: ChatThread): object {
  return {
    id,
    topic,
    ...(deletedOn !== undefined && { deletedOn: wholeSeconds(deletedOn) }),
    ...(lastMessageReceivedOn !== undefined && { lastMessageReceivedOn: wholeSeconds(lastMessageReceivedOn) }),
  };
}

export function writeParticipant({ rawId, displayName, shareHistoryTime, metadata }: Participant): object {
  return {
    communicationIdentifier: writeIdentifier(rawId),
    ...(displayName !== undefined && { displayName }),
    shareHistoryTime: wholeSeconds(shareHistoryTime),
    ...(metadata && { metadata }),
  };
}

export function writeMessage(message: Message): object {
  return {
    id: message.id,
    type: message.type,
    sequenceId: String(message.sequence),
    version: message.version,
    content: writeContent(message.content),
    ...(message.senderDisplayName !== undefined && { senderDisplayName: message.senderDisplayName }),
    createdOn: wholeSeconds(message.createdOn),
    ...(message.sender !== undefined && { senderCommunicationIdentifier: writeIdentifier(message.sender) }),
    ...(message.deletedOn !== undefined && { deletedOn: wholeSeconds(message.deletedOn) }),
    ...(message.editedOn !== undefined && { editedOn: wholeSeconds(message.editedOn) }),
    ...(message.metadata && { metadata: message.metadata }),
  };
}

function writeContent(content: MessageContent): object {
  if (content.kind === 'message') return { message: content.message };
  const initiatorCommunicationIdentifier = writeIdentifier(content.initiator);
  if (content.kind === 'topic') return { topic: content.topic, initiatorCommunicationIdentifier };
  return { participants: content.participants.map(writeParticipant), initiatorCommunicationIdentifier };
}

export function writeReceipt([rawId, { messageId, readOn }]: [string, ReadReceipt]): object {
  return {
    senderCommunicationIdentifier: writeIdentifier(rawId),
    chatMessageId: messageId,
    readOn: wholeSeconds(readOn),
  };
}

const COMMUNICATION_USER = /^8:(?:acs|spool|dod-acs|gcch-acs):/;
const TEAMS_USER = /^8:(?:orgid|dod|gcch|teamsvisitor):/;

/** An identifier on the wire: its raw id and the model of its kind. */
interface WireIdentifier {
  readonly rawId: string;
  readonly communicationUser?: { readonly id: string };
  readonly phoneNumber?: { readonly value: string };
  readonly microsoftTeamsUser?: { readonly userId: string };
}

/** The kind follows from the prefix of the raw id. */
function writeIdentifier(rawId: string): WireIdentifier {
  if (COMMUNICATION_USER.test(rawId)) return { rawId, communicationUser: { id: rawId } };
  if (TEAMS_USER.test(rawId)) return { rawId, microsoftTeamsUser: { userId: rawId.replace(TEAMS_USER, '') } };
  if (rawId.startsWith('4:')) return { rawId, phoneNumber: { value: rawId.slice(2) } };
  return { rawId };
}

export function isCommunicationUser(rawId: string): boolean {
  return COMMUNICATION_USER.test(rawId);
}

export function isTeamsUser(rawId: string): boolean {
  return TEAMS_USER.test(rawId);
}
