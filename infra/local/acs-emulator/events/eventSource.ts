import { v5 as uuidOf } from 'uuid';
import { type DeliveryReport, type DeliveryStatus, outcomeOf } from '../email/emailOutcome.ts';
import { type EmailEvent, senderOf } from '../email/emailStore.ts';
import { sevenDigits } from '../identity/accessTokens.ts';
import { hasDeliveryReport, segmentCount, smsDeliveryReport } from '../sms/smsDeliveryReport.ts';
import type { SentItem, SmsRequested } from '../sms/smsStore.ts';

/** An event of the resource, independent of the schema. */
export interface AcsEvent {
  readonly type: `Microsoft.Communication.${string}`;
  readonly subject: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Identifies the event among those of its type. */
  readonly about: string;
  readonly data: object;
}

/** The ids of the emulator's resources in Event Grid's form begin with this. */
const RESOURCES =
  '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/local' +
  '/providers/Microsoft.Communication/CommunicationServices';

/**
 * Serializes an event as Event Grid puts it into a storage queue: one JSON object. Sending an event again keeps its id.
 *
 * @param resource the name of the resource that emits it
 * @see "Azure Event Grid event schema"; "CloudEvents v1.0 schema with Azure Event Grid"
 */
export function serializeEvent(event: AcsEvent, schema: 'eventGrid' | 'cloudEvents', resource: string): string {
  const { type, subject, at, about, data } = event;
  const topic = `${RESOURCES}/${resource}`;
  const id = uuidOf(`${topic}/${type}/${about}`, uuidOf.URL);
  const time = new Date(at).toISOString();
  return JSON.stringify(
    schema === 'cloudEvents'
      ? { specversion: '1.0', id, source: topic, type, subject, time, data }
      : { id, topic, subject, data, eventType: type, dataVersion: '1.0', metadataVersion: '1', eventTime: time },
  );
}

/** An inbound SMS to a number of the resource. */
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
 * A stored change that events are created from at the moment they are sent. `eventsAt` is the time they are due, in epoch
 * milliseconds; it is absent if events were disabled at the time of the change.
 */
export type EventSource = SmsRequested | EmailEvent | SmsReceived;

/** Returns the unique id of a source. */
export function sourceId(source: EventSource): string | undefined {
  if (source.store === 'sms') return source.items[0]?.messageId;
  return source.store === 'email' ? source.id : source.messageId;
}

export function countEvents(source: EventSource): number {
  if (source.store === 'sms') return hasDeliveryReport(source) ? source.items.length : 0;
  return source.store === 'email' ? outcomeOf(source).reports.length : 1;
}

/** Creates one event of a source. @param index from 0 to {@link countEvents} - 1 */
export function createEvent(source: EventSource, index: number): AcsEvent | undefined {
  const at = source.eventsAt ?? source.at;
  if (source.store === 'events') return smsReceivedEvent(source, at);
  if (source.store === 'sms') {
    const item = source.items[index];
    return item && smsReportEvent(source, item, at);
  }
  const report = outcomeOf(source).reports[index];
  return report && emailReportEvent(source, report, at);
}

/** @see "Azure Communication Services - SMS events"; the subject is the number of the resource */
function smsReportEvent(request: SmsRequested, item: SentItem, at: number): AcsEvent {
  return {
    type: 'Microsoft.Communication.SMSDeliveryReportReceived',
    subject: `/phonenumber/${request.from}`,
    at,
    about: item.messageId,
    data: smsDeliveryReport(request, item),
  };
}

function smsReceivedEvent({ messageId, from, to, message, at: receivedAt }: SmsReceived, at: number): AcsEvent {
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
  Delivered: 'The recipient server accepted the message.',
  Bounced: 'The recipient address does not exist.',
  Suppressed: 'The recipient is on the suppression list.',
  Quarantined: 'The message was quarantined.',
  FilteredSpam: 'The message was filtered as spam.',
  Failed: 'The message could not be delivered.',
};

/** @see "Azure Communication Services - Email events", which spells `deliveryAttemptTimeStamp` like this */
function emailReportEvent(email: EmailEvent, { recipient, status }: DeliveryReport, at: number): AcsEvent {
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
