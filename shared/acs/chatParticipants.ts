import {
  type AddChatParticipantsRequest,
  type AddChatParticipantsResult,
  addChatParticipantsResult,
  chatParticipantPage,
  type ListChatParticipantsParams,
} from '../contract/chatParticipants.ts';
import type { CommunicationIdentifier } from '../contract/identifier.ts';
import { isGone } from './acsError.ts';
import { withOwnNextLink } from './chat.ts';
import { toWireIdentifier, toWireParticipant, withUserIds } from './identifiers.ts';
import { segment } from './request.ts';
import { type AcsSession, expectShape } from './session.ts';
import { comparable } from './userIds.ts';
import { userOf } from './userToken.ts';

export async function listChatParticipants(acs: AcsSession, userToken: string, params: ListChatParticipantsParams) {
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

/**
 * Removes a participant. Succeeds if the participant is gone after an attempt that may have had this effect. To a user who
 * has left, ACS answers 403.
 *
 * @param isDoubtful whether an earlier request was such an attempt
 * @returns whether ACS itself has confirmed it; otherwise only the caller says that it existed
 */
export async function removeChatParticipant(
  acs: AcsSession,
  userToken: string,
  chatThreadId: string,
  participant: CommunicationIdentifier,
  isDoubtful: boolean,
): Promise<boolean> {
  const body = toWireIdentifier(participant); // without a member around it
  try {
    await acs.send({
      service: 'chat',
      method: 'POST',
      ...participantsOf(chatThreadId, '/:remove'),
      body,
      userToken,
      repetition: 'recognised',
    });
    return true;
  } catch (error) {
    if (isGone(error, isDoubtful, isUserOf(userToken, String(body['rawId'])) ? [403, 404] : [404])) return false;
    throw error;
  }
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
