import { type EmailAddress, type EmailAttachment, type EmailContent, readEmailContent } from '../email/emailContent.ts';
import { operationOf, outcomeOf, statusChangesAt } from '../email/emailOutcome.ts';
import { type EmailStore, type StoredEmail, senderOf } from '../email/emailStore.ts';
import type { EmailItem, ItemSummary } from '../inspection/items.ts';
import type { ChannelView, Unplaced } from './channelView.ts';
import { findCopyable } from './findCopyable.ts';
import { readHtml } from './htmlText.ts';
import { previewOf, previewOfHtml } from './preview.ts';

interface EmailViewOptions {
  readonly emails: EmailStore;
  readonly settleMilliseconds: number;
  readonly now: () => Date;
}

const MAXIMUM_BYTES = 256 * 1024 * 1024;

/** Shows email messages. Their ids are those of their operations. */
export function emailView(options: EmailViewOptions): ChannelView {
  const { emails, settleMilliseconds, now } = options;
  /** Reads an email message, if it exists. */
  const read = <T>(id: string, reader: (email: StoredEmail) => T): T | undefined => {
    const email = emails.find(id);
    return email && reader(email);
  };
  return {
    channel: 'email',
    maximumBytes: MAXIMUM_BYTES,
    changedBy: (event) => (event.store === 'email' ? [emails.find(event.id)?.id ?? event.id] : []),
    has: (id) => emails.find(id) !== undefined,
    summary: (id) => read(id, (email) => summarize(email, readEmailContent(email.content), options)),
    item: (id) => read(id, (email) => describe(email, options)),
    text: (id) => read(id, textOf) ?? '',
    sizeBytes: (id) => read(id, sizeOf) ?? 0,
    changesAt: (id) => read(id, (email) => statusChangesAt(email, settleMilliseconds, now())),
    remove: (id) => emails.remove(id),
  };
}

function summarize(email: StoredEmail, content: EmailContent, options: EmailViewOptions) {
  const { subject, plainText, html } = content.content;
  return {
    channel: 'email',
    id: email.id,
    at: new Date(email.at).toISOString(),
    direction: 'sent',
    from: senderOf(email),
    to: recipientsOf(content).map(({ address }) => address),
    subject,
    preview: plainText ? previewOf(plainText) : previewOfHtml(html ?? ''),
    status: statusOf(email, options),
  } as const satisfies Unplaced<ItemSummary>;
}

function describe(email: StoredEmail, options: EmailViewOptions): Unplaced<EmailItem> {
  const content = readEmailContent(email.content);
  const { subject, plainText, html } = content.content;
  const operation = operationAt(email, options);
  const statuses = statusesOf(email, options);
  return {
    ...summarize(email, content, options),
    ...(plainText && { plainText }),
    ...(html && { html }),
    ...findCopyable([subject, plainText ?? ''], html ?? undefined),
    headers: headersOf(content),
    replyTo: (content.replyTo ?? []).map(({ address }) => address),
    recipients: recipientsOf(content).map(({ kind, address, displayName }) => ({
      kind,
      address,
      ...(displayName && { displayName }),
      status: statuses.get(address.toLowerCase()) ?? 'Pending',
    })),
    attachments: (content.attachments ?? []).map(describeAttachment),
    operation,
    repeats: email.repeats,
  };
}

const KINDS = ['to', 'cc', 'bcc'] as const;

type Recipient = EmailAddress & { readonly kind: (typeof KINDS)[number] };

function recipientsOf({ recipients }: EmailContent): Recipient[] {
  return KINDS.flatMap((kind) => (recipients[kind] ?? []).map((recipient) => ({ kind, ...recipient })));
}

function headersOf({ headers }: EmailContent): Record<string, string> {
  const set = Object.entries(headers ?? {}).filter((header): header is [string, string] => header[1] !== null);
  return Object.fromEntries(set);
}

function describeAttachment({ name, contentType, contentInBase64, contentId }: EmailAttachment, index: number) {
  const sizeBytes = Buffer.byteLength(contentInBase64, 'base64');
  return { index, name, contentType, ...(contentId && { contentId }), sizeBytes };
}

function operationAt(email: StoredEmail, { settleMilliseconds, now }: EmailViewOptions): EmailItem['operation'] {
  const operation = operationOf(email, settleMilliseconds, now());
  return operation ? { status: operation.status, error: operation.error } : { status: 'NotFound', error: null };
}

/** The status of each recipient that has one: by report, once the operation has ended, or set by hand. */
function statusesOf(email: StoredEmail, options: EmailViewOptions): ReadonlyMap<string, string> {
  const { status } = operationAt(email, options);
  const hasEnded = status === 'Succeeded' || status === 'Failed';
  const reports = hasEnded ? outcomeOf(email).reports : [];
  return new Map([...reports.map(({ recipient, status: it }) => [recipient, it] as const), ...email.statuses]);
}

/** The status of the recipients, if they have the same one; otherwise one that is not `Delivered`. */
function statusOf(email: StoredEmail, options: EmailViewOptions): string {
  const { status } = operationAt(email, options);
  const statuses = [...statusesOf(email, options).values()];
  const problem = statuses.find((it) => it !== 'Delivered' && it !== 'Expanded');
  const isComplete = statuses.length === new Set(email.addresses).size;
  return problem ?? (isComplete ? statuses[0] : status) ?? status;
}

/** Both bodies and the names of the attachments. */
function textOf({ content }: StoredEmail): string {
  const { content: body, attachments } = readEmailContent(content);
  const html = body.html ? readHtml(body.html, MAXIMUM_SEARCHED_CHARACTERS).text : '';
  return [body.plainText ?? '', html, ...(attachments ?? []).map(({ name }) => name)].join('\n');
}

const MAXIMUM_SEARCHED_CHARACTERS = 256 * 1024;

/** About what the message takes in memory. */
function sizeOf({ content }: StoredEmail): number {
  const { content: body, attachments } = readEmailContent(content);
  const strings = [
    body.subject,
    body.plainText ?? '',
    body.html ?? '',
    ...(attachments ?? []).map((it) => it.contentInBase64),
  ];
  return strings.reduce((sum, text) => sum + text.length, 0);
}
