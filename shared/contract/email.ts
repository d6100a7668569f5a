import * as z from 'zod';
import { isAllowedAttachmentType } from './attachmenttypes.ts';
import { dateTime, emailAddress } from './common.ts';
import * as examples from './examples.ts';

/** Over to, cc and bcc together. @see "Service limits" (ACS) */
export const MAXIMUM_EMAIL_RECIPIENTS = 50;

/** The whole request including base64 attachments. @see "Service limits" (ACS) */
export const MAXIMUM_EMAIL_BYTES = 10 * 1024 * 1024;

const participant = z.lazy(() => z.strictObject({ address: emailAddress, displayName: z.string().optional() }));

const recipients = z.lazy(() =>
  z
    .strictObject({
      to: z.array(participant).min(1),
      cc: z.array(participant).optional(),
      bcc: z.array(participant).optional(),
    })
    .refine((it) => it.to.length + (it.cc?.length ?? 0) + (it.bcc?.length ?? 0) <= MAXIMUM_EMAIL_RECIPIENTS, {
      error: `to, cc and bcc may hold ${MAXIMUM_EMAIL_RECIPIENTS} recipients together`,
    }),
);

const attachment = z.lazy(() =>
  z.strictObject({
    name: z.string().min(1),
    contentType: z.string().min(1),
    contentInBase64: z.base64().min(1),
    contentId: z.string().optional(),
  }),
);

/** With it, ACS leaves out an attachment that it does not take, instead of refusing the mail. */
const SUPPRESS_INVALID_ATTACHMENT = 'x-ms-acsemail-suppress-invalid-attachment';

export const emailMessage = z.lazy(() =>
  z
    .strictObject({
      senderAddress: emailAddress,
      recipients,
      content: z.strictObject({
        subject: z.string().min(1),
        plainText: z.string().optional(),
        html: z.string().optional(),
      }),
      attachments: z.array(attachment).optional(),
      replyTo: z.array(participant).optional(),
      headers: z.record(z.string(), z.string()).optional(),
      userEngagementTrackingDisabled: z.boolean().optional(),
    })
    .superRefine(({ attachments = [], headers = {} }, context) => {
      const suppresses = ([name, value]: [string, string]) =>
        name.toLowerCase() === SUPPRESS_INVALID_ATTACHMENT && value.toLowerCase() === 'true';
      if (Object.entries(headers).some(suppresses)) return;
      for (const [index, { contentType }] of attachments.entries()) {
        if (isAllowedAttachmentType(contentType)) continue;
        const message = 'is not a media type that ACS takes as an attachment';
        context.addIssue({ code: 'custom', path: ['attachments', index, 'contentType'], message });
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
 * Where a mail stands by Switchboard's account: ACS's shape, and what became of it at each recipient so far. `Unknown`:
 * ACS has not told within a day.
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
