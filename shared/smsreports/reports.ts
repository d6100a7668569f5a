import { MAXIMUM_TAG_LENGTH } from '../contract/acsevent.ts';
import type { SmsDeliveryReport } from '../contract/deliveryreport.ts';
import type { SmsSendResult } from '../contract/sms.ts';
import type { Tables } from '../storage/tables.ts';
import { mergeMessages, NOTHING_KNOWN, rankOf, type SmsMessage, type SmsReport, type SmsSending } from './message.ts';
import { createMessageStore, type MessageStore, NEW_MESSAGE, type StoredMessage } from './messagestore.ts';

/** What becomes of messages that were sent one by one, from the delivery reports that ACS sends for them. */
export interface SmsReports {
  /** Remembers who has sent to the recipients that ACS took; a report that was faster is told now. */
  follow(sending: Omit<SmsSending, 'to'>, result: SmsSendResult): Promise<void>;
  /** Keeps a report, and tells whoever sent the message; `unknown` as long as that is nobody of ours. */
  record(report: SmsDeliveryReport): Promise<'recorded' | 'unknown'>;
  /** A message of this client. */
  find(client: string, messageId: string): Promise<FollowedMessage | undefined>;
}

export interface FollowedMessage extends SmsMessage {
  readonly sending: SmsSending;
}

export interface ReportedMessage extends FollowedMessage {
  readonly report: SmsReport;
}

export interface SmsReportsFacts {
  readonly tables: Tables;
  readonly now: () => number;
  /** Tells a message's client its status; a repetition for the same status bears the same id. */
  readonly tell: (messageId: string, message: ReportedMessage) => Promise<void>;
}

export function createSmsReports({ tables, now, tell }: SmsReportsFacts): SmsReports {
  const store = createMessageStore(tables);
  const learn = (messageId: string, news: SmsMessage, known: StoredMessage) =>
    learnOf({ store, now, tell }, messageId, news, known);
  return {
    follow: async (facts, { value }) => {
      const tag = facts.tag.slice(0, MAXIMUM_TAG_LENGTH);
      const follow = async ({ to, messageId, successful }: SmsSendResult['value'][number]) => {
        if (!successful || !messageId) return;
        const sending = { ...facts, to, tag };
        await learn(messageId, { ...NOTHING_KNOWN, sending }, NEW_MESSAGE); // mostly it is, which saves reading it
      };
      await Promise.all(value.map(follow));
    },
    record: async ({ messageId, status, details, receivedOn }) => {
      const report = { status, details, receivedOn };
      const { sending } = await learn(messageId, { ...NOTHING_KNOWN, report }, await store.get(messageId));
      return sending ? 'recorded' : 'unknown';
    },
    find: async (client, messageId) => {
      const { sending, report } = await store.get(messageId);
      return sending?.client === client ? { sending, report } : undefined;
    },
  };
}

/**
 * Time for telling a client, in which nobody else does. It is shorter than the time after which the host delivers a
 * message again that failed (`visibilityTimeout` in host.json): what was not told is told then.
 */
const TELLING_MILLISECONDS = 10_000;

type Tools = Omit<SmsReportsFacts, 'tables'> & { readonly store: MessageStore };

/** Merges news into a message's row, until nobody has come between, and tells the client what that has brought. */
async function learnOf(
  { store, now, tell }: Tools,
  messageId: string,
  news: SmsMessage,
  known: StoredMessage,
): Promise<SmsMessage> {
  for (let before = known; ; before = await store.get(messageId)) {
    const after = mergeMessages(before, news);
    const reported = mustTell(before, after, now());
    if (!reported && after.sending === before.sending && after.report === before.report) return after;
    const tellingUntil = reported ? now() + TELLING_MILLISECONDS : before.tellingUntil;
    const written = await store.put(messageId, { ...before, ...after, tellingUntil });
    if (!written) continue;
    if (!reported) return after;
    await tell(messageId, reported);
    await noteAsTold(store, messageId, reported.report.status, written);
    return after;
  }
}

/** The message, when its client has not been told its status yet, and nobody else is about to. */
function mustTell(before: StoredMessage, { sending, report }: SmsMessage, now: number): ReportedMessage | undefined {
  if (!sending || !report || report.status === before.told) return undefined;
  const isBeingTold = before.sending && before.report?.status === report.status && now < before.tellingUntil;
  return isBeingTold ? undefined : { sending, report };
}

/** A status that was told in the meantime, and counts more, stays. */
async function noteAsTold(
  store: MessageStore,
  messageId: string,
  status: SmsReport['status'],
  written: StoredMessage,
): Promise<void> {
  for (let message = written; rankOf(message.told) < rankOf(status); message = await store.get(messageId)) {
    if (await store.put(messageId, { ...message, told: status })) return;
  }
}
