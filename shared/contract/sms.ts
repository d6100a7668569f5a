import * as z from 'zod';
import { dateTime, httpDate } from './common.ts';
import * as examples from './examples.ts';

/** Recipients of one call. @see ACS SMS REST 2021-03-07 */
export const MAXIMUM_SMS_RECIPIENTS = 100;

/** Characters (code points, as JSON Schema and zod count) of one message. @see ACS SMS REST 2021-03-07 */
export const MAXIMUM_SMS_LENGTH = 2048;

/**
 * ACS documents no limit. A tag is kept with each message in a table, stands in each event, and is one value of a request
 * to Event Grid, so that a name or a small JSON object is all that it may be.
 */
const MAXIMUM_TAG_LENGTH = 1024;

const E164 = /^\+[1-9]\d{6,14}$/;
const SHORT_CODE = /^\d{5,6}$/;
const ALPHANUMERIC = /^(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}$/;

/** A number of the resource, a short code or an alphanumeric sender ID. @see "SMS FAQ" (ACS) */
export const smsSender = z.lazy(() =>
  z.string().refine((text) => E164.test(text) || SHORT_CODE.test(text) || ALPHANUMERIC.test(text), {
    error: 'must be a phone number in E.164 form, a short code of 5 or 6 digits, or an alphanumeric sender ID',
  }),
);

const smsRecipient = z.lazy(() =>
  z
    .object({
      /** A number in E.164. ACS judges each by itself: the others are served when one is wrong. */
      to: z.string(),
      repeatabilityRequestId: z.guid().optional(),
      repeatabilityFirstSent: httpDate.optional(),
    })
    .refine((it) => (it.repeatabilityRequestId === undefined) === (it.repeatabilityFirstSent === undefined), {
      path: ['repeatabilityFirstSent'],
      error: 'repeatabilityRequestId and repeatabilityFirstSent go together',
    }),
);

/** Later ACS versions than 2021-03-07 take the last two. */
export const smsSendOptions = z.lazy(() =>
  z.object({
    enableDeliveryReport: z.boolean().optional(),
    tag: z.string().max(MAXIMUM_TAG_LENGTH).optional(),
    deliveryReportTimeoutInSeconds: z.int().min(60).max(43_200).optional(),
    messagingConnect: z.looseObject({ partner: z.string() }).optional(),
  }),
);

export const sendSmsRequest = z.lazy(() =>
  z
    .object({
      from: smsSender,
      smsRecipients: z.array(smsRecipient).min(1).max(MAXIMUM_SMS_RECIPIENTS),
      message: z.string().max(MAXIMUM_SMS_LENGTH),
      smsSendOptions: smsSendOptions.optional(),
    })
    .meta({ id: 'SendSmsRequest', examples: [examples.sendSmsRequest] }),
);

/** One recipient's result: `messageId` is absent when it failed; the 202 around it says nothing of it. */
export const smsResultItem = z.lazy(() =>
  z.looseObject({
    to: z.string(),
    messageId: z.string().nullish(),
    httpStatusCode: z.int(),
    successful: z.boolean(),
    repeatabilityResult: z.string().nullish(),
    errorMessage: z.string().nullish(),
  }),
);

/** The `errorMessage` of a recipient who has opted out of the sender, and to whom nothing was sent. */
export const OPTED_OUT = 'OptedOut';

/** As that, where the client may not send to the recipient, or not as often. */
export const DESTINATION_NOT_ALLOWED = 'DestinationNotAllowed';
export const LIMIT_EXCEEDED = 'ClientLimitExceeded';

export const smsSendResult = z.lazy(() =>
  z.looseObject({ value: z.array(smsResultItem) }).meta({ id: 'SmsSendResult', examples: [examples.smsSendResult] }),
);

/** The id of one message, as ACS gave it: visible ASCII, short enough for a row key when it is percent-encoded. */
export const messageId = z.lazy(() =>
  z
    .string()
    .regex(/^[\x21-\x7e]{1,128}$/, 'must be a message id')
    .meta({ examples: [examples.messageId] }),
);

export const smsDeliveryReportParams = z.lazy(() => z.strictObject({ messageId }));

/** @see ACS SMS REST 2026-01-23 `DeliveryReport`; `Pending` as in 2025-08-01-preview */
export const smsDeliveryReport = z.lazy(() =>
  z
    .strictObject({
      messageId: z.string(),
      from: z.string(),
      to: z.string(),
      deliveryStatus: z.enum(['Pending', 'Delivered', 'Failed']),
      deliveryStatusDetails: z.string().optional(),
      receivedTimestamp: dateTime.optional(),
      tag: z.string().optional(),
    })
    .meta({ id: 'SmsDeliveryReport', examples: [examples.smsDeliveryReport] }),
);

export type SendSmsRequest = z.output<typeof sendSmsRequest>;
export type SmsSendOptions = z.output<typeof smsSendOptions>;
export type SmsSendResult = z.output<typeof smsSendResult>;
export type SmsDeliveryReportAnswer = z.output<typeof smsDeliveryReport>;
