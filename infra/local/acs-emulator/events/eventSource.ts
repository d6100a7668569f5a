import { type EmailEvent, senderOf } from '../email/emailStore.ts';
import { type DeliveryReport, type DeliveryStatus, outcomeOf } from '../email/outcomes.ts';
import { sevenDigits } from '../identity/tokenRequest.ts';
import { asksForReport, deliveryReportOf } from '../sms/deliveryReport.ts';
import { segmentCount } from '../sms/segments.ts';
import type { SentItem, SmsRequested } from '../sms/smsStore.ts';
import type { AcsEvent } from './acsEvent.ts';

/** Somebody sent an SMS to a number of the resource. */
export interface SmsReceived {
  readonly store: 'events';
  readonly type: 'smsReceived';
  readonly messageId: string;
  readonly at: number;
  readonly from: string;
  readonly to: string;
  readonly message: string;
  readonly eventsAt?: number;
}

/**
 * What happened and is told in events; kept instead of the events, which are made when they are sent. Its `eventsAt` says
 * when that is due, in epoch milliseconds; without it there are no events, because they were switched off then.
 */
export type EventSource = SmsRequested | EmailEvent | SmsReceived;

/** What names the source among all others. */
export function sourceId(source: EventSource): string | undefined {
  if (source.store === 'sms') return source.items[0]?.messageId;
  return source.store === 'email' ? source.id : source.messageId;
}

export function countEvents(source: EventSource): number {
  if (source.store === 'sms') return asksForReport(source) ? source.items.length : 0;
  return source.store === 'email' ? outcomeOf(source).reports.length : 1;
}

/** @param index from 0 to one less than there are events */
export function eventOf(source: EventSource, index: number): AcsEvent | undefined {
  const at = source.eventsAt ?? source.at;
  if (source.store === 'events') return smsReceived(source, at);
  if (source.store === 'sms') {
    const item = source.items[index];
    return item && smsDeliveryReport(source, item, at);
  }
  const report = outcomeOf(source).reports[index];
  return report && emailDeliveryReport(source, report, at);
}

/** @see "Azure Communication Services - SMS events"; the subject is the number of the resource */
function smsDeliveryReport(request: SmsRequested, item: SentItem, at: number): AcsEvent {
  return {
    type: 'Microsoft.Communication.SMSDeliveryReportReceived',
    subject: `/phonenumber/${request.from}`,
    at,
    about: item.messageId,
    data: deliveryReportOf(request, item),
  };
}

function smsReceived({ messageId, from, to, message, at: receivedAt }: SmsReceived, at: number): AcsEvent {
  const receivedTimestamp = new Date(receivedAt).toISOString();
  return {
    type: 'Microsoft.Communication.SMSReceived',
    subject: `/phonenumber/${to}`,
    at,
    about: messageId,
    data: { messageId, from, to, message, receivedTimestamp, segmentCount: segmentCount(message) },
  };
}

const STATUS_MESSAGES: Readonly<Record<DeliveryStatus, string>> = {
  Delivered: 'The recipient server took the message.',
  Bounced: 'The recipient address does not exist.',
  Suppressed: 'The recipient is on the suppression list.',
  Quarantined: 'The message was quarantined.',
  FilteredSpam: 'The message was taken for spam.',
  Failed: 'The message could not be delivered.',
};

/** @see "Azure Communication Services - Email events", whose spelling of `deliveryAttemptTimeStamp` this is */
function emailDeliveryReport(email: EmailEvent, { recipient, status }: DeliveryReport, at: number): AcsEvent {
  const sender = senderOf(email);
  return {
    type: 'Microsoft.Communication.EmailDeliveryReportReceived',
    subject: `sender/${sender}/message/${email.id}`,
    at,
    about: `${email.id}/${recipient}`,
    data: {
      sender,
      recipient,
      messageId: email.id,
      internetMessageId: `<${email.id}@${sender.slice(sender.indexOf('@') + 1)}>`,
      status,
      deliveryStatusDetails: { statusMessage: STATUS_MESSAGES[status] },
      deliveryAttemptTimeStamp: sevenDigits(new Date(at)),
    },
  };
}
