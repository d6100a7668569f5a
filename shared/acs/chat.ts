import {
  type CreateChatThreadRequest,
  type CreateChatThreadResult,
  chatThread,
  chatThreadPage,
  createChatThreadResult,
  type ListChatThreadsParams,
  type UpdateChatThreadRequest,
} from '../contract/chat.ts';
import { confirmRemoval } from './acsError.ts';
import { toWireParticipant, withUserIds } from './identifiers.ts';
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
  const participants = request.participants?.map(toWireParticipant);
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

export async function getChatThread(acs: AcsSession, userToken: string, chatThreadId: string) {
  const answer = await acs.send({
    service: 'chat',
    method: 'GET',
    ...thread(chatThreadId),
    userToken,
    repetition: 'harmless',
  });
  return withUserIds(expectShape(chatThread, answer).body);
}

/** Changes a thread. A repeated request sets the same values again. */
export async function updateChatThread(
  acs: AcsSession,
  userToken: string,
  chatThreadId: string,
  changes: UpdateChatThreadRequest,
): Promise<void> {
  await acs.send({
    service: 'chat',
    method: 'PATCH',
    ...thread(chatThreadId),
    body: changes,
    userToken,
    repetition: 'recognised',
  });
}

/** Deletes a thread. See `confirmRemoval` for `isDoubtful` and the result. */
export function deleteChatThread(
  acs: AcsSession,
  userToken: string,
  chatThreadId: string,
  isDoubtful: boolean,
): Promise<boolean> {
  const { path, route } = thread(chatThreadId);
  const request = { service: 'chat', method: 'DELETE', path, route, userToken, repetition: 'recognised' } as const;
  return confirmRemoval(() => acs.send(request), isDoubtful);
}

function thread(chatThreadId: string) {
  return { path: `/chat/threads/${segment(chatThreadId)}`, route: '/chat/threads/{chatThreadId}' };
}

/** A page whose `nextLink` leads to Switchboard. */
export function withOwnNextLink<Page extends { nextLink?: string | undefined }>(acs: AcsSession, page: Page): Page {
  return page.nextLink ? { ...page, nextLink: rebase(page.nextLink, acs.publicUrl) } : page;
}

/** The URL of a new resource at Switchboard. */
export function locationOf(acs: AcsSession, answer: AcsAnswer<unknown>): string | undefined {
  const location = answer.header('location');
  return location === undefined ? undefined : rebase(location, acs.publicUrl);
}
