import { refusal, type ServiceError } from '../http/errors.ts';
import { Fields } from '../http/fields.ts';
import type { Call } from '../http/route.ts';
import { parseJson } from '../http/route.ts';

const MAXIMUM_RECIPIENTS = 50;

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const ADDRESS = /^[^\s@<>,;"]+@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z0-9-]{2,}$/;
const MEDIA_TYPE = /^[\w.+-]+\/[\w.+-]+(?:\s*;.*)?$/;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

export interface EmailRequest {
  /** The body as it came, for the emulator's own list. */
  readonly content: Readonly<Record<string, unknown>>;
  readonly addresses: readonly string[];
}

export function invalidEmail(field: string, message: string): ServiceError {
  return refusal(400, 'BadRequest', message, field === '' ? {} : { target: field });
}

/** The client's `Operation-Id`. @throws ServiceError 400 when it is not a UUID */
export function readOperationId(call: Call): string | undefined {
  const id = call.header('operation-id');
  if (id === undefined || UUID.test(id)) return id;
  throw invalidEmail('Operation-Id', 'The Operation-Id header must be a UUID.');
}

/** @throws ServiceError 400 */
export function readEmailRequest(call: Call): EmailRequest {
  const content = parseJson(call, invalidEmail);
  const body = new Fields(content, '', invalidEmail);
  requireAddress(body, 'senderAddress');
  readContent(body.object('content'));
  const addresses = readRecipients(body.object('recipients'));
  for (const replyTo of body.objects('replyTo')) readAddress(replyTo);
  for (const attachment of body.objects('attachments')) checkAttachment(attachment);
  body.optionalTextMap('headers');
  body.optionalFlag('userEngagementTrackingDisabled');
  return { content: content as Record<string, unknown>, addresses };
}

function readContent(content: Fields): void {
  if (content.text('subject').trim() === '') throw content.refuse('subject', 'The Subject field is required.');
  const plainText = content.optionalText('plainText');
  const html = content.optionalText('html');
  if (!plainText && !html) throw content.refuse('', 'The content needs plainText or html.');
}

function readRecipients(recipients: Fields): string[] {
  const to = recipients.objects('to');
  if (to.length === 0) throw recipients.refuse('to', 'The To field is required.');
  const all = [...to, ...recipients.objects('cc'), ...recipients.objects('bcc')];
  if (all.length > MAXIMUM_RECIPIENTS) {
    throw recipients.refuse('', `An e-mail may have ${MAXIMUM_RECIPIENTS} recipients at most, not ${all.length}.`);
  }
  return all.map((recipient) => readAddress(recipient).toLowerCase());
}

function readAddress(recipient: Fields): string {
  recipient.optionalText('displayName');
  return requireAddress(recipient, 'address');
}

function requireAddress(fields: Fields, name: string): string {
  const address = fields.text(name);
  if (!ADDRESS.test(address)) throw fields.refuse(name, 'Invalid format for email address');
  return address;
}

function checkAttachment(attachment: Fields): void {
  if (attachment.text('name').trim() === '') throw attachment.refuse('name', 'The Name field is required.');
  if (!MEDIA_TYPE.test(attachment.text('contentType'))) {
    throw attachment.refuse('contentType', 'The ContentType field must be a media type, such as application/pdf.');
  }
  const base64 = attachment.text('contentInBase64');
  if (base64 === '' || base64.length % 4 !== 0 || !BASE64.test(base64)) {
    throw attachment.refuse('contentInBase64', 'The ContentInBase64 field must be non-empty base64.');
  }
  attachment.optionalText('contentId');
}
