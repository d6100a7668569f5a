import * as z from 'zod';
import { isAllowedAttachmentType } from './attachmentTypes.ts';
import { dateTime, emailAddress, senderAddress } from './common.ts';
import * as examples from './examples.ts';

/** In to, cc and bcc together. @see "Service limits" (ACS) */
export const MAXIMUM_EMAIL_RECIPIENTS = 50;

/** The whole request including attachments in base64. @see "Service limits" (ACS) */
export const MAXIMUM_EMAIL_BYTES = 10 * 1024 * 1024;

const participant = z.lazy(() =>
  z.object({
    address: emailAddress.describe('Email address.'),
    displayName: oneLine().optional().describe('Display name.'),
  }),
);

/** ACS accepts messages with only `cc` or `bcc` recipients, but requires `to` to be present: an empty list. */
const recipients = z.lazy(() =>
  z
    .object({
      to: z.array(participant).default([]).describe('Recipients in the To field.'),
      cc: z.array(participant).optional().describe('Recipients in the Cc field.'),
      bcc: z.array(participant).optional().describe('Recipients who are hidden from the others.'),
    })
    .superRefine(({ to, cc = [], bcc = [] }, context) => {
      const count = to.length + cc.length + bcc.length;
      if (count === 0) {
        const message = 'must contain a recipient, unless cc or bcc does';
        context.addIssue({ code: 'custom', path: ['to'], message });
      } else if (count > MAXIMUM_EMAIL_RECIPIENTS) {
        const message = `must not contain more than ${MAXIMUM_EMAIL_RECIPIENTS} recipients in to, cc and bcc together`;
        context.addIssue({ code: 'custom', message });
      }
    }),
);

const attachment = z.lazy(() =>
  z.object({
    name: oneLine().min(1).describe('File name of the attachment.'),
    contentType: oneLine().min(1).describe('Media type of the attachment, such as `application/pdf`.'),
    contentInBase64: z.base64().min(1).describe('Content of the attachment, in base64.'),
    contentId: oneLine().optional().describe('Content id of an inline attachment, for use as `cid:…` in the HTML.'),
  }),
);

type Attachments = readonly z.output<typeof attachment>[];
type Headers = Readonly<Record<string, string>>;
type Problem = readonly [index: number, member: string, message: string];

/**
 * Attachments for which ACS rejects the whole message.
 *
 * @see https://learn.microsoft.com/azure/communication-services/concepts/email/email-headers
 */
function* attachmentProblems(attachments: Attachments, headers: Headers): Generator<Problem> {
  const acceptsEveryType = isSwitchedOn(headers, 'x-ms-acsemail-suppress-invalid-attachment');
  const acceptsDuplicates = isSwitchedOn(headers, 'x-ms-acsemail-ignore-duplicate-content-id');
  const contentIds = new Set<string>();
  for (const [index, { contentType, contentId }] of attachments.entries()) {
    if (!acceptsEveryType && !isAllowedAttachmentType(contentType)) {
      yield [index, 'contentType', 'must be a media type that ACS accepts for attachments'];
    }
    if (contentId === undefined) continue;
    if (!acceptsDuplicates && contentIds.has(contentId))
      yield [index, 'contentId', 'must not be the content id of another attachment'];
    contentIds.add(contentId);
  }
}

function isSwitchedOn(headers: Headers, header: string): boolean {
  return Object.entries(headers).some(([name, value]) => name.toLowerCase() === header && /^true$/i.test(value));
}

const emailContent = z.lazy(() =>
  z.object({
    subject: oneLine().min(1).describe('Subject of the email message.'),
    plainText: z.string().optional().describe('Content as plain text.'),
    html: z.string().optional().describe('Content as HTML.'),
  }),
);

export const emailMessage = z.lazy(() =>
  z
    .object({
      senderAddress: senderAddress.describe('Address of the sender, in a verified domain.'),
      recipients: recipients.describe(`The recipients, at most ${MAXIMUM_EMAIL_RECIPIENTS}.`),
      content: emailContent.describe('Content of the email message.'),
      attachments: z.array(attachment).optional().describe('Attachments. The whole request may have 10 MB.'),
      replyTo: z.array(participant).optional().describe('Addresses for replies.'),
      headers: customHeaders()
        .optional()
        .describe('Custom email headers. Headers that other fields or mail servers set are rejected.'),
      userEngagementTrackingDisabled: z
        .boolean()
        .optional()
        .describe('Whether to disable user engagement tracking for this email message.'),
    })
    .superRefine(({ attachments = [], headers = {} }, context) => {
      for (const [index, member, message] of attachmentProblems(attachments, headers)) {
        context.addIssue({ code: 'custom', path: ['attachments', index, member], message });
      }
    })
    .meta({ id: 'EmailMessage', description: 'An email message to send.', examples: [examples.emailMessage] }),
);

export const emailOperationParams = z.lazy(() =>
  z.strictObject({
    operationId: z.guid().meta({
      description: 'Id of the operation, from the response to sending the email message.',
      examples: [examples.emailOperationStatus.id],
    }),
  }),
);

const EMAIL_STATES = ['NotStarted', 'Running', 'Succeeded', 'Failed', 'Canceled'] as const;

const emailError = z.lazy(() =>
  z.looseObject({
    code: z.string().nullish().describe('Error code of ACS.'),
    message: z.string().nullish().describe('An explanation.'),
  }),
);

/** A failed send is HTTP 200 with `status: "Failed"` and its reason in `error`. */
export const emailOperation = z.lazy(() =>
  z.looseObject({ id: z.string(), status: z.enum(EMAIL_STATES), error: emailError.nullish() }),
);

const emailDelivery = z.lazy(() =>
  z.object({
    recipient: z.string().describe('Address of the recipient.'),
    status: z.string().describe('Delivery status, such as `Delivered` or `Bounced`.'),
    details: z.string().describe('Details of the delivery status.'),
    attemptedOn: dateTime.describe('When delivery was attempted.'),
  }),
);

/** ACS's shape, plus the delivery status of each recipient so far. */
export const emailOperationStatus = z.lazy(() =>
  z
    .looseObject({
      id: z.string().describe('Id of the operation.'),
      status: z
        .enum([...EMAIL_STATES, 'Unknown'])
        .describe('Status of the operation. `Unknown`: ACS reported no final status within 24 hours.'),
      error: emailError.nullable().describe('Why the operation failed; `null` otherwise.'),
      deliveries: z
        .array(emailDelivery)
        .optional()
        .describe('Delivery status of each recipient for whom ACS has sent a delivery report.'),
    })
    .meta({
      id: 'EmailOperationStatus',
      description: 'The status of an email message.',
      examples: [examples.emailOperationStatus],
    }),
);

export type EmailOperationStatus = z.output<typeof emailOperationStatus>;
export type EmailMessage = z.output<typeof emailMessage>;
export type EmailOperation = z.output<typeof emailOperation>;

/** Control characters and line separators: text after one could start another header. */
const CONTROL = /[\p{Cc}\u2028\u2029]/u;

const HAS_CONTROL = 'must not contain control characters, such as line breaks';

/** A header field's body. @see RFC 5322 §2.2: no CR or LF */
export const oneLine = () => z.string().refine((text) => !CONTROL.test(text), { error: HAS_CONTROL });

/** @see RFC 5322 §2.2: printable ASCII without the colon */
const HEADER_NAME = /^[!-9;-~]{1,128}$/;

/**
 * Headers for sender, recipients, route and format of the body: other fields of the request (restricted by the client's
 * permissions) and mail servers set them.
 *
 * @see RFC 5322 §3.6 (fields), RFC 2045 (MIME), RFC 6376 (DKIM), RFC 7208 (SPF), RFC 8601, RFC 8617 (ARC)
 */
const RESERVED: readonly RegExp[] = [
  /^(?:from|sender|reply-to|to|cc|bcc|subject|date|return-path|received|delivered-to|apparently-to|errors-to)$/,
  /^(?:resent|content|arc|x-ms-exchange)-/,
  /^(?:mime-version|dkim-signature|domainkey-signature|received-spf|authentication-results)$/,
];

/** ACS documents no header that it rejects. */
export const customHeaders = () =>
  z.record(z.string(), z.string()).superRefine((headers, context) => {
    for (const [name, value] of Object.entries(headers)) {
      const message = headerProblem(name, value);
      if (message !== undefined) context.addIssue({ code: 'custom', path: [name], message });
    }
  });

function headerProblem(name: string, value: string): string | undefined {
  if (!HEADER_NAME.test(name)) return 'must have a name of visible ASCII characters without a colon';
  if (RESERVED.some((it) => it.test(name.toLowerCase()))) return 'cannot be set as a custom header';
  return CONTROL.test(value) ? HAS_CONTROL : undefined;
}
