import { Fields, parseJson, UUID } from '../http/fields.ts';
import type { Call } from '../http/route.ts';
import { badRequest, ServiceError } from '../http/serviceError.ts';
import { withoutBrackets } from './emailStore.ts';

const MAXIMUM_RECIPIENTS = 50;

/** RFC 5322 §3.2.3 with dots anywhere, and a domain of two or more labels (RFC 1123 §2.1); all in ASCII. */
const ADDRESS =
  /^[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~.]+@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z0-9][A-Za-z0-9-]*[A-Za-z0-9]$/;
const MAXIMUM_ADDRESS_LENGTH = 320;

/** The first api-version whose attachments have a `contentId`. */
const CONTENT_ID_VERSION = '2024-07-01';

const IGNORE_DUPLICATES = 'x-ms-acsemail-ignore-duplicate-content-id';
const MEDIA_TYPE = /^[\w.+-]+\/[\w.+-]+(?:\s*;.*)?$/;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

export interface EmailRequest {
  /** The request body as received, for the emulator's own list. */
  readonly content: Readonly<Record<string, unknown>>;
  readonly addresses: readonly string[];
}

/** The live service's error for a malformed property. @see https://github.com/Azure/azure-sdk-for-java/issues/39910 */
function invalidProperty(property: string): ServiceError {
  const message = `Request body validation error. See property '${property}'`;
  return new ServiceError(400, 'BadRequest', message, {
    body: { error: { code: 'BadRequest', message, target: null, details: null, innererror: null } },
  });
}

/** Reads the `Operation-Id` header. @throws ServiceError 400 if it is not a UUID */
export function readOperationId(call: Call): string | undefined {
  const id = call.header('operation-id');
  if (id === undefined || UUID.test(id)) return id;
  throw badRequest('Operation-Id', 'The Operation-Id header must be a UUID.');
}

/** @throws ServiceError 400 */
export function readEmailRequest(call: Call): EmailRequest {
  const content = parseJson(call, badRequest);
  const body = new Fields(content, '', badRequest);
  checkSender(body);
  readContent(body.object('content'));
  const addresses = readRecipients(body.object('recipients'));
  for (const replyTo of body.objects('replyTo')) readAddress(replyTo);
  const attachments = body.objects('attachments');
  for (const attachment of attachments) checkAttachment(attachment);
  const headers = body.optionalStringMap('headers');
  if (call.apiVersion >= CONTENT_ID_VERSION) checkContentIds(attachments, headers);
  body.optionalBoolean('userEngagementTrackingDisabled');
  return { content: content as Record<string, unknown>, addresses };
}

function readContent(content: Fields): void {
  if (content.string('subject').trim() === '') throw content.invalid('subject', 'The Subject field is required.');
  const plainText = content.optionalString('plainText');
  const html = content.optionalString('html');
  if (!plainText && !html) throw content.invalid('', 'The content needs plainText or html.');
}

function readRecipients(recipients: Fields): string[] {
  const all = ['to', 'cc', 'bcc'].flatMap((name) => recipients.objects(name));
  if (all.length === 0) throw recipients.invalid('to', 'The To field is required.');
  if (all.length > MAXIMUM_RECIPIENTS) {
    throw recipients.invalid(
      '',
      `An email message can have at most ${MAXIMUM_RECIPIENTS} recipients, not ${all.length}.`,
    );
  }
  return all.map((recipient) => readAddress(recipient).toLowerCase());
}

/** @see https://github.com/Azure/azure-sdk-for-python/issues/31935 on `displayName` */
function readAddress(recipient: Fields): string {
  if (recipient.isNull('displayName')) throw invalidProperty('displayName');
  recipient.optionalString('displayName');
  const address = recipient.string('address');
  if (!isAddress(address)) throw recipient.invalid('address', 'Invalid format for email address');
  return address;
}

function isAddress(text: string): boolean {
  return text.length <= MAXIMUM_ADDRESS_LENGTH && ADDRESS.test(text);
}

function checkSender(body: Fields): void {
  if (!isAddress(withoutBrackets(body.string('senderAddress')))) throw invalidProperty('senderAddress');
}

function checkAttachment(attachment: Fields): void {
  if (attachment.string('name').trim() === '') throw attachment.invalid('name', 'The Name field is required.');
  if (!MEDIA_TYPE.test(attachment.string('contentType'))) {
    throw attachment.invalid('contentType', 'The ContentType field must be a media type, such as application/pdf.');
  }
  const base64 = attachment.string('contentInBase64');
  if (base64 === '' || base64.length % 4 !== 0 || !BASE64.test(base64)) {
    throw attachment.invalid('contentInBase64', 'The ContentInBase64 field must be non-empty base64.');
  }
  attachment.optionalString('contentId');
}

/** @see https://learn.microsoft.com/azure/communication-services/concepts/email/email-headers */
function checkContentIds(attachments: readonly Fields[], headers: Readonly<Record<string, string>> = {}): void {
  const ignored = Object.entries(headers).find(([name]) => name.toLowerCase() === IGNORE_DUPLICATES)?.[1];
  if (ignored?.toLowerCase() === 'true') return;
  const contentIds = new Set<string>();
  for (const attachment of attachments) {
    const contentId = attachment.optionalString('contentId');
    if (contentId === undefined) continue;
    if (contentIds.has(contentId)) throw attachment.invalid('contentId', 'Duplicate ContentId in the attachments.');
    contentIds.add(contentId);
  }
}
