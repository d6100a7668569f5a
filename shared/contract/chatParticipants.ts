import * as z from 'zod';
import { chatMetadata, dateTime, nextLink } from './common.ts';
import * as examples from './examples.ts';
import { communicationIdentifier, identifierResult } from './identifier.ts';

/** Per create or add call; a thread can have 250. @see "Service limits" (ACS Chat) */
export const MAXIMUM_PARTICIPANTS_PER_CALL = 200;

export const chatParticipant = z.lazy(() =>
  z.object({
    communicationIdentifier: communicationIdentifier.describe('The user.'),
    displayName: z.string().optional().describe('Display name of the participant.'),
    shareHistoryTime: dateTime
      .optional()
      .describe('The participant sees the messages from this time on. By default, all messages.'),
    metadata: chatMetadata.optional().describe('Additional properties of the participant, at most 1 KB in total.'),
  }),
);

export const addChatParticipantsRequest = z.lazy(() =>
  z
    .object({
      participants: z
        .array(chatParticipant)
        .max(MAXIMUM_PARTICIPANTS_PER_CALL)
        .describe('Participants to add. Those who already are in the thread do not change.'),
    })
    .meta({
      id: 'AddChatParticipantsRequest',
      description: 'Participants to add to a chat thread.',
      examples: [examples.addChatParticipantsRequest],
    }),
);

/** ACS reports `403` or `404` for each as its code. @see ACS Chat `CommunicationError` */
export const invalidParticipants = z.lazy(() =>
  z
    .array(
      z.looseObject({
        target: z.string().describe('Raw id of the participant.'),
        code: z
          .string()
          .optional()
          .describe('`403` for an identifier that cannot be added, `404` for an unknown user.'),
        message: z.string().optional().describe('Explanation of ACS.'),
      }),
    )
    .describe('Participants who could not be added, each with the error.'),
);

export const addChatParticipantsResult = z.lazy(() =>
  z.looseObject({ invalidParticipants: invalidParticipants.optional() }).meta({
    id: 'AddChatParticipantsResult',
    description: 'The participants who could not be added; the others are in the thread.',
    examples: [examples.addChatParticipantsResult],
  }),
);

const participantResult = z.lazy(() =>
  z.looseObject({
    communicationIdentifier: identifierResult.describe('The user.'),
    displayName: z.string().optional().describe('Display name of the participant.'),
    shareHistoryTime: dateTime.optional().describe('The participant sees the messages from this time on.'),
    metadata: z.record(z.string(), z.string()).optional().describe('Additional properties of the participant.'),
  }),
);

export const chatParticipantPage = z.lazy(() =>
  z
    .looseObject({
      value: z.array(participantResult).describe('The participants on this page.'),
      nextLink: nextLink.optional(),
    })
    .meta({
      id: 'ChatParticipantPage',
      description: 'A page of the participants of a chat thread.',
      examples: [examples.chatParticipantPage],
    }),
);

export type AddChatParticipantsRequest = z.output<typeof addChatParticipantsRequest>;
export type AddChatParticipantsResult = z.output<typeof addChatParticipantsResult>;
