import * as z from 'zod';
import type { Context } from '../context.ts';
import { type EmailAttachment, type EmailContent, readEmailContent } from '../email/emailContent.ts';
import { attachmentResult, safeFileName } from '../email/emailFiles.ts';
import { EMAIL_HTML_POLICY, frameHtml } from '../email/emailHtml.ts';
import { emailSource } from '../email/emailSource.ts';
import type { StoredEmail } from '../email/emailStore.ts';
import { acsError } from '../http/serviceError.ts';
import { inspectionRoute, inspectionRoutes, wholeNumber } from './inspectionRoute.ts';

const SAFETY = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-dns-prefetch-control': 'off',
};

const MAXIMUM_ATTACHMENTS = 100_000;

/** The parts of email messages. */
export const emailContentRoutes = inspectionRoutes({
  getEmailHtml: inspectionRoute({
    method: 'GET',
    path: '/_emulator/items/email/:id/html',
    summary: 'Returns the HTML of an email message for a sandboxed frame: it runs and loads nothing.',
    params: z.object({ id: z.string() }),
    contentType: 'text/html',
    handle: ({ params }, context) => {
      const { content, attachments } = contentOf(params.id, context);
      if (!content.html) throw acsError(404, 'NotFound', 'The email message has no HTML.');
      const bytes = Buffer.from(frameHtml(content.html, attachments ?? []));
      return {
        status: 200,
        content: { type: 'text/html; charset=utf-8', bytes },
        headers: { ...SAFETY, 'content-security-policy': EMAIL_HTML_POLICY },
      };
    },
  }),
  getEmailSource: inspectionRoute({
    method: 'GET',
    path: '/_emulator/items/email/:id/source',
    summary: 'Returns an email message as its recipients receive it, without the blind copies (RFC 5322).',
    params: z.object({ id: z.string() }),
    contentType: 'text/plain',
    handle: async ({ params }, context) => {
      const email = requireEmail(params.id, context);
      return {
        status: 200,
        content: { type: 'text/plain; charset=utf-8', bytes: await emailSource(email) },
        headers: {
          ...SAFETY,
          'content-security-policy': "sandbox; default-src 'none'",
          'content-disposition': `inline; filename="${safeFileName(email.id).replace(/[^\w.-]/g, '_')}.eml"`,
        },
      };
    },
  }),
  getEmailAttachment: inspectionRoute({
    method: 'GET',
    path: '/_emulator/items/email/:id/attachments/:index',
    summary: 'Returns an attachment as a download. The first one has the index 0.',
    params: z.object({ id: z.string(), index: wholeNumber(0, MAXIMUM_ATTACHMENTS) }),
    contentType: 'application/octet-stream',
    handle: ({ params }, context) => {
      const attachment = contentOf(params.id, context).attachments?.[params.index];
      return attachmentResult(requireAttachment(attachment), 'attachment');
    },
  }),
  getInlineAttachment: inspectionRoute({
    method: 'GET',
    path: '/_emulator/items/email/:id/inline/:contentId',
    summary: 'Returns an image by its content id; an attachment of another type as a download.',
    params: z.object({ id: z.string(), contentId: z.string() }),
    contentType: 'application/octet-stream',
    handle: ({ params }, context) => {
      const { attachments } = contentOf(params.id, context);
      return attachmentResult(
        requireAttachment(attachments?.find((it) => it.contentId === params.contentId)),
        'inline',
      );
    },
  }),
});

function requireEmail(id: string, { emails }: Context): StoredEmail {
  const email = emails.find(id);
  if (!email) throw acsError(404, 'NotFound', `There is no email message ${id}.`);
  return email;
}

function contentOf(id: string, context: Context): EmailContent {
  return readEmailContent(requireEmail(id, context).content);
}

function requireAttachment(attachment: EmailAttachment | undefined): EmailAttachment {
  if (!attachment) throw acsError(404, 'NotFound', 'The email message has no such attachment.');
  return attachment;
}
