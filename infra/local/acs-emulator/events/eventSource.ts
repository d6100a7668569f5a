import { v5 as uuidOf } from 'uuid';
import { type DeliveryReport, outcomeOf } from '../email/emailOutcome.ts';
import {
  type DeliveryStatus,
  type EmailAccepted,
  type EmailDeliverySet,
  internetMessageId,
  senderOf,
} from '../email/emailStore.ts';
import { sevenDigits } from '../identity/accessTokens.ts';
import { hasDeliveryReport, segmentCount, smsDeliveryReport } from '../sms/smsDeliveryReport.ts';
import type { SentMessage, SmsDelivery, SmsDeliverySet, SmsReceived, SmsRequested } from '../sms/smsStore.ts';

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

/**
 * A stored change that events are created from at the moment they are sent. `eventsAt` is the time they are due, in epoch
 * milliseconds; it is absent if events were disabled at the time of the change.
 */
export type EventSource = SmsRequested | SmsDeliverySet | EmailAccepted | EmailDeliverySet | SmsReceived;

/** Delivery states that were set by hand after the change was stored. */
export interface SetDeliveries {
  readonly ofSms: (messageId: string) => SmsDelivery | undefined;
  readonly ofEmail: (id: string, recipient: string) => DeliveryStatus | undefined;
}

/** Returns the unique id of a source. */
export function sourceId(source: EventSource): string | undefined {
  switch (source.type) {
    case 'requested':
      return source.items[0]?.messageId;
    case 'accepted':
      return source.id;
    case 'smsReceived':
      return source.messageId;
    case 'deliverySet':
      return source.changeId;
  }
}

/** Returns the id of the message that one event of a source is about. @param index as in {@link createEvent} */
export function messageOf(source: EventSource, index: number): string | undefined {
  switch (source.type) {
    case 'requested':
      return source.items[index]?.messageId;
    case 'accepted':
      return source.id;
    case 'smsReceived':
      return source.messageId;
    case 'deliverySet':
      return source.store === 'sms' ? source.item.messageId : source.id;
  }
}

export function countEvents(source: EventSource): number {
  if (source.type === 'requested') return hasDeliveryReport(source) ? source.items.length : 0;
  if (source.type === 'accepted') return outcomeOf(source).reports.length;
  return source.store === 'sms' && !hasDeliveryReport(source.request) ? 0 : 1;
}

/** Creates one event of a source. @param index from 0 to {@link countEvents} - 1 */
export function createEvent(source: EventSource, index: number, deliveries: SetDeliveries): AcsEvent | undefined {
  const at = source.eventsAt ?? source.at;
  if (source.store === 'events') return smsReceivedEvent(source, at);
  if (source.type === 'requested') {
    const item = source.items[index];
    if (!item) return undefined;
    const delivery = deliveries.ofSms(item.messageId);
    return smsReportEvent({ request: source, item, ...(delivery && { delivery }) }, at, item.messageId);
  }
  if (source.store === 'sms') return smsReportEvent(source, at, source.changeId);
  if (source.type === 'deliverySet') return emailReportEvent(source, source, at, source.changeId);
  const report = outcomeOf(source).reports[index];
  if (!report) return undefined;
  const { recipient, status } = report;
  const email = { id: source.id, sender: senderOf(source) };
  const set = deliveries.ofEmail(source.id, recipient);
  return emailReportEvent(email, { recipient, status: set ?? status }, at, `${source.id}/${recipient}`);
}

/** @see "Azure Communication Services - SMS events"; the subject is the number of the resource */
function smsReportEvent(
  message: Pick<SentMessage, 'request' | 'item' | 'delivery'>,
  at: number,
  about: string,
): AcsEvent {
  return {
    type: 'Microsoft.Communication.SMSDeliveryReportReceived',
    subject: `/phonenumber/${message.request.from}`,
    at,
    about,
    data: smsDeliveryReport(message),
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
  Expanded: 'The message was sent to the members of the list.',
};

/** @see "Azure Communication Services - Email events", which spells `deliveryAttemptTimeStamp` like this */
function emailReportEvent(
  { id, sender }: { readonly id: string; readonly sender: string },
  { recipient, status }: DeliveryReport,
  at: number,
  about: string,
): AcsEvent {
  return {
    type: 'Microsoft.Communication.EmailDeliveryReportReceived',
    subject: `sender/${sender}/message/${id}`,
    at,
    about,
    data: {
      sender,
      recipient,
      messageId: id,
      internetMessageId: internetMessageId(id, sender),
      status,
      deliveryStatusDetails: { statusMessage: STATUS_MESSAGES[status] },
      deliveryAttemptTimeStamp: sevenDigits(new Date(at)),
    },
  };
}
