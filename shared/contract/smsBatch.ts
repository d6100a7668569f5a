import * as z from 'zod';
import { dateTime, describedAs, identifierText, nextLink, wholeNumber } from './common.ts';
import * as examples from './examples.ts';
import { JsonList } from './jsonList.ts';
import { MAXIMUM_SMS_LENGTH, smsSender, smsSendOptions } from './sms.ts';
import { plainMessage } from './validate.ts';

export const MAXIMUM_BATCH_RECIPIENTS = 1_000_000;

/** A CSV of a million numbers has 13 MB; the Functions host accepts 100 MB. */
export const MAXIMUM_BATCH_BYTES = 96 * 1024 * 1024;

const countryCode = z.lazy(() => z.string().regex(/^[A-Z]{2}$/, 'must be an ISO 3166 country code, such as US'));

/** A string, or the request body itself. */
const csv = z.lazy(() => describedAs(z.string(), z.union([z.string(), z.instanceof(CsvFile)])));

export const smsBatchRecipient = z.lazy(() =>
  z.strictObject({ to: z.string().describe('Phone number of the recipient.') }),
);

/** An array or, for long ones, a `JsonList`, whose elements are validated as they are read. */
function listOf<Element extends z.ZodType>(element: Element) {
  const array = z.array(element).max(MAXIMUM_BATCH_RECIPIENTS);
  const list = z.custom<z.output<Element>[] | JsonList>().superRefine((value, context) => {
    if (value instanceof JsonList) return;
    for (const issue of array.safeParse(value, { error: plainMessage }).error?.issues ?? [])
      context.addIssue({ ...issue });
  });
  return describedAs(array, list);
}

/** Options are stored with a batch until its last message is sent: a partner's key cannot be one of them. */
const smsBatchSendOptions = z.lazy(() =>
  smsSendOptions
    .unwrap()
    .extend({
      messagingConnect: z
        .never({ error: 'is not available for batches, whose options are stored: it has the partner’s key' })
        .optional()
        .describe('Not available for batches.'),
    })
    .strict(),
);

/** Recipients are phone numbers, `smsRecipients`, or CSV (a string here, or the request body as `text/csv`). */
export const submitSmsBatchRequest = z.lazy(() =>
  z
    .strictObject({
      from: smsSender.meta({
        description: 'The sender: a phone number of the ACS resource in E.164 format, a short code, or a sender ID.',
        examples: [examples.submitSmsBatchRequest.from],
      }),
      message: z
        .string()
        .min(1)
        .max(MAXIMUM_SMS_LENGTH)
        .meta({
          description:
            'Content of the message. With CSV recipients, `{{column}}` is replaced with the recipient’s value in that column.',
          examples: [examples.submitSmsBatchRequest.message],
        }),
      recipients: listOf(z.string()).optional().describe('Phone numbers of the recipients.'),
      smsRecipients: listOf(smsBatchRecipient).optional().describe('The recipients, as in `sendSms`.'),
      csv: csv
        .optional()
        .describe(
          'The recipients as CSV. The column `to` has the phone numbers; other columns fill placeholders of the message.',
        ),
      smsSendOptions: smsBatchSendOptions.optional().describe('Options for sending the message.'),
      sendAt: dateTime.optional().meta({
        description: 'When to send the first message, at most 7 days ahead. By default, immediately.',
        examples: [examples.sendAt],
      }),
      defaultCountry: countryCode.optional().meta({
        description: 'Country of phone numbers without a country code (ISO 3166, such as `US`).',
        examples: ['US'],
      }),
    })
    .superRefine((it, context) => {
      const given = [it.recipients, it.smsRecipients, it.csv].filter((list) => list !== undefined).length;
      if (given === 1) return;
      const message =
        given === 0
          ? 'is required, unless smsRecipients or a CSV is sent'
          : 'recipients, smsRecipients and csv cannot be combined';
      context.addIssue({ code: 'custom', path: ['recipients'], message });
    })
    .meta({
      id: 'SubmitSmsBatchRequest',
      description: 'An SMS message for many recipients: exactly one of `recipients`, `smsRecipients` and `csv`.',
      examples: [examples.submitSmsBatchRequest],
    }),
);

/** Fields that are query parameters when the body is `text/csv`. */
export const CSV_QUERY_FIELDS = ['from', 'message', 'sendAt', 'defaultCountry'] as const;

const flag = z.lazy(() =>
  describedAs(
    z.boolean(),
    z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')], {
      error: 'must be true or false',
    }),
  ),
);

export const submitSmsBatchParams = z.lazy(() =>
  z.strictObject({
    dryRun: flag.optional().meta({
      description: 'If `true`, the batch is validated and its counts are returned, but nothing is stored or sent.',
      examples: [true],
    }),
  }),
);

const batchId = z.lazy(() => z.guid().meta({ description: 'Id of the batch.', examples: [examples.smsBatch.id] }));

export const smsBatchParams = z.lazy(() => z.strictObject({ id: batchId }));

export const BATCH_STATES = ['scheduled', 'running', 'completed', 'canceled', 'failed'] as const;

export const RECIPIENT_STATES = ['pending', 'accepted', 'failed', 'inDoubt', 'optedOut', 'canceled'] as const;

export const smsBatchResultsParams = z.lazy(() =>
  z.strictObject({
    id: batchId,
    state: z
      .enum(RECIPIENT_STATES)
      .optional()
      .meta({ description: 'Only recipients in this state.', examples: ['failed'] }),
    maxPageSize: wholeNumber(1, 10_000)
      .optional()
      .meta({ description: 'Maximum number of results on a page.', examples: [1000] }),
    after: wholeNumber(0, MAXIMUM_BATCH_RECIPIENTS)
      .optional()
      .meta({ description: 'Where the page starts. Taken from `nextLink`.', examples: [1000] }),
  }),
);

export const listSmsBatchesParams = z.lazy(() =>
  z.strictObject({
    maxPageSize: wholeNumber(1, 100)
      .optional()
      .meta({ description: 'Maximum number of batches on a page.', examples: [20] }),
    after: identifierText
      .optional()
      .meta({ description: 'Where the page starts. Taken from `nextLink`.', examples: [examples.batchCursor] }),
  }),
);

export const redriveSmsBatchRequest = z.lazy(() =>
  z
    .strictObject({
      includeInDoubt: z
        .boolean()
        .optional()
        .describe(
          'Whether to resend messages in state `inDoubt` too; recipients may then receive the message twice. By default, `false`.',
        ),
    })
    .meta({
      id: 'RedriveSmsBatchRequest',
      description: 'What to resend.',
      examples: [examples.redriveSmsBatchRequest],
    }),
);

/** `pending` + `accepted` + `failed` + `inDoubt` + `optedOut` + `canceled` = `total`. */
const counts = z.lazy(() =>
  z.object({
    total: z.int().describe('All recipients.'),
    pending: z.int().describe('Not sent yet.'),
    accepted: z.int().describe('Accepted by ACS.'),
    failed: z.int().describe('Rejected by ACS, or not allowed for the client.'),
    inDoubt: z.int().describe('Possibly sent: ACS’s response was lost.'),
    optedOut: z.int().describe('Not sent, because the recipient has opted out.'),
    canceled: z.int().describe('Not sent, because the batch was canceled.'),
    delivered: z.int().describe('Delivered, according to delivery reports so far.'),
    undelivered: z.int().describe('Not delivered, according to delivery reports so far.'),
  }),
);

const invalidRecipient = z.lazy(() =>
  z.object({
    line: z.int().describe('Line in the CSV, or position in the list, starting at 1.'),
    value: z.string().describe('The value that was submitted.'),
    reason: z.string().describe('Why it is invalid.'),
  }),
);

const invalidRecipients = z.lazy(() =>
  z.object({
    count: z.int().describe('Number of invalid recipients.'),
    first: z.array(invalidRecipient).describe('The first invalid recipients.'),
  }),
);

const emptyPlaceholder = z.lazy(() =>
  z.object({
    line: z.int().describe('Line in the CSV.'),
    placeholder: z.string().describe('Name of the first placeholder that is empty.'),
  }),
);

const emptyPlaceholders = z.lazy(() =>
  z.object({
    count: z.int().describe('Number of recipients with at least one empty placeholder.'),
    first: z.array(emptyPlaceholder).describe('The first such recipients.'),
  }),
);

const segments = z.lazy(() =>
  z.object({
    encoding: z.enum(['GSM-7', 'UCS-2']).describe('Encoding of the messages. `UCS-2` if any message requires it.'),
    total: z.int().describe('Message segments of all recipients together, for which you are charged.'),
    perMessageMaximum: z.int().describe('Segments of the longest message.'),
  }),
);

export const smsBatch = z.lazy(() =>
  z
    .object({
      id: z.string().optional().describe('Id of the batch. Absent in the response to a dry run.'),
      state: z.enum(BATCH_STATES).describe('State of the batch.'),
      from: z.string().describe('The sender.'),
      createdOn: dateTime.describe('When the batch was submitted.'),
      sendAt: dateTime.optional().describe('When the first message is scheduled to be sent.'),
      completedOn: dateTime.optional().describe('When the last recipient was processed.'),
      estimatedCompletionOn: dateTime
        .optional()
        .describe('When the last message is expected to be sent, at the sender’s rate.'),
      ratePerMinute: z.number().describe('Recipients per minute at which this batch is sent.'),
      counts: counts.describe('Number of recipients by state.'),
      segments: segments.describe('Message segments of the batch.'),
      duplicates: z.int().describe('Recipients that were submitted more than once and are sent one message.'),
      invalid: invalidRecipients.describe('Recipients that cannot be sent to.'),
      emptyPlaceholders: emptyPlaceholders
        .optional()
        .describe('Recipients for whom a placeholder of the message is empty. They are sent the message nonetheless.'),
      reason: z.string().optional().describe('Why the batch failed, or why Switchboard canceled it.'),
    })
    .meta({ id: 'SmsBatch', description: 'An SMS batch.', examples: [examples.smsBatch] }),
);

export const smsBatchPage = z.lazy(() =>
  z
    .object({ value: z.array(smsBatch).describe('The batches on this page.'), nextLink: nextLink.optional() })
    .meta({ id: 'SmsBatchPage', description: 'A page of batches.', examples: [examples.smsBatchPage] }),
);

const batchDelivery = z.lazy(() =>
  z.object({
    status: z.enum(['Delivered', 'Failed']).describe('Delivery status.'),
    details: z.string().describe('Details of the delivery status.'),
    receivedOn: dateTime.describe('When the delivery report was received.'),
  }),
);

export const smsBatchResult = z.lazy(() =>
  z
    .object({
      to: z.string().describe('Phone number of the recipient.'),
      state: z.enum(RECIPIENT_STATES).describe('State of the message to this recipient.'),
      messageId: z.string().optional().describe('ACS’s id of the message.'),
      httpStatusCode: z.int().optional().describe('ACS’s HTTP status for this recipient.'),
      errorMessage: z.string().optional().describe('Why the message was not accepted.'),
      delivery: batchDelivery.optional().describe('The delivery report, once it has arrived.'),
    })
    .meta({
      id: 'SmsBatchResult',
      description: 'The result for one recipient of a batch.',
      examples: [examples.smsBatchResult],
    }),
);

export const smsBatchResultPage = z.lazy(() =>
  z
    .object({ value: z.array(smsBatchResult).describe('The results on this page.'), nextLink: nextLink.optional() })
    .meta({
      id: 'SmsBatchResultPage',
      description: 'A page of results, in the order of submission. May have fewer items although more pages follow.',
      examples: [examples.smsBatchResultPage],
    }),
);

export type SubmitSmsBatchRequest = z.output<typeof submitSmsBatchRequest>;
export type RecipientState = (typeof RECIPIENT_STATES)[number];
export type BatchState = (typeof BATCH_STATES)[number];
export type SmsBatch = z.output<typeof smsBatch>;
export type SmsBatchCounts = z.output<typeof counts>;
export type SmsBatchResult = z.output<typeof smsBatchResult>;
export type EmptyPlaceholders = z.output<typeof emptyPlaceholders>;
export type InvalidRecipient = z.output<typeof invalidRecipient>;

/** A CSV as the bytes of a request body. Decoded piece by piece: a single string would double the memory. */
export class CsvFile {
  readonly bytes: Uint8Array;
  /** The `charset` in the content type. A byte order mark takes precedence. */
  readonly charset: string | undefined;

  constructor(bytes: Uint8Array, charset?: string) {
    this.bytes = bytes;
    this.charset = charset;
  }
}
