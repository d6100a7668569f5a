import type { ChatThreadListParams } from '../contract/chat.ts';
import {
  type AddChatParticipantsRequest,
  type AddChatParticipantsResult,
  addChatParticipantsResult,
  chatParticipantPage,
} from '../contract/chatParticipants.ts';
import type { CommunicationIdentifier } from '../contract/identifier.ts';
import { confirmRemoval } from './acsError.ts';
import { withOwnNextLink } from './chat.ts';
import { toWireIdentifier, toWireParticipant, withUserIds } from './identifiers.ts';
import { segment } from './request.ts';
import { type AcsSession, expectShape } from './session.ts';
import { comparable } from './userIds.ts';
import { userOf } from './userToken.ts';

export async function listChatParticipants(acs: AcsSession, userToken: string, params: ChatThreadListParams) {
  const { chatThreadId, ...query } = params;
  const answer = await acs.send({
    service: 'chat',
    method: 'GET',
    ...participantsOf(chatThreadId),
    query,
    userToken,
    repetition: 'harmless',
  });
  return withOwnNextLink(acs, withUserIds(expectShape(chatParticipantPage, answer).body));
}

/** Adds participants. Those who already are in the thread do not change. @see ACS Chat REST 2025-03-15 `ChatThread_AddChatParticipants` */
export async function addChatParticipants(
  acs: AcsSession,
  userToken: string,
  chatThreadId: string,
  { participants }: AddChatParticipantsRequest,
): Promise<AddChatParticipantsResult> {
  const answer = await acs.send({
    service: 'chat',
    method: 'POST',
    ...participantsOf(chatThreadId, '/:add'),
    body: { participants: participants.map(toWireParticipant) },
    userToken,
    repetition: 'recognised',
  });
  return expectShape(addChatParticipantsResult, answer).body;
}

/** Removes a participant. See `confirmRemoval` for `isDoubtful` and the result. */
export function removeChatParticipant(
  acs: AcsSession,
  userToken: string,
  chatThreadId: string,
  participant: CommunicationIdentifier,
  isDoubtful: boolean,
): Promise<boolean> {
  const body = toWireIdentifier(participant); // without a member around it
  const { path, route } = participantsOf(chatThreadId, '/:remove');
  const request = { service: 'chat', method: 'POST', path, route, body, userToken, repetition: 'recognised' } as const;
  // A user who has left the thread gets 403.
  const goneStatuses = isUserOf(userToken, String(body['rawId'])) ? [403, 404] : [404];
  return confirmRemoval(() => acs.send(request), isDoubtful, goneStatuses);
}

function isUserOf(userToken: string, rawId: string): boolean {
  const user = userOf(userToken);
  return user !== undefined && comparable(rawId).includes(comparable(user));
}

function participantsOf(chatThreadId: string, action = '') {
  return {
    path: `/chat/threads/${segment(chatThreadId)}/participants${action}`,
    route: `/chat/threads/{chatThreadId}/participants${action}`,
  };
}
