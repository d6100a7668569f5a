import { hash } from 'node:crypto';
import type { SmsDeliveryReport } from '../contract/acsEvent.ts';
import { encodeKey } from '../storage/rowKeys.ts';
import { type Row, type RowValues, type Tables, writeRow } from '../storage/tables.ts';

/** How one message was sent. Times are epoch milliseconds. */
export interface SmsSending {
  readonly client: string;
  /** The caller's own name for the request, and the queue for its events; both optional. */
  readonly subject: string | undefined;
  readonly replyTo: string | undefined;
  readonly from: string;
  readonly to: string;
  /** Empty without one. */
  readonly tag: string;
  readonly sentOn: number;
}

/** The members of a delivery report that its message's row does not have already. Rows of older versions lack the last two. */
export type SmsReport = Pick<SmsDeliveryReport, 'status' | 'details' | 'receivedOn' | 'attempts' | 'partnerMessageId'>;

/** What is known about one message. A report may arrive before the message's own row, and more than once. */
export interface SmsMessage {
  readonly sending: SmsSending | undefined;
  readonly report: SmsReport | undefined;
}

export const NOTHING_KNOWN: SmsMessage = { sending: undefined, report: undefined };

/**
 * Merges two states of knowledge about a message. The result does not depend on the order of merges or on repetitions.
 * Of two reports, `Delivered` wins over `Failed`, because a delivered message cannot fail any more; otherwise the later
 * one. Of two sendings, which are attempts of the same request, the first wins. Objects of `one` are kept unless `other`
 * has better ones, so that callers can compare by identity.
 */
export function mergeMessages(one: SmsMessage, other: SmsMessage): SmsMessage {
  return {
    sending: greatest(one.sending, other.sending, ({ sentOn }) => [-sentOn]),
    report: greatest(one.report, other.report, ({ status, receivedOn }) => [rankOf(status), receivedOn]),
  };
}

/** `Failed` ranks below `Delivered`. */
export function rankOf(status: SmsReport['status'] | undefined): number {
  return status === undefined ? 0 : status === 'Failed' ? 1 : 2;
}

/** Compares by ranks, first to last; values with equal ranks by their JSON. */
function greatest<Value>(
  one: Value | undefined,
  other: Value | undefined,
  ranks: (value: Value) => readonly number[],
): Value | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  const [ofOne, ofOther] = [ranks(one), ranks(other)];
  const index = ofOne.findIndex((rank, at) => rank !== ofOther[at]);
  if (index >= 0) return (ofOne[index] ?? 0) > (ofOther[index] ?? 0) ? one : other;
  return JSON.stringify(one) >= JSON.stringify(other) ? one : other;
}

export const MESSAGES_TABLE = 'smsmessages';

export interface StoredMessage extends SmsMessage {
  /** The status that was last emitted to the client. */
  readonly emitted: SmsReport['status'] | undefined;
  /** Until when one process has the sole right to emit the status (epoch milliseconds). */
  readonly emittingUntil: number;
  /** Identifies the invocation that has this right; absent in rows of older versions. */
  readonly emitter: string | undefined;
  /** Undefined if the message has no row yet. */
  readonly etag: string | undefined;
}

/** Rows of messages that were sent one by one, by message id. */
export interface MessageStore {
  get(messageId: string): Promise<StoredMessage>;
  /** Writes a message that has not changed since it was read. @returns undefined if another writer has changed it */
  put(messageId: string, message: StoredMessage): Promise<StoredMessage | undefined>;
}

export const NEW_MESSAGE: StoredMessage = {
  ...NOTHING_KNOWN,
  emitted: undefined,
  emittingUntil: 0,
  emitter: undefined,
  etag: undefined,
};

export function createMessageStore(tables: Tables): MessageStore {
  const table = tables.table(MESSAGES_TABLE);
  return {
    get: async (messageId) => {
      const row = await table.get(partitionOf(messageId), encodeKey(messageId));
      return row ? toStored(row) : NEW_MESSAGE;
    },
    put: async (messageId, message) => {
      const row = { rowKey: encodeKey(messageId), values: toValues(message), etag: message.etag };
      const etag = await writeRow(table, partitionOf(messageId), row);
      return etag === undefined ? undefined : { ...message, etag };
    },
  };
}

/** One of 256 partitions. The hash spreads ids that share a prefix. */
function partitionOf(messageId: string): string {
  return hash('sha1', messageId, 'hex').slice(0, 2);
}

/** Columns keep the names of the first version. */
const EMITTED_COLUMN = 'told';
const EMITTING_COLUMN = 'tellingUntil';

function toValues({ sending, report, emitted, emittingUntil, emitter = '' }: StoredMessage): RowValues {
  return {
    sending: sending ? JSON.stringify(sending) : '',
    report: report ? JSON.stringify(report) : '',
    [EMITTED_COLUMN]: emitted ?? '',
    [EMITTING_COLUMN]: emittingUntil,
    emitter,
  };
}

function toStored({ values, etag }: Row): StoredMessage {
  const parsed = (name: string): unknown => (values[name] ? JSON.parse(String(values[name])) : undefined);
  return {
    sending: parsed('sending') as SmsSending | undefined,
    report: parsed('report') as SmsReport | undefined,
    emitted: (values[EMITTED_COLUMN] || undefined) as StoredMessage['emitted'],
    emittingUntil: Number(values[EMITTING_COLUMN]),
    emitter: values['emitter'] ? String(values['emitter']) : undefined,
    etag,
  };
}
