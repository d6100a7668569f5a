import type { ChatStore } from '../chat/chatStore.ts';
import type { ChatEvent, ChatThread, Message, Participant } from '../chat/chatThread.ts';
import { chatItemId } from '../inspection/chatItemId.ts';
import type { ChatItem, ItemSummary } from '../inspection/items.ts';
import type { ChannelView, Unplaced } from './channelView.ts';
import { findCopyable } from './findCopyable.ts';
import { readHtml } from './htmlText.ts';
import { previewOf, previewOfHtml } from './preview.ts';

interface ChatViewOptions {
  readonly chat: ChatStore;
  readonly now: () => Date;
}

type WireMessage = NonNullable<ChatItem['message']>;

const MAXIMUM_MESSAGES = 500;

/** More than a message can have. */
const MAXIMUM_CHARACTERS = 64 * 1024;

/**
 * Shows the messages of people in chat threads, deleted ones too, and the threads without such messages. Message ids are
 * unique within a thread only, so that of an item is `<thread>;<message>`; that of a thread is its own.
 */
export function chatView({ chat, now }: ChatViewOptions): ChannelView {
  return {
    channel: 'chat',
    changedBy: (event) => (event.store === 'chat' ? changedBy(chat, event) : []),
    has: (id) => find(chat, id) !== undefined,
    summary: (id) => {
      const found = find(chat, id);
      return found && summarize(found);
    },
    item: (id) => {
      const found = find(chat, id);
      return found && describe(found, chat, now().getTime());
    },
    text: (id) => {
      const found = find(chat, id);
      return found?.message ? textOf(found.message) : '';
    },
    changesAt: () => undefined,
    remove: (id) => remove(chat, id),
  };
}

/** A message in its thread, or a thread that has none. */
interface Found {
  readonly id: string;
  readonly thread: ChatThread;
  readonly message: Message | undefined;
}

function find(chat: ChatStore, id: string): Found | undefined {
  const [threadId = '', messageId] = id.split(';');
  const thread = chat.find(threadId);
  if (!thread) return undefined;
  if (messageId === undefined) return thread.sentMessages === 0 ? { id, thread, message: undefined } : undefined;
  const message = thread.messages.get(messageId);
  return message?.sender === undefined ? undefined : { id, thread, message };
}

/** Removes an item. A thread whose last message is removed is removed, too: it would become an item again. */
function remove(chat: ChatStore, id: string): void {
  const found = find(chat, id);
  if (!found) return;
  const { thread, message } = found;
  if (message) thread.removeMessage(message.id);
  if (thread.sentMessages === 0) chat.remove(thread.id);
}

/** All items of a thread show its topic and its participants. */
function changedBy(chat: ChatStore, event: ChatEvent): readonly string[] {
  if (event.type === 'threadRemoved') return event.itemIds;
  const thread = chat.find(event.threadId);
  if (!thread) return [];
  switch (event.type) {
    case 'messageSent': {
      const id = chatItemId(thread.id, thread.lastMessageId);
      return thread.sentMessages === 1 ? [thread.id, id] : [id]; // with its first message, a thread is no item any more
    }
    case 'messageUpdated':
    case 'messageDeleted':
    case 'messageRead':
      return [chatItemId(thread.id, event.messageId)];
    default:
      return itemIds(thread);
  }
}

/** The ids of the items that show a thread. */
export function itemIds(thread: ChatThread): string[] {
  if (thread.sentMessages === 0) return [thread.id];
  const sent = [...thread.messages.values()].filter(({ sender }) => sender !== undefined);
  return sent.map(({ id }) => chatItemId(thread.id, id));
}

function summarize({ id, thread, message }: Found) {
  const from = message?.sender ?? thread.createdBy;
  const fromName = message?.senderDisplayName || thread.participants.get(from)?.displayName;
  return {
    channel: 'chat',
    id,
    at: new Date(message?.createdOn ?? thread.createdOn).toISOString(),
    direction: 'sent',
    from,
    ...(fromName && { fromName }),
    to: [...thread.participants.keys()].filter((rawId) => rawId !== from),
    subject: thread.topic,
    preview: message ? previewOfMessage(message) : '',
    status: statusOf(thread, message),
    thread: thread.id,
  } as const satisfies Unplaced<ItemSummary>;
}

function statusOf(thread: ChatThread, message: Message | undefined): string {
  if (!message) return thread.deletedOn === undefined ? 'active' : 'deleted';
  if (message.deletedOn !== undefined) return 'deleted';
  return message.editedOn === undefined ? 'sent' : 'edited';
}

function contentOf({ content }: Message): string {
  if (content.kind === 'message') return content.message;
  if (content.kind === 'topic') return content.topic;
  return content.participants.map(({ rawId, displayName }) => displayName ?? rawId).join(', ');
}

function textOf(message: Message): string {
  const content = contentOf(message);
  return message.type === 'html' ? readHtml(content, MAXIMUM_CHARACTERS).text : content;
}

function previewOfMessage(message: Message): string {
  const content = contentOf(message);
  return message.type === 'html' ? previewOfHtml(content) : previewOf(content);
}

function copyableIn(message: Message | undefined) {
  if (!message) return findCopyable([]);
  const content = contentOf(message);
  return message.type === 'html' ? findCopyable([], content) : findCopyable([content]);
}

function describe(found: Found, chat: ChatStore, now: number): Unplaced<ChatItem> {
  const { thread, message } = found;
  return {
    ...summarize(found),
    ...copyableIn(message),
    ...(message && { message: describeMessage(message) }),
    conversation: {
      id: thread.id,
      topic: thread.topic,
      createdOn: time(thread.createdOn),
      ...(thread.deletedOn !== undefined && { deletedOn: time(thread.deletedOn) }),
      participants: Array.from(thread.participants.values(), describeParticipant),
      messages: newest(thread).map(describeMessage),
      receipts: Array.from(thread.receipts, ([reader, { messageId, readOn }]) => ({
        reader,
        messageId,
        at: time(readOn),
      })),
      typing: chat.typing.list(thread.id, now).map(({ at, ...typing }) => ({
        ...describeParticipant(typing),
        at: time(at),
      })),
    },
  };
}

/** In order of their ids: an edit moves a message to the end of the thread's own list. */
function newest({ messages }: ChatThread): Message[] {
  const byId = [...messages.values()].toSorted((one, other) => Number(one.id) - Number(other.id));
  return byId.slice(-MAXIMUM_MESSAGES);
}

function describeParticipant({ rawId, displayName }: Pick<Participant, 'rawId' | 'displayName'>) {
  return { id: rawId, ...(displayName !== undefined && { displayName }) };
}

function describeMessage(message: Message): WireMessage {
  const { id, type, createdOn, sender, senderDisplayName, metadata, editedOn, deletedOn } = message;
  return {
    id,
    type,
    at: time(createdOn),
    ...(sender !== undefined && { sender }),
    ...(senderDisplayName !== undefined && { senderDisplayName }),
    content: contentOf(message),
    ...(metadata && { metadata: { ...metadata } }),
    ...(editedOn !== undefined && { editedOn: time(editedOn) }),
    ...(deletedOn !== undefined && { deletedOn: time(deletedOn) }),
  };
}

function time(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
