import * as z from 'zod';
import { isAllowedAttachmentType } from './attachmentTypes.ts';
import { dateTime, emailAddress, senderAddress } from './common.ts';
import * as examples from './examples.ts';

/** Over to, cc and bcc together. @see "Service limits" (ACS) */
export const MAXIMUM_EMAIL_RECIPIENTS = 50;

/** The whole request including base64 attachments. @see "Service limits" (ACS) */
export const MAXIMUM_EMAIL_BYTES = 10 * 1024 * 1024;

const participant = z.lazy(() => z.object({ address: emailAddress, displayName: oneLine().optional() }));

/** ACS serves a message to `cc` or `bcc` alone, and expects `to` all the same: an empty list. */
const recipients = z.lazy(() =>
  z
    .object({
      to: z.array(participant).default([]),
      cc: z.array(participant).optional(),
      bcc: z.array(participant).optional(),
    })
    .superRefine(({ to, cc = [], bcc = [] }, context) => {
      const count = to.length + cc.length + bcc.length;
      if (count === 0) {
        context.addIssue({ code: 'custom', path: ['to'], message: 'must hold a recipient, or else cc or bcc must' });
      } else if (count > MAXIMUM_EMAIL_RECIPIENTS) {
        const message = `to, cc and bcc may hold ${MAXIMUM_EMAIL_RECIPIENTS} recipients together`;
        context.addIssue({ code: 'custom', message });
      }
    }),
);

const attachment = z.lazy(() =>
  z.object({
    name: oneLine().min(1),
    contentType: oneLine().min(1),
    contentInBase64: z.base64().min(1),
    contentId: oneLine().optional(),
  }),
);

type Attachments = readonly z.output<typeof attachment>[];
type Headers = Readonly<Record<string, string>>;
type Problem = readonly [index: number, member: string, message: string];

/**
 * The attachments for which ACS refuses the whole message.
 *
 * @see https://learn.microsoft.com/azure/communication-services/concepts/email/email-headers
 */
function* attachmentProblems(attachments: Attachments, headers: Headers): Generator<Problem> {
  const takesEveryType = isSwitchedOn(headers, 'x-ms-acsemail-suppress-invalid-attachment');
  const takesDuplicates = isSwitchedOn(headers, 'x-ms-acsemail-ignore-duplicate-content-id');
  const contentIds = new Set<string>();
  for (const [index, { contentType, contentId }] of attachments.entries()) {
    if (!takesEveryType && !isAllowedAttachmentType(contentType)) {
      yield [index, 'contentType', 'is not a media type that ACS takes as an attachment'];
    }
    if (contentId === undefined) continue;
    if (!takesDuplicates && contentIds.has(contentId)) yield [index, 'contentId', 'is that of another attachment, too'];
    contentIds.add(contentId);
  }
}

function isSwitchedOn(headers: Headers, header: string): boolean {
  return Object.entries(headers).some(([name, value]) => name.toLowerCase() === header && /^true$/i.test(value));
}

export const emailMessage = z.lazy(() =>
  z
    .object({
      senderAddress,
      recipients,
      content: z.object({
        subject: oneLine().min(1),
        plainText: z.string().optional(),
        html: z.string().optional(),
      }),
      attachments: z.array(attachment).optional(),
      replyTo: z.array(participant).optional(),
      headers: customHeaders().optional(),
      userEngagementTrackingDisabled: z.boolean().optional(),
    })
    .superRefine(({ attachments = [], headers = {} }, context) => {
      for (const [index, member, message] of attachmentProblems(attachments, headers)) {
        context.addIssue({ code: 'custom', path: ['attachments', index, member], message });
      }
    })
    .meta({ id: 'EmailMessage', examples: [examples.emailMessage] }),
);

export const emailOperationParams = z.lazy(() =>
  z.strictObject({ operationId: z.guid().meta({ examples: [examples.emailOperationStatus.id] }) }),
);

const EMAIL_STATES = ['NotStarted', 'Running', 'Succeeded', 'Failed', 'Canceled'] as const;

/** A failed send is HTTP 200 with `status: "Failed"` and its reason in `error`. */
export const emailOperation = z.lazy(() =>
  z.looseObject({
    id: z.string(),
    status: z.enum(EMAIL_STATES),
    error: z.looseObject({ code: z.string().nullish(), message: z.string().nullish() }).nullish(),
  }),
);

/**
 * An email's status as Switchboard knows it: ACS's shape, plus the delivery status for each recipient so far.
 * `Unknown`: ACS reported no final status within a day.
 */
export const emailOperationStatus = z.lazy(() =>
  z
    .looseObject({
      id: z.string(),
      status: z.enum([...EMAIL_STATES, 'Unknown']),
      error: z.looseObject({ code: z.string().nullish(), message: z.string().nullish() }).nullable(),
      deliveries: z
        .array(z.object({ recipient: z.string(), status: z.string(), details: z.string(), attemptedOn: dateTime }))
        .optional(),
    })
    .meta({ id: 'EmailOperationStatus', examples: [examples.emailOperationStatus] }),
);

export type EmailOperationStatus = z.output<typeof emailOperationStatus>;
export type EmailMessage = z.output<typeof emailMessage>;
export type EmailOperation = z.output<typeof emailOperation>;

/** Control characters and line separators: what comes after one could become a header of its own. */
const CONTROL = /[\p{Cc}\u2028\u2029]/u;

const HAS_CONTROL = 'must not hold control characters, such as line breaks';

/** What stands in one line of an email's head. @see RFC 5322 §2.2: a field body holds no CR or LF */
export const oneLine = () => z.string().refine((text) => !CONTROL.test(text), { error: HAS_CONTROL });

/** @see RFC 5322 §2.2: printable ASCII without the colon */
const HEADER_NAME = /^[!-9;-~]{1,128}$/;

/**
 * Headers that say who sends, who receives and by which way, or what the body is: other members of the request do, under
 * the client's rights, and the mail servers on the way.
 *
 * @see RFC 5322 §3.6 (fields), RFC 2045 (MIME), RFC 6376 (DKIM), RFC 7208 (SPF), RFC 8601, RFC 8617 (ARC)
 */
const RESERVED: readonly RegExp[] = [
  /^(?:from|sender|reply-to|to|cc|bcc|subject|date|return-path|received|delivered-to|apparently-to|errors-to)$/,
  /^(?:resent|content|arc|x-ms-exchange)-/,
  /^(?:mime-version|dkim-signature|domainkey-signature|received-spf|authentication-results)$/,
];

/** Headers of the caller's own. ACS documents none that it refuses. */
export const customHeaders = () =>
  z.record(z.string(), z.string()).superRefine((headers, context) => {
    for (const [name, value] of Object.entries(headers)) {
      const message = headerProblem(name, value);
      if (message !== undefined) context.addIssue({ code: 'custom', path: [name], message });
    }
  });

function headerProblem(name: string, value: string): string | undefined {
  if (!HEADER_NAME.test(name)) return 'must be named in visible ASCII characters without a colon';
  if (RESERVED.some((it) => it.test(name.toLowerCase()))) return 'is a header that callers cannot set';
  return CONTROL.test(value) ? HAS_CONTROL : undefined;
}
