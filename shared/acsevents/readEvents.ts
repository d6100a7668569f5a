import type * as z from 'zod';
import {
  acsEvent,
  acsResourceId,
  type EmailDeliveryReport,
  EVENT_TYPES,
  emailReportData,
  type ReceivedSms,
  receivedSmsData,
  type SmsDeliveryReport,
  smsReportData,
} from '../contract/acsEvent.ts';
import { issueDetails } from '../contract/validate.ts';

/** The result of reading one event of a queue message. */
export type ReadEvent = {
  /** As received. */
  readonly event: unknown;
  /** The event's type; empty for a value that is not an event. */
  readonly type: string;
} & (
  | { readonly kind: 'smsReport'; readonly report: SmsDeliveryReport }
  | { readonly kind: 'receivedSms'; readonly sms: ReceivedSms }
  | { readonly kind: 'emailReport'; readonly report: EmailDeliveryReport }
  | { readonly kind: 'ignored' }
  | { readonly kind: 'dropped'; readonly reason: string }
);

/**
 * Reads the events of one message: one event or an array of them, in the Event Grid schema or as CloudEvents. Never
 * throws, whatever the message is.
 *
 * @param ownResourceId the ARM id of the only accepted source; undefined to accept every ACS resource
 */
export function readEvents(message: unknown, ownResourceId?: string): readonly ReadEvent[] {
  if (!Array.isArray(message)) return [readEvent(message, ownResourceId)];
  const events = message.filter(isObject);
  const reads = events.map((event) => readEvent(event, ownResourceId));
  if (events.length === message.length && events.length > 0) return reads;
  // Everything else in the array is invalid. It is dropped together, because there may be thousands of values.
  const invalid: unknown[] = events.length > 0 ? message.filter((it) => !isObject(it)) : message;
  return [...reads, { event: invalid, type: '', kind: 'dropped', reason: NO_EVENT }];
}

const NO_EVENT = 'no event';

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readEvent(event: unknown, ownResourceId: string | undefined): ReadEvent {
  const { success, data: envelope } = acsEvent.safeParse(event);
  if (!success) return { event, type: '', kind: 'dropped', reason: NO_EVENT };
  const { type, source } = envelope;
  const read = READERS.get(type);
  if (!read) return { event, type, kind: 'dropped', reason: 'unknown type' };
  if (!isOwn(source, ownResourceId)) return { event, type, kind: 'dropped', reason: 'foreign source' };
  return { event, type, ...read(envelope) };
}

function isOwn(source: string, ownResourceId: string | undefined): boolean {
  if (ownResourceId !== undefined) return source.toLowerCase() === ownResourceId.toLowerCase();
  return acsResourceId.safeParse(source).success;
}

type Envelope = z.output<typeof acsEvent>;

type Content = ReadEvent extends infer Each ? (Each extends ReadEvent ? Omit<Each, 'event' | 'type'> : never) : never;

const READERS: ReadonlyMap<string, (envelope: Envelope) => Content> = new Map([
  [EVENT_TYPES.smsReport, readSmsReport],
  [EVENT_TYPES.receivedSms, readReceivedSms],
  [EVENT_TYPES.emailReport, readEmailReport],
  [EVENT_TYPES.emailEngagement, (): Content => ({ kind: 'ignored' })],
]);

function readSmsReport({ data, time }: Envelope): Content {
  const result = smsReportData.safeParse(data);
  if (!result.success) return wrongFields(result.error);
  const { messageId, from, to, tag, deliveryStatus: status, deliveryStatusDetails: details } = result.data;
  const {
    receivedTimestamp,
    deliveryAttempts: attempts,
    messagingConnectPartnerMessageId: partnerMessageId,
  } = result.data;
  const receivedOn = receivedTimestamp ?? time;
  if (receivedOn === undefined) return WITHOUT_TIME;
  const report = {
    ...{ messageId, from, to, tag, status, details, receivedOn },
    ...(attempts.length > 0 ? { attempts } : {}),
    ...(partnerMessageId === undefined ? {} : { partnerMessageId }),
  };
  return { kind: 'smsReport', report };
}

function readReceivedSms({ data, time }: Envelope): Content {
  const result = receivedSmsData.safeParse(data);
  if (!result.success) return wrongFields(result.error);
  const { receivedTimestamp, ...rest } = result.data;
  const receivedOn = receivedTimestamp ?? time;
  if (receivedOn === undefined) return WITHOUT_TIME;
  return { kind: 'receivedSms', sms: { ...rest, receivedOn } };
}

function readEmailReport({ data, time }: Envelope): Content {
  const result = emailReportData.safeParse(data);
  if (!result.success) return wrongFields(result.error);
  const { deliveryStatusDetails: details, deliveryAttemptTimestamp, ...rest } = result.data;
  const attemptedOn = deliveryAttemptTimestamp ?? time;
  if (attemptedOn === undefined) return WITHOUT_TIME;
  return { kind: 'emailReport', report: { ...rest, details, attemptedOn } };
}

const WITHOUT_TIME: Content = { kind: 'dropped', reason: 'wrong fields: time' };

/** Names of fields only. Their values may be anything, and are part of the stored text. */
function wrongFields({ issues }: z.ZodError): Content {
  const names = new Set(issues.flatMap(issueDetails).map(({ target }) => target || 'data'));
  return { kind: 'dropped', reason: `wrong fields: ${[...names].join(', ')}` };
}
