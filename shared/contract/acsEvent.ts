import * as z from 'zod';
import { messageId } from './sms.ts';

/** The queue to which Event Grid delivers ACS's events. */
export const ACS_EVENTS_QUEUE = 'acs-events';

export const EVENT_TYPES = {
  smsReport: 'Microsoft.Communication.SMSDeliveryReportReceived',
  receivedSms: 'Microsoft.Communication.SMSReceived',
  emailReport: 'Microsoft.Communication.EmailDeliveryReportReceived',
  emailEngagement: 'Microsoft.Communication.EmailEngagementTrackingReportReceived',
} as const;

// The data of events in one form, whichever schema and spelling they arrive in. Times are epoch milliseconds.

export interface SmsDeliveryReport {
  readonly messageId: string;
  /** E.164 with its plus, or a short code. */
  readonly from: string;
  readonly to: string;
  readonly status: 'Delivered' | 'Failed';
  readonly details: string;
  readonly receivedOn: number;
  /** The tag of the request; empty without one. */
  readonly tag: string;
  /** Absent if there are none. */
  readonly attempts?: readonly SmsDeliveryAttempt[];
  /** The id that a Messaging Connect partner gave the message. */
  readonly partnerMessageId?: string;
}

export interface SmsDeliveryAttempt {
  readonly attemptedOn: number;
  readonly segmentsSucceeded: number;
  readonly segmentsFailed: number;
}

export interface ReceivedSms {
  readonly messageId: string;
  /** The person who sent the message. */
  readonly from: string;
  /** A number of the ACS resource. */
  readonly to: string;
  readonly message: string;
  readonly receivedOn: number;
}

/** @see `@azure/eventgrid` 5.12.0, `AcsEmailDeliveryReportStatus`; "Expanded" only in the documentation */
export const EMAIL_DELIVERY_STATES = [
  'Delivered',
  'Expanded',
  'FilteredSpam',
  'Quarantined',
  'Suppressed',
  'Bounced',
  'Failed',
] as const;

export type EmailDeliveryState = (typeof EMAIL_DELIVERY_STATES)[number];

export interface EmailDeliveryReport {
  /** The operation's id, in lower case. */
  readonly messageId: string;
  readonly sender: string;
  /** In lower case. */
  readonly recipient: string;
  readonly status: EmailDeliveryState;
  readonly details: string;
  readonly attemptedOn: number;
}

/** Any value: anything that is not an event is recorded as dropped. */
export const acsEventsMessage = z.lazy(() => z.unknown());

/** ARM id of an ACS resource, the topic of its events. Case-insensitive. */
export const acsResourceId = z.lazy(() =>
  z
    .string()
    .max(1024)
    .regex(
      /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Communication\/communicationServices\/[^/]+$/i,
      'must be the resource id of a Microsoft.Communication/communicationServices',
    ),
);

/**
 * Epoch milliseconds. ACS writes seven fractional digits, with `Z` or an offset; an invalid value counts as missing,
 * because the event has a time of its own.
 */
const timestamp = z.lazy(() => z.unknown().transform(toEpochMilliseconds).optional());

function toEpochMilliseconds(value: unknown): number | undefined {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\dT/.test(value)) return undefined;
  const time = Date.parse(/(?:Z|[+-]\d\d:\d\d)$/i.test(value) ? value : `${value}Z`);
  return Number.isNaN(time) ? undefined : time;
}

/** @see Event Grid event schema (`dataVersion` 1.0, `metadataVersion` 1) */
const eventGridEvent = z.lazy(() =>
  z
    .object({ eventType: z.string(), topic: z.string(), eventTime: timestamp, data: z.unknown().optional() })
    .transform(({ eventType: type, topic: source, eventTime: time, data }) => ({ type, source, time, data })),
);

/** @see CloudEvents 1.0.2 §3 */
const cloudEvent = z.lazy(() =>
  z.object({
    specversion: z.literal('1.0'),
    type: z.string(),
    source: z.string(),
    time: timestamp,
    data: z.unknown().optional(),
  }),
);

/** An event in either schema of Event Grid, before its data is parsed. */
export const acsEvent = z.lazy(() => z.union([eventGridEvent, cloudEvent]));

/** An object with case-insensitive member names: documentation, samples and ACS itself differ in case. */
function anyCase<Shape extends z.ZodRawShape>(shape: Shape) {
  const names = new Map(Object.keys(shape).map((name) => [name.toLowerCase(), name]));
  return z.preprocess((value) => {
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, it]) => [names.get(name.toLowerCase()) ?? name, it]));
  }, z.object(shape));
}

/** One of the words, in any case. */
function word<const Words extends readonly string[]>(words: Words) {
  const find = (value: unknown) => words.find((it) => it.toLowerCase() === String(value).toLowerCase()) ?? value;
  return z.preprocess(find, z.enum(words));
}

const address = z.lazy(() =>
  z
    .string()
    .trim()
    .min(1)
    .max(320)
    .regex(/^\P{Cc}+$/u, 'must not contain control characters')
    .refine((text) => text.isWellFormed(), 'must be well-formed Unicode'),
);

/**
 * Old samples have E.164 numbers without the plus. Short codes (5 or 6 digits) and sender IDs have none in requests, and
 * must be found under the same name.
 */
const smsAddress = z.lazy(() => address.transform(withPlusOfNumbers));

function withPlusOfNumbers(text: string): string {
  if (/^[1-9]\d{6,14}$/.test(text)) return `+${text}`;
  return /^\+\d{5,6}$/.test(text) ? text.slice(1) : text;
}

/** Strings are truncated to fit into a table row together with others. */
export const MAXIMUM_DETAILS_LENGTH = 1000;
export const MAXIMUM_TAG_LENGTH = 2000;

function cut(text: string, maximumLength: number): string {
  return text.slice(0, maximumLength).toWellFormed();
}

const statusDetails = z.lazy(() =>
  anyCase({ statusMessage: z.string().nullish(), recipientMailServerHostName: z.string().nullish() }).transform(
    ({ statusMessage, recipientMailServerHostName: host }) =>
      statusMessage && host ? `${statusMessage} (${host})` : (statusMessage ?? ''),
  ),
);

/** A string, or an object for email. Informational only, so that any other value is accepted too. */
const details = z.lazy(() =>
  z
    .union([z.string(), statusDetails])
    .catch('')
    .transform((text) => cut(text, MAXIMUM_DETAILS_LENGTH)),
);

/** The newest ones are kept. ACS documents no limit, and all of them are stored in one row. */
const MAXIMUM_ATTEMPTS = 20;
const MAXIMUM_PARTNER_ID_LENGTH = 256;

const deliveryAttempt = z.lazy(() =>
  anyCase({ timestamp, segmentsSucceeded: z.int().min(0), segmentsFailed: z.int().min(0) }),
);

/** Informational only: malformed attempts are dropped. */
const deliveryAttempts = z.lazy(() =>
  z
    .array(z.unknown())
    .catch([])
    .transform((list) => list.slice(-MAXIMUM_ATTEMPTS).flatMap(readAttempt)),
);

function readAttempt(value: unknown): SmsDeliveryAttempt[] {
  const { data } = deliveryAttempt.safeParse(value);
  if (data?.timestamp === undefined) return [];
  const { timestamp: attemptedOn, segmentsSucceeded, segmentsFailed } = data;
  return [{ attemptedOn, segmentsSucceeded, segmentsFailed }];
}

/**
 * The partner's message id is in the report that can be read since 2026-01-23; Event Grid's schema does not list it.
 *
 * @see "Azure Communication Services - Telephony and SMS events" (Event Grid); its older samples capitalise names
 */
export const smsReportData = z.lazy(() =>
  anyCase({
    messageId,
    from: smsAddress,
    to: smsAddress,
    deliveryStatus: word(['Delivered', 'Failed']),
    deliveryStatusDetails: details,
    receivedTimestamp: timestamp,
    tag: z
      .string()
      .nullish()
      .transform((text) => cut(text ?? '', MAXIMUM_TAG_LENGTH)),
    deliveryAttempts,
    messagingConnectPartnerMessageId: z.string().min(1).max(MAXIMUM_PARTNER_ID_LENGTH).optional().catch(undefined),
  }),
);

/** @see the same page */
export const receivedSmsData = z.lazy(() =>
  anyCase({
    messageId,
    from: smsAddress,
    to: smsAddress,
    message: z.string(),
    receivedTimestamp: timestamp,
  }),
);

/** @see "Azure Communication Services - Email events" (Event Grid), and `@azure/eventgrid`, which spell the time in two ways */
export const emailReportData = z.lazy(() =>
  anyCase({
    messageId: messageId.transform((id) => id.toLowerCase()),
    sender: address,
    recipient: address.transform((text) => text.toLowerCase()),
    status: word(EMAIL_DELIVERY_STATES),
    deliveryStatusDetails: details,
    deliveryAttemptTimestamp: timestamp,
  }),
);
