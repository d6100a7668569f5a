import * as z from 'zod';

// The request body of an email message as it is stored. It was validated when it was received; null counts as absent, as on ACS.

const recipient = z.looseObject({ address: z.string(), displayName: z.string().nullish() });
const recipients = z.array(recipient).nullish();

export const emailContent = z.looseObject({
  content: z.looseObject({
    subject: z.string(),
    plainText: z.string().nullish(),
    html: z.string().nullish(),
  }),
  recipients: z.looseObject({ to: recipients, cc: recipients, bcc: recipients }),
  replyTo: recipients,
  headers: z.record(z.string(), z.string().nullable()).nullish(),
  attachments: z
    .array(
      z.looseObject({
        name: z.string(),
        contentType: z.string(),
        contentInBase64: z.string(),
        contentId: z.string().nullish(),
      }),
    )
    .nullish(),
});

export type EmailContent = z.infer<typeof emailContent>;
export type EmailAttachment = NonNullable<EmailContent['attachments']>[number];
export type EmailAddress = z.infer<typeof recipient>;

export function readEmailContent(content: Readonly<Record<string, unknown>>): EmailContent {
  return emailContent.parse(content);
}
