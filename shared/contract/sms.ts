import * as z from 'zod';
import { dateTime, httpDate } from './common.ts';
import * as examples from './examples.ts';
import { E164 } from './phoneNumber.ts';

/** Recipients per call. @see ACS SMS REST 2026-01-23 */
export const MAXIMUM_SMS_RECIPIENTS = 100;

/** Characters (code points, as JSON Schema and zod count) per message. @see ACS SMS REST 2026-01-23 */
export const MAXIMUM_SMS_LENGTH = 2048;

/**
 * ACS documents no limit. A tag is stored with each message, is part of each event, and is a single value in requests to
 * Event Grid: long enough for a name or a small JSON object.
 */
const MAXIMUM_TAG_LENGTH = 1024;

const SHORT_CODE = /^\d{5,6}$/;
const ALPHANUMERIC = /^(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}$/;

/** A number of the resource, a short code or an alphanumeric sender ID. @see "SMS FAQ" (ACS) */
export const smsSender = z.lazy(() =>
  z.string().refine((text) => E164.test(text) || SHORT_CODE.test(text) || ALPHANUMERIC.test(text), {
    error: 'must be a phone number in E.164 format, a short code of 5 or 6 digits, or an alphanumeric sender ID',
  }),
);

const smsRecipient = z.lazy(() =>
  z
    .object({
      // Not checked here: ACS validates each recipient separately and sends to the valid ones.
      to: z.string().describe('Phone number of the recipient in E.164 format.'),
      repeatabilityRequestId: z
        .guid()
        .optional()
        .describe('UUID by which ACS detects a repeated request. By default, Switchboard generates one.'),
      repeatabilityFirstSent: httpDate
        .optional()
        .describe('When the request was first sent, as an RFC 1123 date. Required with `repeatabilityRequestId`.'),
    })
    .refine((it) => (it.repeatabilityRequestId === undefined) === (it.repeatabilityFirstSent === undefined), {
      path: ['repeatabilityFirstSent'],
      error: 'repeatabilityRequestId and repeatabilityFirstSent must be set together',
    }),
);

/** ACS's API versions before 2026-01-23 know `apiKey` only, later ones `partnerParams`: Switchboard converts them. */
const messagingConnect = z.lazy(() =>
  z
    .object({
      partner: z.string().min(1).describe('Name of the partner.'),
      partnerParams: z
        .record(z.string(), z.unknown())
        .refine((it) => Object.keys(it).length > 0, { error: 'must not be empty' })
        .optional()
        .describe('What the partner requires, such as `apiKey`. Never stored or logged.'),
      apiKey: z.string().min(1).optional().describe('Instead of `partnerParams` with an `apiKey` only.'),
    })
    .refine((it) => (it.partnerParams === undefined) !== (it.apiKey === undefined), {
      path: ['partnerParams'],
      error: 'is required, unless apiKey is set; both cannot be set',
    }),
);

/** ACS has the last two in later API versions than 2021-03-07. */
export const smsSendOptions = z.lazy(() =>
  z.object({
    enableDeliveryReport: z
      .boolean()
      .optional()
      .describe('Whether to request a delivery report for each recipient. By default, `false`.'),
    tag: z.string().max(MAXIMUM_TAG_LENGTH).optional().describe('A custom tag, returned in delivery reports.'),
    deliveryReportTimeoutInSeconds: z
      .int()
      .min(60)
      .max(43_200)
      .optional()
      .describe('Seconds to wait for a delivery report, after which it says that delivery failed.'),
    messagingConnect: messagingConnect.optional().describe('Sends the message through a partner of Messaging Connect.'),
  }),
);

export const sendSmsRequest = z.lazy(() =>
  z
    .object({
      from: smsSender.describe(
        'The sender: a phone number of the ACS resource in E.164 format, a short code, or a sender ID.',
      ),
      smsRecipients: z.array(smsRecipient).min(1).max(MAXIMUM_SMS_RECIPIENTS).describe('The recipients.'),
      message: z.string().max(MAXIMUM_SMS_LENGTH).describe('Content of the message.'),
      smsSendOptions: smsSendOptions.optional().describe('Options for sending the message.'),
    })
    .meta({ id: 'SendSmsRequest', description: 'An SMS message to send.', examples: [examples.sendSmsRequest] }),
);

/** One recipient's result. The 202 of the response says nothing about it. */
export const smsResultItem = z.lazy(() =>
  z.looseObject({
    to: z.string().describe('Phone number of the recipient.'),
    messageId: z.string().nullish().describe('Id of the message. Absent if it was not accepted.'),
    httpStatusCode: z.int().describe('HTTP status for this recipient; 202 if the message was accepted.'),
    successful: z.boolean().describe('Whether ACS accepted the message for this recipient.'),
    repeatabilityResult: z.string().nullish().describe('ACS’s result of its check for a repeated request.'),
    errorMessage: z
      .string()
      .nullish()
      .describe(
        'Why the message was not accepted: a message of ACS, or `OptedOut`, `DestinationNotAllowed` or `ClientLimitExceeded`.',
      ),
  }),
);

/** The `errorMessage` of a recipient who has opted out of the sender, so that nothing was sent. */
export const OPTED_OUT = 'OptedOut';

/** The `errorMessage` of a recipient whom the client may not send to, or not as often. */
export const DESTINATION_NOT_ALLOWED = 'DestinationNotAllowed';
export const LIMIT_EXCEEDED = 'ClientLimitExceeded';

export const smsSendResult = z.lazy(() =>
  z.looseObject({ value: z.array(smsResultItem).describe('One result for each recipient.') }).meta({
    id: 'SmsSendResult',
    description: 'The result for each recipient of an SMS message.',
    examples: [examples.smsSendResult],
  }),
);

/** Visible ASCII, short enough for a row key when percent-encoded. */
export const messageId = z.lazy(() => z.string().regex(/^[\x21-\x7e]{1,128}$/, 'must be a message id'));

export const smsDeliveryReportParams = z.lazy(() =>
  z.strictObject({
    messageId: messageId.meta({
      description: 'Id of the message, from the result of sending it.',
      examples: [examples.messageId],
    }),
  }),
);

const deliveryAttempt = z.lazy(() =>
  z.strictObject({
    timestamp: dateTime.describe('When delivery was attempted.'),
    segmentsSucceeded: z.int().describe('Message segments that were delivered.'),
    segmentsFailed: z.int().describe('Message segments that were not delivered.'),
  }),
);

/** @see ACS SMS REST 2026-01-23 `DeliveryReport`; `Pending` as in 2025-08-01-preview */
export const smsDeliveryReport = z.lazy(() =>
  z
    .strictObject({
      messageId: z.string().describe('Id of the message.'),
      from: z.string().describe('The sender.'),
      to: z.string().describe('Phone number of the recipient.'),
      deliveryStatus: z
        .enum(['Pending', 'Delivered', 'Failed'])
        .describe('Delivery status; `Pending` until a delivery report arrives.'),
      deliveryStatusDetails: z.string().optional().describe('Details of the delivery status.'),
      deliveryAttempts: z.array(deliveryAttempt).optional().describe('The newest attempts to deliver the message.'),
      receivedTimestamp: dateTime.optional().describe('When the delivery report was received.'),
      tag: z.string().optional().describe('The tag from the request.'),
      messagingConnectPartnerMessageId: z
        .string()
        .optional()
        .describe('Id of the message at the partner of Messaging Connect, if ACS reports it.'),
    })
    .meta({
      id: 'SmsDeliveryReport',
      description: 'The delivery status of an SMS message.',
      examples: [examples.smsDeliveryReport],
    }),
);

export type SendSmsRequest = z.output<typeof sendSmsRequest>;
export type SmsSendOptions = z.output<typeof smsSendOptions>;
export type MessagingConnect = z.output<typeof messagingConnect>;
export type SmsSendResult = z.output<typeof smsSendResult>;
export type SmsDeliveryReportAnswer = z.output<typeof smsDeliveryReport>;
