import type { ChatThreadListParams } from '../contract/chat.ts';
import type {
  ChatMessageParams,
  ListChatMessagesParams,
  SendChatMessageRequest,
  SendReadReceiptRequest,
  SendTypingNotificationRequest,
  UpdateChatMessageRequest,
} from '../contract/chatMessages.ts';
import { chatMessage, chatMessagePage, readReceiptPage, sendChatMessageResult } from '../contract/chatMessages.ts';
import { confirmRemoval } from './acsError.ts';
import { type Created, locationOf, withOwnNextLink } from './chat.ts';
import { withUserIds } from './identifiers.ts';
import { segment } from './request.ts';
import { type AcsSession, expectShape } from './session.ts';

/** ACS cannot recognise a repeated message: if the response is lost, the request is not repeated. */
export async function sendChatMessage(
  acs: AcsSession,
  userToken: string,
  chatThreadId: string,
  request: SendChatMessageRequest,
): Promise<Created<{ id: string }>> {
  const answer = await acs.send({
    service: 'chat',
    method: 'POST',
    ...inThread(chatThreadId, 'messages'),
    body: request,
    userToken,
    repetition: 'doubles',
  });
  return { body: expectShape(sendChatMessageResult, answer).body, location: locationOf(acs, answer) };
}

export async function listChatMessages(acs: AcsSession, userToken: string, params: ListChatMessagesParams) {
  const { chatThreadId, ...query } = params;
  const answer = await acs.send({
    service: 'chat',
    method: 'GET',
    ...inThread(chatThreadId, 'messages'),
    query,
    userToken,
    repetition: 'harmless',
  });
  const page = expectShape(chatMessagePage, answer).body;
  return withOwnNextLink(acs, withUserIds(page));
}

export async function getChatMessage(acs: AcsSession, userToken: string, params: ChatMessageParams) {
  const answer = await acs.send({
    service: 'chat',
    method: 'GET',
    ...message(params),
    userToken,
    repetition: 'harmless',
  });
  return withUserIds(expectShape(chatMessage, answer).body);
}

/** Edits a message of the acting user. A repeated request sets the same content again. */
export async function updateChatMessage(
  acs: AcsSession,
  userToken: string,
  params: ChatMessageParams,
  changes: UpdateChatMessageRequest,
): Promise<void> {
  await acs.send({
    service: 'chat',
    method: 'PATCH',
    ...message(params),
    body: changes,
    userToken,
    repetition: 'recognised',
  });
}

/** Deletes a message of the acting user. See `confirmRemoval` for `isDoubtful` and the result. */
export function deleteChatMessage(
  acs: AcsSession,
  userToken: string,
  params: ChatMessageParams,
  isDoubtful: boolean,
): Promise<boolean> {
  const { path, route } = message(params);
  const request = { service: 'chat', method: 'DELETE', path, route, userToken, repetition: 'recognised' } as const;
  return confirmRemoval(() => acs.send(request), isDoubtful);
}

export async function sendTypingNotification(
  acs: AcsSession,
  userToken: string,
  chatThreadId: string,
  notification: SendTypingNotificationRequest = {},
): Promise<void> {
  await acs.send({
    service: 'chat',
    method: 'POST',
    ...inThread(chatThreadId, 'typing'),
    body: notification,
    userToken,
    repetition: 'harmless',
  });
}

/** Sends a read receipt. A repeated one replaces the first. */
export async function sendReadReceipt(
  acs: AcsSession,
  userToken: string,
  chatThreadId: string,
  receipt: SendReadReceiptRequest,
): Promise<void> {
  await acs.send({
    service: 'chat',
    method: 'POST',
    ...inThread(chatThreadId, 'readReceipts'),
    body: receipt,
    userToken,
    repetition: 'harmless',
  });
}

export async function listReadReceipts(acs: AcsSession, userToken: string, params: ChatThreadListParams) {
  const { chatThreadId, ...query } = params;
  const answer = await acs.send({
    service: 'chat',
    method: 'GET',
    ...inThread(chatThreadId, 'readReceipts'),
    query,
    userToken,
    repetition: 'harmless',
  });
  return withOwnNextLink(acs, withUserIds(expectShape(readReceiptPage, answer).body));
}

function inThread(chatThreadId: string, list: 'messages' | 'readReceipts' | 'typing') {
  return { path: `/chat/threads/${segment(chatThreadId)}/${list}`, route: `/chat/threads/{chatThreadId}/${list}` };
}

function message({ chatThreadId, chatMessageId }: ChatMessageParams) {
  const { path, route } = inThread(chatThreadId, 'messages');
  return { path: `${path}/${segment(chatMessageId)}`, route: `${route}/{chatMessageId}` };
}
