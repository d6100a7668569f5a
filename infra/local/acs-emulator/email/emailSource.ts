import type { MailComposerOptions } from 'nodemailer/lib/mail-composer';
import { type EmailAddress, type EmailAttachment, readEmailContent } from './emailContent.ts';
import { internetMessageId, type StoredEmail, senderOf } from './emailStore.ts';

/**
 * Returns an email message as its recipients receive it: in the form of RFC 5322, without the blind copies.
 *
 * The composer is loaded with the first message.
 */
export async function emailSource(email: StoredEmail): Promise<Buffer> {
  const { default: MailComposer } = await import('nodemailer/lib/mail-composer');
  return new MailComposer(describe(email)).compile().build();
}

function describe(email: StoredEmail): MailComposerOptions {
  const { content, recipients, replyTo, headers, attachments } = readEmailContent(email.content);
  const sender = senderOf(email);
  return {
    from: { name: '', address: sender },
    to: addresses(recipients.to),
    cc: addresses(recipients.cc),
    replyTo: addresses(replyTo),
    subject: oneLine(content.subject),
    messageId: internetMessageId(email.id, sender),
    date: new Date(email.at),
    headers: customHeaders(headers ?? {}),
    ...(content.plainText && { text: content.plainText }),
    ...(content.html && { html: content.html }),
    attachments: (attachments ?? []).map(describeAttachment),
    baseBoundary: email.id,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

function addresses(list: readonly EmailAddress[] | null | undefined) {
  return (list ?? []).map(({ address, displayName }) => ({ name: oneLine(displayName ?? ''), address }));
}

function describeAttachment({ name, contentType, contentInBase64, contentId }: EmailAttachment) {
  return {
    filename: oneLine(name),
    contentType: oneLine(contentType),
    content: Buffer.from(contentInBase64, 'base64'),
    ...(contentId && { cid: oneLine(contentId).replace(/[<>]/g, ''), contentDisposition: 'inline' }),
  };
}

/** @see RFC 5322, section 2.2 */
const HEADER_NAME = /^[!-9;-~]{1,76}$/;

/** Those that the message itself has, and those that ACS keeps for itself. */
const OWN_HEADERS =
  /^(?:from|to|cc|bcc|sender|reply-to|subject|date|message-id|mime-version|content-.*|x-ms-acsemail-.*)$/i;

function customHeaders(headers: Readonly<Record<string, string | null>>): Record<string, string> {
  const own = Object.entries(headers).filter(([name]) => HEADER_NAME.test(name) && !OWN_HEADERS.test(name));
  return Object.fromEntries(own.map(([name, value]) => [name, oneLine(value ?? '')]));
}

/** A line break in a header would begin another header. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
}
