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
 * Removes a participant. Succeeds if the participant is gone after an attempt that may have had this effect.
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
  try {
    await acs.send({
      service: 'chat',
      method: 'POST',
      ...participantsOf(chatThreadId, '/:remove'),
      body: toWireIdentifier(participant), // without a member around it
      userToken,
      repetition: 'recognised',
    });
    return true;
  } catch (error) {
    if (isGone(error, isDoubtful)) return false;
    throw error;
  }
}

function participantsOf(chatThreadId: string, action = '') {
  return {
    path: `/chat/threads/${segment(chatThreadId)}/participants${action}`,
    route: `/chat/threads/{chatThreadId}/participants${action}`,
  };
}
