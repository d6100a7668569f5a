import type { EmailOperation } from '../contract/email.ts';
import type { DomainKind } from './limits.ts';

/**
 * Where a mail stands, each state above the ones before it: what is learned later, or out of order, never takes a mail
 * back. `Sending`: ACS is being called, or whoever called it died. `Unknown`: ACS has not told the end in time; a late
 * report still does.
 */
export const MAIL_STATES = [
  'Sending',
  'NotStarted',
  'Running',
  'Unknown',
  'Succeeded',
  'Canceled',
  'Failed',
] as const satisfies readonly ('Sending' | 'Unknown' | EmailOperation['status'])[];

export type MailState = (typeof MAIL_STATES)[number];

/** A type and not an interface: answers take further members. */
export type MailError = { readonly code: string; readonly message: string };

/** What became of a mail at one recipient. */
export interface Delivery {
  readonly status: string;
  readonly details: string;
  /** When it was tried (epoch milliseconds). */
  readonly attemptedOn: number;
}

/** An outcome event that has to be told. */
export type OwedOutcome =
  | { readonly result: 'succeeded' | 'failed' | 'unknown' }
  | ({ readonly result: 'delivered' | 'undelivered'; readonly recipient: string } & Delivery);

/** Who sent a mail; undefined as long as only reports of it are known. */
export interface MailOwner {
  readonly client: string;
  /** The id by which the client knows the email; absent in rows of older versions, where it is the email's own. */
  readonly publicId?: string;
  readonly sender: string;
  readonly kind: DomainKind;
  /** The caller's own name for the mail, or the operation's id. */
  readonly subject: string;
  readonly replyTo: string | undefined;
}

/** One mail by all that is known of it. Times are epoch milliseconds. */
export interface Mail {
  /** The operation's id at ACS, in lower case. */
  readonly id: string;
  readonly owner: MailOwner | undefined;
  /** When it was handed to ACS; without an owner, when its first report came. */
  readonly acceptedOn: number;
  readonly state: MailState;
  readonly error: MailError | undefined;
  /** When ACS is to be asked for its state. */
  readonly nextLookOn: number;
  /** By the recipient's address in lower case. */
  readonly deliveries: Readonly<Record<string, Delivery>>;
  readonly owed: readonly OwedOutcome[];
  /** When somebody else tells what is owed: whoever learned of it has died by then. */
  readonly tellOn: number;
}

/** The id that answers, links and events show. */
export function publicIdOf({ id, owner }: Pick<Mail, 'id' | 'owner'>): string {
  return owner?.publicId ?? id;
}

/** ACS reports no other state after this one. */
export function isOver({ state }: Pick<Mail, 'state'>): boolean {
  return MAIL_STATES.indexOf(state) >= MAIL_STATES.indexOf('Unknown');
}

/** What has to happen to a mail by itself. */
export type Lane = 'tell' | 'forget' | DomainKind;

/** Reports of a mail that nobody of ours sent are kept this long, for they may come before its row. */
const ORPHAN_MILLISECONDS = 24 * 60 * 60_000;

/** What is next for a mail, and when; undefined when nothing is. */
export function dueOf(mail: Mail): { readonly lane: Lane; readonly on: number } | undefined {
  if (!mail.owner) return { lane: 'forget', on: mail.acceptedOn + ORPHAN_MILLISECONDS };
  if (mail.owed.length > 0) return { lane: 'tell', on: mail.tellOn };
  return isOver(mail) ? undefined : { lane: mail.owner.kind, on: mail.nextLookOn };
}
