import * as z from 'zod';
import { chatMetadata, dateTime, identifierText, wholeNumber } from './common.ts';
import * as examples from './examples.ts';
import { communicationIdentifier, identifierResult } from './identifier.ts';

/** Of one create or add call; a thread holds 250. @see "Service limits" (ACS Chat) */
export const MAXIMUM_PARTICIPANTS_PER_CALL = 200;

/** UTF-8 bytes of one message. @see "Service limits" (ACS Chat): about 28 KB */
export const MAXIMUM_CHAT_MESSAGE_BYTES = 28 * 1024;

/** Messages on a page. @see "Chat concepts" (ACS) */
export const MAXIMUM_CHAT_PAGE_SIZE = 200;

const participant = z.lazy(() =>
  z.object({
    communicationIdentifier,
    displayName: z.string().optional(),
    shareHistoryTime: dateTime.optional(),
    metadata: chatMetadata.optional(),
  }),
);

const retentionPolicy = z.lazy(() =>
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('none') }),
    z.object({ kind: z.literal('threadCreationDate'), deleteThreadAfterDays: z.int().min(30).max(90) }),
  ]),
);

export const createChatThreadRequest = z.lazy(() =>
  z
    .object({
      topic: z.string().min(1),
      participants: z.array(participant).max(MAXIMUM_PARTICIPANTS_PER_CALL).optional(),
      metadata: chatMetadata.optional(),
      retentionPolicy: retentionPolicy.optional(),
    })
    .meta({ id: 'CreateChatThreadRequest', examples: [examples.createChatThreadRequest] }),
);

export const sendChatMessageRequest = z.lazy(() =>
  z
    .object({
      content: z
        .string()
        .min(1)
        .refine((text) => Buffer.byteLength(text) <= MAXIMUM_CHAT_MESSAGE_BYTES, {
          error: 'must not exceed 28 KB of UTF-8',
        }),
      senderDisplayName: z.string().optional(),
      type: z.enum(['text', 'html']).optional(),
      metadata: chatMetadata.optional(),
    })
    .meta({ id: 'SendChatMessageRequest', examples: [examples.sendChatMessageRequest] }),
);

export const chatThreadParams = z.lazy(() =>
  z.strictObject({ chatThreadId: identifierText.meta({ examples: [examples.chatThread.id] }) }),
);

/** Loose: `nextLink` carries parameters that only ACS understands, and they go back to ACS as they came. */
export const listChatThreadsParams = z.lazy(() =>
  z.looseObject({
    maxPageSize: wholeNumber(1, MAXIMUM_CHAT_PAGE_SIZE).optional(),
    startTime: dateTime.optional(),
  }),
);

export const listChatMessagesParams = z.lazy(() =>
  listChatThreadsParams.unwrap().extend(chatThreadParams.unwrap().shape),
);

export const chatThread = z.lazy(() =>
  z
    .looseObject({
      id: z.string(),
      topic: z.string().optional(),
      createdOn: dateTime.optional(),
      createdByCommunicationIdentifier: identifierResult.optional(),
      deletedOn: dateTime.optional(),
    })
    .meta({ id: 'ChatThread', examples: [examples.chatThread] }),
);

/** `errors` repeats `invalidParticipants`: two names for those who could not be added to a thread that was made. */
export const createChatThreadResult = z.lazy(() =>
  z
    .looseObject({
      chatThread,
      invalidParticipants: z.array(z.looseObject({ target: z.string() })).optional(),
      errors: z.looseObject({}).optional(),
    })
    .meta({ id: 'CreateChatThreadResult', examples: [examples.createChatThreadResult] }),
);

export const chatMessage = z.lazy(() =>
  z
    .looseObject({
      id: z.string(),
      type: z.string(),
      content: z.looseObject({ message: z.string().optional() }).optional(),
      senderDisplayName: z.string().optional(),
      createdOn: dateTime.optional(),
      senderCommunicationIdentifier: identifierResult.optional(),
    })
    .meta({ id: 'ChatMessage', examples: [examples.chatMessage] }),
);

const page = <Item extends z.ZodType>(item: Item) =>
  z.looseObject({ value: z.array(item), nextLink: z.string().optional() });

export const chatThreadPage = z.lazy(() =>
  page(chatThread).meta({ id: 'ChatThreadPage', examples: [examples.chatThreadPage] }),
);
export const chatMessagePage = z.lazy(() =>
  page(chatMessage).meta({ id: 'ChatMessagePage', examples: [examples.chatMessagePage] }),
);
export const sendChatMessageResult = z.lazy(() =>
  z.looseObject({ id: z.string() }).meta({ id: 'SendChatMessageResult', examples: [examples.sendChatMessageResult] }),
);

export type CreateChatThreadRequest = z.output<typeof createChatThreadRequest>;
export type CreateChatThreadResult = z.output<typeof createChatThreadResult>;
export type SendChatMessageRequest = z.output<typeof sendChatMessageRequest>;
export type ListChatThreadsParams = z.output<typeof listChatThreadsParams>;
export type ListChatMessagesParams = z.output<typeof listChatMessagesParams>;
