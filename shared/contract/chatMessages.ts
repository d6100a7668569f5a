import * as z from 'zod';
import { chatThreadParams, listChatThreadsParams } from './chat.ts';
import { chatMetadata, dateTime, identifierText, nextLink } from './common.ts';
import * as examples from './examples.ts';
import { identifierResult } from './identifier.ts';

// What participants exchange in a thread: messages, read receipts and typing notifications.

/** UTF-8 bytes of one message. @see "Service limits" (ACS Chat): about 28 KB */
const MAXIMUM_CHAT_MESSAGE_BYTES = 28 * 1024;

const content = z.lazy(() =>
  z
    .string()
    .min(1)
    .refine((text) => Buffer.byteLength(text) <= MAXIMUM_CHAT_MESSAGE_BYTES, {
      error: 'must not exceed 28 KB of UTF-8',
    }),
);

export const sendChatMessageRequest = z.lazy(() =>
  z
    .object({
      content: content.describe('Content of the message, at most 28 KB of UTF-8.'),
      senderDisplayName: z.string().optional().describe('Display name of the sender.'),
      type: z.enum(['text', 'html']).optional().describe('Type of the content. By default, `text`.'),
      metadata: chatMetadata.optional().describe('Additional properties of the message, at most 1 KB in total.'),
    })
    .meta({
      id: 'SendChatMessageRequest',
      description: 'A chat message to send.',
      examples: [examples.sendChatMessageRequest],
    }),
);

/** Members that are absent keep their values. */
export const updateChatMessageRequest = z.lazy(() =>
  z
    .object({
      content: content.optional().describe('New content of the message, at most 28 KB of UTF-8.'),
      metadata: chatMetadata
        .optional()
        .describe('New additional properties of the message, at most 1 KB in total. Those left out may be lost.'),
    })
    .meta({
      id: 'UpdateChatMessageRequest',
      description: 'What changes in a chat message. A member that is absent or null keeps its value.',
      examples: [examples.updateChatMessageRequest],
    }),
);

export const sendReadReceiptRequest = z.lazy(() =>
  z
    .object({ chatMessageId: z.string().min(1).describe('Id of the latest message that the acting user has read.') })
    .meta({
      id: 'SendReadReceiptRequest',
      description: 'A read receipt to send.',
      examples: [examples.sendReadReceiptRequest],
    }),
);

/** The body may be absent, as the REST API allows. */
export const sendTypingNotificationRequest = z.lazy(() =>
  z
    .object({ senderDisplayName: z.string().optional().describe('Display name of the user who is typing.') })
    .optional()
    .meta({
      id: 'SendTypingNotificationRequest',
      description: 'A typing notification to send.',
      examples: [examples.sendTypingNotificationRequest],
    }),
);

export const listChatMessagesParams = z.lazy(() =>
  listChatThreadsParams.unwrap().extend(chatThreadParams.unwrap().shape),
);

export const chatMessageParams = z.lazy(() =>
  chatThreadParams.unwrap().extend({
    chatMessageId: identifierText.meta({ description: 'Id of the message.', examples: [examples.chatMessage.id] }),
  }),
);

export const chatMessage = z.lazy(() =>
  z
    .looseObject({
      id: z.string().describe('Id of the message.'),
      type: z.string().describe('Type of the message, such as `text`, `html` or `participantAdded`.'),
      content: z
        .looseObject({ message: z.string().optional().describe('Content of a message of type `text` or `html`.') })
        .optional()
        .describe('Content of the message.'),
      senderDisplayName: z.string().optional().describe('Display name of the sender.'),
      createdOn: dateTime.optional().describe('When the message was sent.'),
      editedOn: dateTime.optional().describe('When the message was last edited.'),
      deletedOn: dateTime.optional().describe('When the message was deleted. Its content is empty then.'),
      senderCommunicationIdentifier: identifierResult.optional().describe('The user who sent the message.'),
      metadata: z.looseObject({}).optional().describe('Additional properties of the message.'),
    })
    .meta({ id: 'ChatMessage', description: 'A chat message.', examples: [examples.chatMessage] }),
);

export const chatMessagePage = z.lazy(() =>
  z
    .looseObject({ value: z.array(chatMessage).describe('The messages on this page.'), nextLink: nextLink.optional() })
    .meta({ id: 'ChatMessagePage', description: 'A page of chat messages.', examples: [examples.chatMessagePage] }),
);

export const sendChatMessageResult = z.lazy(() =>
  z.looseObject({ id: z.string().describe('Id of the message.') }).meta({
    id: 'SendChatMessageResult',
    description: 'The message that was sent.',
    examples: [examples.sendChatMessageResult],
  }),
);

const readReceipt = z.lazy(() =>
  z.looseObject({
    senderCommunicationIdentifier: identifierResult.describe('The user who has read the message.'),
    chatMessageId: z.string().describe('Id of the latest message that this user has read.'),
    readOn: dateTime.describe('When the user read the message.'),
  }),
);

export const readReceiptPage = z.lazy(() =>
  z
    .looseObject({
      value: z.array(readReceipt).describe('The read receipts on this page.'),
      nextLink: nextLink.optional(),
    })
    .meta({
      id: 'ReadReceiptPage',
      description: 'A page of read receipts. Empty for a thread of more than 20 participants.',
      examples: [examples.readReceiptPage],
    }),
);

export type SendChatMessageRequest = z.output<typeof sendChatMessageRequest>;
export type UpdateChatMessageRequest = z.output<typeof updateChatMessageRequest>;
export type SendReadReceiptRequest = z.output<typeof sendReadReceiptRequest>;
export type SendTypingNotificationRequest = z.output<typeof sendTypingNotificationRequest>;
export type ChatMessageParams = z.output<typeof chatMessageParams>;
export type ListChatMessagesParams = z.output<typeof listChatMessagesParams>;
