import * as z from 'zod';
import { chatParticipant, invalidParticipants, MAXIMUM_PARTICIPANTS_PER_CALL } from './chatParticipants.ts';
import { chatMetadata, dateTime, identifierText, nextLink, wholeNumber } from './common.ts';
import * as examples from './examples.ts';
import { identifierResult } from './identifier.ts';

/** Messages on a page. @see "Chat concepts" (ACS) */
const MAXIMUM_CHAT_PAGE_SIZE = 200;

const retentionPolicy = z.lazy(() =>
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('none').describe('The thread is not deleted automatically.') }),
    z.object({
      kind: z.literal('threadCreationDate').describe('The thread is deleted some days after its creation.'),
      deleteThreadAfterDays: z.int().min(30).max(90).describe('Days from the creation of the thread to its deletion.'),
    }),
  ]),
);

export const createChatThreadRequest = z.lazy(() =>
  z
    .object({
      topic: z.string().min(1).describe('Topic of the thread.'),
      participants: z
        .array(chatParticipant)
        .max(MAXIMUM_PARTICIPANTS_PER_CALL)
        .optional()
        .describe('Participants to add to the thread. The acting user always is one.'),
      metadata: chatMetadata.optional().describe('Additional properties of the thread, at most 1 KB in total.'),
      retentionPolicy: retentionPolicy.optional().describe('When the thread is deleted automatically.'),
    })
    .meta({
      id: 'CreateChatThreadRequest',
      description: 'A chat thread to create.',
      examples: [examples.createChatThreadRequest],
    }),
);

/**
 * What is absent remains, also in `metadata`.
 *
 * @see https://github.com/Azure/azure-sdk-for-net ChatClientsLiveTests `Update_Thread_Properties`
 */
export const updateChatThreadRequest = z.lazy(() =>
  z
    .object({
      topic: z.string().min(1).optional().describe('New topic of the thread.'),
      metadata: chatMetadata
        .optional()
        .describe('Additional properties to add or to change, at most 1 KB in total. All others remain.'),
      retentionPolicy: retentionPolicy.optional().describe('When the thread is deleted automatically.'),
    })
    .meta({
      id: 'UpdateChatThreadRequest',
      description: 'What changes in a chat thread. A member that is absent or null keeps its value.',
      examples: [examples.updateChatThreadRequest],
    }),
);

export const chatThreadParams = z.lazy(() =>
  z.strictObject({
    chatThreadId: identifierText.meta({ description: 'Id of the thread.', examples: [examples.chatThread.id] }),
  }),
);

/** Loose: the parameters in ACS's `nextLink` are passed back to ACS unchanged. */
export const listChatThreadsParams = z.lazy(() =>
  z.looseObject({
    maxPageSize: wholeNumber(1, MAXIMUM_CHAT_PAGE_SIZE)
      .optional()
      .meta({ description: 'Maximum number of items on a page.', examples: [50] }),
    startTime: dateTime
      .optional()
      .meta({ description: 'Only items from this time on.', examples: ['2026-01-15T08:30:00Z'] }),
  }),
);

/** More than any list has. */
const UNLIMITED = 999_999_999;

/** For participants and read receipts, whose maximum page size ACS does not document. Loose as above. */
export const chatThreadListParams = z.lazy(() =>
  z.looseObject({
    ...chatThreadParams.unwrap().shape,
    maxPageSize: wholeNumber(1, UNLIMITED)
      .optional()
      .meta({ description: 'Maximum number of items on a page.', examples: [50] }),
    skip: wholeNumber(0, UNLIMITED)
      .optional()
      .meta({ description: 'Number of items before the first one on the page.', examples: [50] }),
  }),
);

export const chatThread = z.lazy(() =>
  z
    .looseObject({
      id: z.string().describe('Id of the thread.'),
      topic: z.string().optional().describe('Topic of the thread.'),
      createdOn: dateTime.optional().describe('When the thread was created.'),
      createdByCommunicationIdentifier: identifierResult.optional().describe('The user who created the thread.'),
      deletedOn: dateTime.optional().describe('When the thread was deleted.'),
      metadata: z.record(z.string(), z.string()).optional().describe('Additional properties of the thread.'),
      retentionPolicy: z
        .looseObject({ kind: z.string().describe('`none`, or `threadCreationDate` with `deleteThreadAfterDays`.') })
        .optional()
        .describe('When the thread is deleted automatically.'),
    })
    .meta({ id: 'ChatThread', description: 'A chat thread.', examples: [examples.chatThread] }),
);

/** The contract says `errors`, ACS says `invalidParticipants`; the result has both. */
export const createChatThreadResult = z.lazy(() =>
  z
    .looseObject({
      chatThread: chatThread.describe('The new thread.'),
      invalidParticipants: invalidParticipants.optional(),
      errors: z
        .looseObject({})
        .optional()
        .describe('Repeats `invalidParticipants`, for clients of older API versions.'),
    })
    .meta({
      id: 'CreateChatThreadResult',
      description: 'The thread that was created, and the participants who could not be added.',
      examples: [examples.createChatThreadResult],
    }),
);

export const chatThreadPage = z.lazy(() =>
  z
    .looseObject({ value: z.array(chatThread).describe('The threads on this page.'), nextLink: nextLink.optional() })
    .meta({ id: 'ChatThreadPage', description: 'A page of chat threads.', examples: [examples.chatThreadPage] }),
);

export type CreateChatThreadRequest = z.output<typeof createChatThreadRequest>;
export type UpdateChatThreadRequest = z.output<typeof updateChatThreadRequest>;
export type CreateChatThreadResult = z.output<typeof createChatThreadResult>;
export type ChatThreadListParams = z.output<typeof chatThreadListParams>;
export type ListChatThreadsParams = z.output<typeof listChatThreadsParams>;
