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

/** What all events have: which thread, when (epoch milliseconds), and by whom (raw id). */
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
  /** Kept so that a repeated request gets the same answer. */
  readonly invalidParticipants: readonly object[];
}

export interface ThreadUpdated extends Change {
  readonly type: 'threadUpdated';
  readonly topic?: string;
  readonly metadata?: Metadata;
  readonly retentionPolicy?: RetentionPolicy;
}

export interface ThreadDeleted extends Change {
  readonly type: 'threadDeleted';
}

export interface ParticipantsAdded extends Change {
  readonly type: 'participantsAdded';
  readonly participants: readonly Participant[];
}

export interface ParticipantRemoved extends Change {
  readonly type: 'participantRemoved';
  readonly rawId: string;
}

export interface MessageSent extends Change {
  readonly type: 'messageSent';
  readonly messageType: 'text' | 'html';
  readonly content: string;
  readonly senderDisplayName?: string;
  readonly metadata?: Metadata;
}

export interface MessageUpdated extends Change {
  readonly type: 'messageUpdated';
  readonly messageId: string;
  readonly content?: string;
  readonly metadata?: Metadata;
}

export interface MessageDeleted extends Change {
  readonly type: 'messageDeleted';
  readonly messageId: string;
}

export interface MessageRead extends Change {
  readonly type: 'messageRead';
  readonly messageId: string;
}

export type ChatEvent =
  | ThreadCreated
  | ThreadUpdated
  | ThreadDeleted
  | ParticipantsAdded
  | ParticipantRemoved
  | MessageSent
  | MessageUpdated
  | MessageDeleted
  | MessageRead;
