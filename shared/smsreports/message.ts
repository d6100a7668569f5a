import type { SmsDeliveryReport } from '../contract/acsEvent.ts';

/** Our own sending of one message. Times are epoch milliseconds. */
export interface SmsSending {
  readonly client: string;
  /** How the client recognises what becomes of it, and the queue where it wants to be told. */
  readonly subject: string | undefined;
  readonly replyTo: string | undefined;
  readonly from: string;
  readonly to: string;
  /** Empty without one. */
  readonly tag: string;
  readonly sentOn: number;
}

/** The part of a report that its message does not know already. */
export type SmsReport = Pick<SmsDeliveryReport, 'status' | 'details' | 'receivedOn'>;

/** What is known of one message. Both facts come when they come: the report may be the first, and come more than once. */
export interface SmsMessage {
  readonly sending: SmsSending | undefined;
  readonly report: SmsReport | undefined;
}

export const NOTHING_KNOWN: SmsMessage = { sending: undefined, report: undefined };

/**
 * What two pieces of knowledge say together: the same in whatever order and however often pieces come together.
 * Of two reports "Delivered" counts (a message that has arrived cannot fail any more), then the later one; of two
 * sendings, which are tries of one, the first. What `other` does not know better is taken from `one` as it is.
 */
export function mergeMessages(one: SmsMessage, other: SmsMessage): SmsMessage {
  return {
    sending: greatest(one.sending, other.sending, ({ sentOn }) => [-sentOn]),
    report: greatest(one.report, other.report, ({ status, receivedOn }) => [rankOf(status), receivedOn]),
  };
}

/** Failed comes before Delivered. */
export function rankOf(status: SmsReport['status'] | undefined): number {
  return status === undefined ? 0 : status === 'Failed' ? 1 : 2;
}

/** By the ranks in turn; the text of the whole decides between those that are equal in all of them. */
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
