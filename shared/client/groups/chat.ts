import type { PagedList } from '../paging.ts';
import type { ChangeOptions, ChatOptions, Transport } from '../transport.ts';
import type {
  AddChatParticipantsRequest,
  AddChatParticipantsResult,
  ChatMessage,
  ChatParticipantPage,
  ChatThread,
  CommunicationIdentifier,
  CreateChatThreadRequest,
  CreateChatThreadResult,
  ListChatMessagesQuery,
  ListChatParticipantsQuery,
  ListChatThreadsQuery,
  ListReadReceiptsQuery,
  ReadReceiptPage,
  SendChatMessageRequest,
  SendChatMessageResult,
  SendReadReceiptRequest,
  SendTypingNotificationRequest,
  UpdateChatMessageRequest,
  UpdateChatThreadRequest,
} from '../types.ts';

/** Of a chat call that changes something. */
export interface ChatChangeOptions extends ChatOptions, ChangeOptions {}

/** `client.chat`: chat threads and messages, on behalf of the client's own user or of an acting user. */
export class ChatClient {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Creates a thread. The result lists participants who could not be added. */
  createThread(request: CreateChatThreadRequest, options?: ChatChangeOptions): Promise<CreateChatThreadResult> {
    return this.#transport.call('createChatThread', { body: request }, options);
  }

  /** Lists the acting user's threads. */
  listThreads(query?: ListChatThreadsQuery, options?: ChatOptions): PagedList<ChatThread> {
    return this.#transport.list('listChatThreads', { query }, options);
  }

  /** Returns a thread of the acting user. */
  getThread(chatThreadId: string, options?: ChatOptions): Promise<ChatThread> {
    return this.#transport.call('getChatThread', { path: { chatThreadId } }, options);
  }

  /** Changes the topic, the metadata or the retention policy of a thread. What the request does not mention remains. */
  updateThread(chatThreadId: string, changes: UpdateChatThreadRequest, options?: ChatChangeOptions): Promise<void> {
    return this.#transport.call('updateChatThread', { path: { chatThreadId }, body: changes }, options);
  }

  /** Deletes a thread for all of its participants. */
  deleteThread(chatThreadId: string, options?: ChatChangeOptions): Promise<void> {
    return this.#transport.call('deleteChatThread', { path: { chatThreadId } }, options);
  }

  /** Lists a thread's participants. */
  listParticipants(
    chatThreadId: string,
    query?: ListChatParticipantsQuery,
    options?: ChatOptions,
  ): PagedList<ChatParticipantPage['value'][number]> {
    return this.#transport.list('listChatParticipants', { path: { chatThreadId }, query }, options);
  }

  /** Adds participants to a thread. The result lists those who could not be added. */
  addParticipants(
    chatThreadId: string,
    request: AddChatParticipantsRequest,
    options?: ChatChangeOptions,
  ): Promise<AddChatParticipantsResult> {
    return this.#transport.call('addChatParticipants', { path: { chatThreadId }, body: request }, options);
  }

  /** Removes a participant from a thread. */
  removeParticipant(
    chatThreadId: string,
    participant: CommunicationIdentifier,
    options?: ChatChangeOptions,
  ): Promise<void> {
    return this.#transport.call('removeChatParticipant', { path: { chatThreadId }, body: participant }, options);
  }

  /** Sends a message to one of the acting user's threads. */
  sendMessage(
    chatThreadId: string,
    message: SendChatMessageRequest,
    options?: ChatChangeOptions,
  ): Promise<SendChatMessageResult> {
    return this.#transport.call('sendChatMessage', { path: { chatThreadId }, body: message }, options);
  }

  /** Lists a thread's messages, newest first. */
  listMessages(chatThreadId: string, query?: ListChatMessagesQuery, options?: ChatOptions): PagedList<ChatMessage> {
    return this.#transport.list('listChatMessages', { path: { chatThreadId }, query }, options);
  }

  /** Returns a message. A deleted message has `deletedOn` and empty content. */
  getMessage(chatThreadId: string, chatMessageId: string, options?: ChatOptions): Promise<ChatMessage> {
    return this.#transport.call('getChatMessage', { path: { chatThreadId, chatMessageId } }, options);
  }

  /** Edits a message that the acting user has sent. */
  updateMessage(
    chatThreadId: string,
    chatMessageId: string,
    changes: UpdateChatMessageRequest,
    options?: ChatChangeOptions,
  ): Promise<void> {
    const request = { path: { chatThreadId, chatMessageId }, body: changes };
    return this.#transport.call('updateChatMessage', request, options);
  }

  /** Deletes a message that the acting user has sent. */
  deleteMessage(chatThreadId: string, chatMessageId: string, options?: ChatChangeOptions): Promise<void> {
    return this.#transport.call('deleteChatMessage', { path: { chatThreadId, chatMessageId } }, options);
  }

  /** Shows the other participants of a thread that the acting user is typing. */
  sendTypingNotification(
    chatThreadId: string,
    notification?: SendTypingNotificationRequest,
    options?: ChatChangeOptions,
  ): Promise<void> {
    return this.#transport.call('sendTypingNotification', { path: { chatThreadId }, body: notification }, options);
  }

  /** Marks the messages of a thread up to this one as read by the acting user. */
  sendReadReceipt(chatThreadId: string, receipt: SendReadReceiptRequest, options?: ChatChangeOptions): Promise<void> {
    return this.#transport.call('sendReadReceipt', { path: { chatThreadId }, body: receipt }, options);
  }

  /** Lists which message each participant of a thread has read last. */
  listReadReceipts(
    chatThreadId: string,
    query?: ListReadReceiptsQuery,
    options?: ChatOptions,
  ): PagedList<ReadReceiptPage['value'][number]> {
    return this.#transport.list('listReadReceipts', { path: { chatThreadId }, query }, options);
  }
}
