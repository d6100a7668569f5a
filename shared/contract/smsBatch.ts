import * as z from 'zod';
import { dateTime, describedAs, identifierText, wholeNumber } from './common.ts';
import * as examples from './examples.ts';
import { JsonList } from './jsonList.ts';
import { MAXIMUM_SMS_LENGTH, smsSender, smsSendOptions } from './sms.ts';

/** Of one batch. */
export const MAXIMUM_BATCH_RECIPIENTS = 1_000_000;

/** A CSV of a million numbers takes 13 MB; the Functions host takes 100 MB. */
export const MAXIMUM_BATCH_BYTES = 96 * 1024 * 1024;

const countryCode = z.lazy(() => z.string().regex(/^[A-Z]{2}$/, 'must be an ISO 3166 country code, such as US'));

/** Text, or a request's body. */
const csv = z.lazy(() => describedAs(z.string(), z.union([z.string(), z.instanceof(CsvFile)])));

export const smsBatchRecipient = z.lazy(() => z.strictObject({ to: z.string() }));

/** An array, or a long one as its JSON, whose elements are checked as they are read. */
function listOf<Element extends z.ZodType>(element: Element) {
  const array = z.array(element).max(MAXIMUM_BATCH_RECIPIENTS);
  const list = z.custom<z.output<Element>[] | JsonList>().superRefine((value, context) => {
    if (value instanceof JsonList) return;
    for (const issue of array.safeParse(value).error?.issues ?? []) context.addIssue({ ...issue });
  });
  return describedAs(array, list);
}

/** Recipients come as numbers, as `smsRecipients`, or as CSV (text here, or the request's body as `text/csv`). */
export const submitSmsBatchRequest = z.lazy(() =>
  z
    .strictObject({
      from: smsSender,
      /** May hold `{{column}}` for each further column of the CSV. */
      message: z.string().min(1).max(MAXIMUM_SMS_LENGTH),
      recipients: listOf(z.string()).optional(),
      smsRecipients: listOf(smsBatchRecipient).optional(),
      csv: csv.optional(),
      smsSendOptions: smsSendOptions.unwrap().strict().optional(),
      /** When the first message is sent; at once when not given. */
      sendAt: dateTime.optional(),
      /** Of numbers without a country code. */
      defaultCountry: countryCode.optional(),
    })
    .superRefine((it, context) => {
      const given = [it.recipients, it.smsRecipients, it.csv].filter((list) => list !== undefined).length;
      if (given !== 1) {
        const message =
          given === 0 ? 'is missing (or smsRecipients, or a CSV)' : 'smsRecipients and csv exclude each other';
        context.addIssue({ code: 'custom', path: ['recipients'], message });
      }
    })
    .meta({ id: 'SubmitSmsBatchRequest', examples: [examples.submitSmsBatchRequest] }),
);

/** The fields that stand in the query when the body is `text/csv`. */
export const CSV_QUERY_FIELDS = ['from', 'message', 'sendAt', 'defaultCountry'] as const;

const flag = z.lazy(() =>
  describedAs(z.boolean(), z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')])),
);

export const submitSmsBatchParams = z.lazy(() => z.strictObject({ dryRun: flag.optional() }));

const batchId = z.lazy(() => z.guid().meta({ examples: [examples.smsBatch.id] }));

export const smsBatchParams = z.lazy(() => z.strictObject({ id: batchId }));

export const BATCH_STATES = ['scheduled', 'running', 'completed', 'canceled', 'failed'] as const;

export const RECIPIENT_STATES = ['pending', 'accepted', 'failed', 'inDoubt', 'optedOut', 'canceled'] as const;

export const smsBatchResultsParams = z.lazy(() =>
  z.strictObject({
    id: batchId,
    state: z.enum(RECIPIENT_STATES).optional(),
    maxPageSize: wholeNumber(1, 10_000).optional(),
    /** Where the page begins; from `nextLink`. */
    after: wholeNumber(0, MAXIMUM_BATCH_RECIPIENTS).optional(),
  }),
);

export const listSmsBatchesParams = z.lazy(() =>
  z.strictObject({
    maxPageSize: wholeNumber(1, 100).optional(),
    after: identifierText.optional(),
  }),
);

export const redriveSmsBatchRequest = z.lazy(() =>
  z
    .strictObject({ includeInDoubt: z.boolean().optional() })
    .meta({ id: 'RedriveSmsBatchRequest', examples: [examples.redriveSmsBatchRequest] }),
);

/** Recipients by state: `pending` + `accepted` + `failed` + `inDoubt` + `optedOut` + `canceled` = `total`. */
const counts = z.lazy(() =>
  z.object({
    total: z.int(),
    pending: z.int(),
    accepted: z.int(),
    failed: z.int(),
    inDoubt: z.int(),
    optedOut: z.int(),
    canceled: z.int(),
    /** Of those to whom something was sent, as far as delivery reports have come; some may be in doubt otherwise. */
    delivered: z.int(),
    undelivered: z.int(),
  }),
);

const invalidRecipient = z.lazy(() =>
  z.object({
    /** Line of the CSV, or position in the list, from 1. */
    line: z.int(),
    value: z.string(),
    reason: z.string(),
  }),
);

const emptyPlaceholders = z.lazy(() =>
  z.object({
    /** Recipients whose message has at least one placeholder that an empty cell filled. */
    count: z.int(),
    /** The first ones, each with the first such placeholder. */
    first: z.array(z.object({ line: z.int(), placeholder: z.string() })),
  }),
);

export const smsBatch = z.lazy(() =>
  z
    .object({
      /** Absent in the answer to a dry run. */
      id: z.string().optional(),
      state: z.enum(BATCH_STATES),
      from: z.string(),
      createdOn: dateTime,
      sendAt: dateTime.optional(),
      /** When the last recipient was handled. */
      completedOn: dateTime.optional(),
      /** When the last message will have been sent, at the sender's rate. */
      estimatedCompletionOn: dateTime.optional(),
      /** Recipients a minute at which this batch is sent. */
      ratePerMinute: z.number(),
      counts,
      /** What all messages together are charged. */
      segments: z.object({ encoding: z.enum(['GSM-7', 'UCS-2']), total: z.int(), perMessageMaximum: z.int() }),
      duplicates: z.int(),
      invalid: z.object({ count: z.int(), first: z.array(invalidRecipient) }),
      /** Sent all the same. Absent for batches that an older version accepted. */
      emptyPlaceholders: emptyPlaceholders.optional(),
      /** Why the batch failed, or why Switchboard canceled it. */
      reason: z.string().optional(),
    })
    .meta({ id: 'SmsBatch', examples: [examples.smsBatch] }),
);

export const smsBatchPage = z.lazy(() =>
  z
    .object({ value: z.array(smsBatch), nextLink: z.string().optional() })
    .meta({ id: 'SmsBatchPage', examples: [examples.smsBatchPage] }),
);

export const smsBatchResult = z.lazy(() =>
  z
    .object({
      to: z.string(),
      state: z.enum(RECIPIENT_STATES),
      messageId: z.string().optional(),
      httpStatusCode: z.int().optional(),
      errorMessage: z.string().optional(),
      /** What the delivery report says, once it has come. */
      delivery: z
        .object({ status: z.enum(['Delivered', 'Failed']), details: z.string(), receivedOn: dateTime })
        .optional(),
    })
    .meta({ id: 'SmsBatchResult', examples: [examples.smsBatchResult] }),
);

export const smsBatchResultPage = z.lazy(() =>
  z
    .object({ value: z.array(smsBatchResult), nextLink: z.string().optional() })
    .meta({ id: 'SmsBatchResultPage', examples: [examples.smsBatchResultPage] }),
);

export type SubmitSmsBatchRequest = z.output<typeof submitSmsBatchRequest>;
export type RecipientState = (typeof RECIPIENT_STATES)[number];
export type BatchState = (typeof BATCH_STATES)[number];
export type SmsBatch = z.output<typeof smsBatch>;
export type SmsBatchCounts = z.output<typeof counts>;
export type SmsBatchResult = z.output<typeof smsBatchResult>;
export type EmptyPlaceholders = z.output<typeof emptyPlaceholders>;
export type InvalidRecipient = z.output<typeof invalidRecipient>;

/** A CSV as the bytes of a request's body, which are decoded piece by piece: the text, all at once, would double them. */
export class CsvFile {
  readonly bytes: Uint8Array;
  /** The `charset` that its content type declared. A byte order mark takes precedence. */
  readonly charset: string | undefined;

  constructor(bytes: Uint8Array, charset?: string) {
    this.bytes = bytes;
    this.charset = charset;
  }
}
