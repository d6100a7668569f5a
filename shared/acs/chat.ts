import {
  type CreateChatThreadRequest,
  type CreateChatThreadResult,
  chatMessagePage,
  chatThreadPage,
  createChatThreadResult,
  type ListChatMessagesParams,
  type ListChatThreadsParams,
  type SendChatMessageRequest,
  sendChatMessageResult,
} from '../contract/chat.ts';
import { toWireIdentifier, withUserIds } from './identifiers.ts';
import type { AcsAnswer } from './request.ts';
import { rebase, segment } from './request.ts';
import { type AcsSession, expectShape } from './session.ts';

/** A new resource and its URL. */
export interface Created<Body> {
  readonly body: Body;
  readonly location: string | undefined;
}

/** @param requestId a UUID by which ACS recognises a repeated request and returns the same thread */
export async function createChatThread(
  acs: AcsSession,
  userToken: string,
  request: CreateChatThreadRequest,
  requestId: string,
): Promise<Created<CreateChatThreadResult>> {
  const participants = request.participants?.map((participant) => ({
    ...participant,
    communicationIdentifier: toWireIdentifier(participant.communicationIdentifier),
  }));
  const answer = await acs.send({
    service: 'chat',
    method: 'POST',
    path: '/chat/threads',
    headers: { 'repeatability-request-id': requestId },
    body: participants ? { ...request, participants } : request,
    userToken,
    repetition: 'recognised',
  });
  const body = withUserIds(expectShape(createChatThreadResult, answer).body);
  const { invalidParticipants } = body;
  // The contract says `errors`, ACS says `invalidParticipants`: participants who could not be added.
  if (invalidParticipants) body.errors = { invalidParticipants };
  return { body, location: locationOf(acs, answer) };
}

export async function listChatThreads(acs: AcsSession, userToken: string, params: ListChatThreadsParams) {
  const answer = await acs.send({
    service: 'chat',
    method: 'GET',
    path: '/chat/threads',
    query: params,
    userToken,
    repetition: 'harmless',
  });
  return withOwnNextLink(acs, expectShape(chatThreadPage, answer).body);
}

/** ACS cannot recognise a repeated message: if the response is lost, the request is not repeated. */
export async function sendChatMessage(
  acs: AcsSession,
  userToken: string,
  chatThreadId: string,
  message: SendChatMessageRequest,
): Promise<Created<{ id: string }>> {
  const answer = await acs.send({
    service: 'chat',
    method: 'POST',
    path: `/chat/threads/${segment(chatThreadId)}/messages`,
    route: '/chat/threads/{chatThreadId}/messages',
    body: message,
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
    path: `/chat/threads/${segment(chatThreadId)}/messages`,
    route: '/chat/threads/{chatThreadId}/messages',
    query,
    userToken,
    repetition: 'harmless',
  });
  const page = expectShape(chatMessagePage, answer).body;
  return withOwnNextLink(acs, withUserIds(page));
}

function withOwnNextLink<Page extends { nextLink?: string | undefined }>(acs: AcsSession, page: Page): Page {
  return page.nextLink ? { ...page, nextLink: rebase(page.nextLink, acs.publicUrl) } : page;
}

function locationOf(acs: AcsSession, answer: AcsAnswer<unknown>): string | undefined {
  const location = answer.header('location');
  return location === undefined ? undefined : rebase(location, acs.publicUrl);
}
