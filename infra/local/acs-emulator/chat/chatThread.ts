import { randomUUID } from 'node:crypto';

export interface Participant {
  readonly rawId: string;
  readonly displayName?: string;
  /** Epoch milliseconds; messages before it are hidden from the participant. */
  readonly shareHistoryTime: number;
  readonly metadata?: Metadata;
}

export type Metadata = Readonly<Record<string, string>>;

export type RetentionPolicy =
  | { readonly kind: 'none' }
  | { readonly kind: 'threadCreationDate'; readonly deleteThreadAfterDays: number };

/** The fields of every event: the thread, the time (epoch milliseconds) and the acting user's raw id. */
interface Change {
  readonly store: 'chat';
  readonly threadId: string;
  readonly at: number;
  readonly by: string;
}

export interface ThreadCreated extends Change {
  readonly type: 'threadCreated';
  readonly topic: string;
  readonly participants: readonly Participant[];
  readonly metadata?: Metadata;
  readonly retentionPolicy?: RetentionPolicy;
  readonly repeatabilityRequestId?: string;
  /** Stored so that a repeated request gets the same response. */
  readonly invalidParticipants: readonly object[];
}

/** A thread of a seed, with all that it has had. */
export interface ThreadImported extends Omit<ThreadCreated, 'type'> {
  readonly type: 'threadImported';
  /** In order of their sequence numbers. */
  readonly messages: readonly Message[];
  readonly receipts: readonly (readonly [rawId: string, receipt: ReadReceipt])[];
  readonly removed: readonly string[];
  readonly lastMessageReceivedOn?: number;
  readonly deletedOn?: number;
  /** The last id and sequence number that a message got, if it does not have it any more. */
  readonly lastId?: number;
  readonly lastSequence?: number;
}

interface ThreadUpdated extends Change {
  readonly type: 'threadUpdated';
  readonly topic?: string;
  readonly metadata?: Metadata;
  readonly retentionPolicy?: RetentionPolicy;
}

interface ThreadDeleted extends Change {
  readonly type: 'threadDeleted';
}

/** The thread is removed as if it had never been. */
interface ThreadRemoved extends Change {
  readonly type: 'threadRemoved';
  /** The ids of its items in the outbox. */
  readonly itemIds: readonly string[];
}

interface ParticipantsAdded extends Change {
  readonly type: 'participantsAdded';
  readonly participants: readonly Participant[];
}

interface ParticipantRemoved extends Change {
  readonly type: 'participantRemoved';
  readonly rawId: string;
}

interface MessageSent extends Change {
  readonly type: 'messageSent';
  readonly messageType: 'text' | 'html';
  readonly content: string;
  readonly senderDisplayName?: string;
  readonly metadata?: Metadata;
}

interface MessageUpdated extends Change {
  readonly type: 'messageUpdated';
  readonly messageId: string;
  readonly content?: string;
  readonly metadata?: Metadata;
}

interface MessageDeleted extends Change {
  readonly type: 'messageDeleted';
  readonly messageId: string;
}

interface MessageRead extends Change {
  readonly type: 'messageRead';
  readonly messageId: string;
}

export type ChatEvent =
  | ThreadCreated
  | ThreadImported
  | ThreadUpdated
  | ThreadDeleted
  | ThreadRemoved
  | ParticipantsAdded
  | ParticipantRemoved
  | MessageSent
  | MessageUpdated
  | MessageDeleted
  | MessageRead;

export type MessageContent =
  | { readonly kind: 'message'; readonly message: string }
  | { readonly kind: 'topic'; readonly topic: string; readonly initiator: string }
  | { readonly kind: 'participants'; readonly participants: readonly Participant[]; readonly initiator: string };

export interface Message {
  /** Epoch milliseconds as a string, ascending within the thread. */
  readonly id: string;
  readonly type: 'text' | 'html' | 'topicUpdated' | 'participantAdded' | 'participantRemoved';
  readonly createdOn: number;
  /** Absent in system messages. */
  readonly sender?: string;
  readonly senderDisplayName?: string;
  /** Position in the thread's lists. An edit or a deletion moves the message to the newest position. */
  sequence: number;
  version: string;
  content: MessageContent;
  metadata?: Metadata;
  editedOn?: number;
  deletedOn?: number;
}

export interface ReadReceipt {
  readonly messageId: string;
  readonly readOn: number;
}

/** Of each thread; the outbox limits the messages of people. Older ones are removed. */
const MAXIMUM_SYSTEM_MESSAGES = 10_000;

/** One thread. Only events change it, so replaying them restores it after a restart. */
export class ChatThread {
  readonly id: string;
  readonly createdOn: number;
  readonly createdBy: string;
  /** Position among all threads ever created. */
  readonly number: number;
  readonly invalidParticipants: readonly object[];
  /** Under which its creation is recognised when it is repeated. */
  readonly repeatabilityKey: string | undefined;
  topic: string;
  metadata: Metadata | undefined;
  retentionPolicy: RetentionPolicy | undefined;
  lastMessageReceivedOn: number | undefined;
  /** A deleted thread only appears in lists. */
  deletedOn: number | undefined;
  readonly participants = new Map<string, Participant>();
  /** Raw ids of all former participants. */
  readonly removed = new Set<string>();
  /** By id, in order of their sequence numbers, which start at 1. */
  readonly messages = new Map<string, Message>();
  /** The newest message read, by participant. */
  readonly receipts = new Map<string, ReadReceipt>();
  /** Number of messages that people have sent. */
  #sentMessages = 0;
  /** Ids of the messages of the system, oldest first. */
  readonly #systemMessages = new Set<string>();
  #lastId = 0;
  #lastSequence = 0;

  constructor(created: ThreadCreated | ThreadImported, number: number) {
    this.id = created.threadId;
    this.createdOn = created.at;
    this.createdBy = created.by;
    this.number = number;
    this.topic = created.topic;
    this.metadata = created.metadata;
    this.retentionPolicy = created.retentionPolicy;
    this.invalidParticipants = created.invalidParticipants;
    const { by, repeatabilityRequestId } = created;
    this.repeatabilityKey = repeatabilityRequestId && repeatabilityKey(by, repeatabilityRequestId);
    if (created.type === 'threadImported') {
      this.#restore(created);
      return;
    }
    this.addParticipants(created);
    this.#announceTopic(created.topic, created.at, created.by);
  }

  /** Returns the event that creates the thread as it is now. */
  asImported(): ThreadImported {
    const { id: threadId, createdOn: at, createdBy: by, topic, invalidParticipants, repeatabilityKey: key } = this;
    const { metadata, retentionPolicy, lastMessageReceivedOn, deletedOn } = this;
    return {
      ...({ store: 'chat', type: 'threadImported', threadId, at, by, topic, invalidParticipants } as const),
      participants: [...this.participants.values()],
      messages: [...this.messages.values()],
      receipts: [...this.receipts],
      removed: [...this.removed],
      lastId: this.#lastId,
      lastSequence: this.#lastSequence,
      ...(key !== undefined && { repeatabilityRequestId: key.slice(by.length + 1) }),
      ...(metadata && { metadata }),
      ...(retentionPolicy && { retentionPolicy }),
      ...(lastMessageReceivedOn !== undefined && { lastMessageReceivedOn }),
      ...(deletedOn !== undefined && { deletedOn }),
    };
  }

  #restore(imported: ThreadImported): void {
    const { participants, messages, receipts, removed, lastMessageReceivedOn, deletedOn } = imported;
    for (const participant of participants) this.participants.set(participant.rawId, participant);
    for (const rawId of removed) this.removed.add(rawId);
    for (const [rawId, receipt] of receipts) this.receipts.set(rawId, receipt);
    for (const message of messages) this.#add({ ...message });
    this.lastMessageReceivedOn = lastMessageReceivedOn;
    this.deletedOn = deletedOn;
    this.#lastId = messages.reduce((last, { id }) => Math.max(last, Number(id)), imported.lastId ?? 0);
    this.#lastSequence = messages.reduce((last, it) => Math.max(last, it.sequence), imported.lastSequence ?? 0);
  }

  /** The id of the message that was added last. */
  get lastMessageId(): string {
    return String(this.#lastId);
  }

  /** Number of the messages of people; the others are of the system. */
  get sentMessages(): number {
    return this.#sentMessages;
  }

  /**
   * Whether the thread appears in the list of this user's threads.
   *
   * @see https://github.com/Azure/Communication/issues/345 on former participants, who see a thread until it is deleted
   */
  isListedFor(userId: string): boolean {
    return this.participants.has(userId) || (this.deletedOn === undefined && this.removed.has(userId));
  }

  /**
   * Metadata that a change does not mention remains.
   *
   * @see https://github.com/Azure/azure-sdk-for-net ChatClientsLiveTests `Update_Thread_Properties`
   */
  update({ at, by, topic, metadata, retentionPolicy }: ThreadUpdated): void {
    if (metadata) this.metadata = { ...this.metadata, ...metadata };
    this.retentionPolicy = retentionPolicy ?? this.retentionPolicy;
    if (topic === undefined) return;
    this.topic = topic;
    this.#announceTopic(topic, at, by);
  }

  addParticipants({ participants, at, by }: Pick<ParticipantsAdded, 'participants' | 'at' | 'by'>): void {
    for (const participant of participants) this.participants.set(participant.rawId, participant);
    if (participants.length === 0) return;
    this.#push('participantAdded', at, { content: { kind: 'participants', participants, initiator: by } });
  }

  removeParticipant({ rawId, at, by }: ParticipantRemoved): void {
    const participant = this.participants.get(rawId);
    if (!participant) return;
    this.participants.delete(rawId);
    this.removed.add(rawId);
    this.receipts.delete(rawId);
    const participants = [participant];
    this.#push('participantRemoved', at, { content: { kind: 'participants', participants, initiator: by } });
  }

  send({ at, by, messageType, content, senderDisplayName, metadata }: MessageSent): void {
    this.lastMessageReceivedOn = at;
    this.#push(messageType, at, {
      content: { kind: 'message', message: content },
      sender: by,
      ...(senderDisplayName !== undefined && { senderDisplayName }),
      ...(metadata && { metadata }),
    });
  }

  editMessage({ messageId, at, content, metadata }: MessageUpdated): void {
    const message = this.messages.get(messageId);
    if (!message) return;
    if (content !== undefined) message.content = { kind: 'message', message: content };
    if (metadata) message.metadata = withoutEmptyValues(metadata);
    message.editedOn = at;
    this.#change(message, at);
  }

  deleteMessage({ messageId, at }: MessageDeleted): void {
    const message = this.messages.get(messageId);
    if (!message) return;
    message.content = { kind: 'message', message: '' };
    delete message.editedOn;
    message.deletedOn = at;
    this.#change(message, at);
  }

  /**
   * Gives a message a new version and the newest position.
   *
   * @see azure-sdk-for-net, SessionRecords/ChatClientsLiveTests/Thread_CGUD__Participant_AUR__Message_GSU__Notification_T.json
   */
  #change(message: Message, at: number): void {
    this.#lastSequence += 1;
    message.sequence = this.#lastSequence;
    message.version = String(Math.max(at, Number(message.version) + 1));
    this.messages.delete(message.id);
    this.messages.set(message.id, message);
  }

  /** Removes a message as if it had never been sent. */
  removeMessage(id: string): void {
    if (this.messages.get(id)?.sender !== undefined) this.#sentMessages -= 1;
    this.messages.delete(id);
  }

  read({ by, messageId, at }: MessageRead): void {
    const earlier = this.receipts.get(by);
    if (earlier && Number(earlier.messageId) > Number(messageId)) return;
    this.receipts.delete(by); // moves it to the end: the newest receipt is last
    this.receipts.set(by, { messageId, readOn: at });
  }

  #announceTopic(topic: string, at: number, initiator: string): void {
    this.#push('topicUpdated', at, { content: { kind: 'topic', topic, initiator } });
  }

  #push(type: Message['type'], at: number, parts: Pick<Message, 'content' | 'metadata'> & Partial<Message>): void {
    this.#lastId = Math.max(at, this.#lastId + 1);
    this.#lastSequence += 1;
    const id = String(this.#lastId);
    const message = { id, type, sequence: this.#lastSequence, createdOn: at, version: id, ...parts };
    this.#add(message);
  }

  #add(message: Message): void {
    this.messages.set(message.id, message);
    if (message.sender !== undefined) {
      this.#sentMessages += 1;
      return;
    }
    this.#systemMessages.add(message.id);
    if (this.#systemMessages.size <= MAXIMUM_SYSTEM_MESSAGES) return;
    const [oldest = ''] = this.#systemMessages;
    this.#systemMessages.delete(oldest);
    this.messages.delete(oldest);
  }
}

/** Each user has repeatability ids of their own. */
export function repeatabilityKey(userId: string, repeatabilityRequestId: string): string {
  return `${userId} ${repeatabilityRequestId}`;
}

/** An empty value removes a key from a message's metadata. */
function withoutEmptyValues(metadata: Metadata): Metadata {
  return Object.fromEntries(Object.entries(metadata).filter(([, value]) => value !== ''));
}

export function createThreadId(): string {
  const unique = Buffer.from(randomUUID().replaceAll('-', ''), 'hex').toString('base64url');
  return `19:${unique}@thread.v2`;
}
