import { hash } from 'node:crypto';
import { type Row, type RowValues, type Tables, writeRow } from '../storage/tables.ts';
import { NOTHING_KNOWN, type SmsMessage, type SmsReport, type SmsSending } from './message.ts';

export const MESSAGES_TABLE = 'smsmessages';

/** What is kept of one message. */
export interface StoredMessage extends SmsMessage {
  /** What its client has been told last. */
  readonly told: SmsReport['status'] | undefined;
  /** Somebody tells the client at this moment, and has died if it is later than this (epoch milliseconds). */
  readonly tellingUntil: number;
  /** Undefined where there is no row yet. */
  readonly etag: string | undefined;
}

/** A row for each single message, by its id. */
export interface MessageStore {
  get(messageId: string): Promise<StoredMessage>;
  /** Writes a message that is unchanged since it was read; undefined when somebody else has written since. */
  put(messageId: string, message: StoredMessage): Promise<StoredMessage | undefined>;
}

export const NEW_MESSAGE: StoredMessage = { ...NOTHING_KNOWN, told: undefined, tellingUntil: 0, etag: undefined };

export function createMessageStore(tables: Tables): MessageStore {
  const table = tables.table(MESSAGES_TABLE);
  return {
    get: async (messageId) => {
      const row = await table.get(partitionOf(messageId), rowKeyOf(messageId));
      return row ? toStored(row) : NEW_MESSAGE;
    },
    put: async (messageId, message) => {
      const row = { rowKey: rowKeyOf(messageId), values: toValues(message), etag: message.etag };
      const etag = await writeRow(table, partitionOf(messageId), row);
      return etag === undefined ? undefined : { ...message, etag };
    },
  };
}

/** 256 partitions, however much the ids of one time have in common. */
function partitionOf(messageId: string): string {
  return hash('sha1', messageId, 'hex').slice(0, 2);
}

/** Row keys must not hold `/ \ # ?`. */
function rowKeyOf(messageId: string): string {
  return encodeURIComponent(messageId);
}

function toValues({ sending, report, told, tellingUntil }: StoredMessage): RowValues {
  return {
    sending: sending ? JSON.stringify(sending) : '',
    report: report ? JSON.stringify(report) : '',
    told: told ?? '',
    tellingUntil,
  };
}

function toStored({ values, etag }: Row): StoredMessage {
  const parsed = (name: string): unknown => (values[name] ? JSON.parse(String(values[name])) : undefined);
  return {
    sending: parsed('sending') as SmsSending | undefined,
    report: parsed('report') as SmsReport | undefined,
    told: (values['told'] || undefined) as StoredMessage['told'],
    tellingUntil: Number(values['tellingUntil']),
    etag,
  };
}
