import type { SmsDeliveryReport } from '../contract/acsEvent.ts';
import { MAXIMUM_TAG_LENGTH } from '../contract/acsEvent.ts';
import type { SmsSendResult } from '../contract/sms.ts';
import { retryConflicts } from '../storage/optimistic.ts';
import type { Tables } from '../storage/tables.ts';
import { mergeMessages, NOTHING_KNOWN, rankOf, type SmsMessage, type SmsReport, type SmsSending } from './message.ts';
import { createMessageStore, type MessageStore, NEW_MESSAGE, type StoredMessage } from './messageStore.ts';

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
    learnOf({ store, now, tell, backOff: tables.backOff }, messageId, news, known);
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

type Tools = Omit<SmsReportsFacts, 'tables'> & Pick<Tables, 'backOff'> & { readonly store: MessageStore };

/**
 * Merges news into a message's row, and emits the status if that changed it.
 *
 * @param known the row as the caller has read it
 */
async function learnOf(tools: Tools, messageId: string, news: SmsMessage, known: StoredMessage): Promise<SmsMessage> {
  const { store, now, tell } = tools;
  const { after, reported, written } = await retryConflicts(tools, async (overtaken) => {
    const before = overtaken === 0 ? known : await store.get(messageId);
    const merged = mergeMessages(before, news);
    const unreported = mustTell(before, merged, now());
    const isKnown = merged.sending === before.sending && merged.report === before.report;
    if (!unreported && isKnown) return { after: merged, reported: undefined, written: before };
    const tellingUntil = unreported ? now() + TELLING_MILLISECONDS : before.tellingUntil;
    const stored = await store.put(messageId, { ...before, ...merged, tellingUntil });
    return stored && { after: merged, reported: unreported, written: stored };
  });
  if (!reported) return after;
  await tell(messageId, reported);
  await noteAsTold(tools, messageId, reported.report.status, written);
  return after;
}

/** The message, when its client has not been told its status yet, and nobody else is about to. */
function mustTell(before: StoredMessage, { sending, report }: SmsMessage, now: number): ReportedMessage | undefined {
  if (!sending || !report || report.status === before.told) return undefined;
  const isBeingTold = before.sending && before.report?.status === report.status && now < before.tellingUntil;
  return isBeingTold ? undefined : { sending, report };
}

/** A status that was told in the meantime, and counts more, stays. */
async function noteAsTold(
  tools: Tools,
  messageId: string,
  status: SmsReport['status'],
  written: StoredMessage,
): Promise<void> {
  const { store } = tools;
  await retryConflicts(tools, async (overtaken) => {
    const message = overtaken === 0 ? written : await store.get(messageId);
    return rankOf(message.told) < rankOf(status) ? store.put(messageId, { ...message, told: status }) : message;
  });
}
