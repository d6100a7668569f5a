import type { EmailOperation } from '../contract/email.ts';

/**
 * The states of an email, lowest first. A state only ever rises, so a fact that arrives late or out of order cannot move
 * an email backwards. `Sending`: ACS is being called, or the process that called it died. `Unknown`: ACS reported no
 * final status in time; a later delivery report still raises the state.
 */
export const EMAIL_STATES = [
  'Sending',
  'NotStarted',
  'Running',
  'Unknown',
  'Succeeded',
  'Canceled',
  'Failed',
] as const satisfies readonly ('Sending' | 'Unknown' | EmailOperation['status'])[];

export type EmailState = (typeof EMAIL_STATES)[number];

/** A type and not an interface, so that it fits into schemas that allow more members. */
export type EmailError = { readonly code: string; readonly message: string };

/** The delivery status of an email at one recipient. */
export interface EmailDelivery {
  readonly status: string;
  readonly details: string;
  /** Time of the delivery attempt (epoch milliseconds). */
  readonly attemptedOn: number;
}

/** A result that the owner receives as an event. */
export type EmailOutcome =
  | { readonly result: 'succeeded' | 'failed' | 'unknown' }
  | ({ readonly result: 'delivered' | 'undelivered'; readonly recipient: string } & EmailDelivery);

/** ACS's limits depend on who verified the sender's domain: the customer, or Azure for a domain that it created. */
export const DOMAIN_KINDS = ['custom', 'managed'] as const;

export type DomainKind = (typeof DOMAIN_KINDS)[number];

/** @see "Provision Azure-managed domains" (ACS Email) */
const MANAGED_DOMAIN = /\.azurecomm\.net$/;

export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}

export function domainKind(address: string): DomainKind {
  return MANAGED_DOMAIN.test(domainOf(address)) ? 'managed' : 'custom';
}

/** The client that sent an email. */
export interface EmailOwner {
  readonly client: string;
  /** The id by which the client knows the email; absent in rows of older versions, where it is the email's own. */
  readonly publicId?: string;
  readonly sender: string;
  readonly kind: DomainKind;
  /** The caller's own name for the email, or the operation's id. */
  readonly subject: string;
  readonly replyTo: string | undefined;
}

/** Everything known about one email. Times are epoch milliseconds. */
export interface Email {
  /** The operation's id at ACS, in lower case. */
  readonly id: string;
  /** Undefined as long as only delivery reports of the email are known. */
  readonly owner: EmailOwner | undefined;
  /** When it was submitted to ACS; without an owner, when its first report arrived. */
  readonly acceptedOn: number;
  readonly state: EmailState;
  readonly error: EmailError | undefined;
  /** When to poll ACS for its state. */
  readonly nextPollOn: number;
  /** By the recipient's address in lower case. */
  readonly deliveries: Readonly<Record<string, EmailDelivery>>;
  /** Outcomes that have not been emitted yet. */
  readonly pending: readonly EmailOutcome[];
  /** When the timer emits what is pending: by then, the process that stored it has emitted it or has died. */
  readonly emitOn: number;
}

export type OwnedEmail = Email & { readonly owner: EmailOwner };

/** The id that answers, links and events show. */
export function publicIdOf({ id, owner }: Pick<Email, 'id' | 'owner'>): string {
  return owner?.publicId ?? id;
}

/** Whether ACS is not polled any more. */
export function isFinal({ state }: Pick<Email, 'state'>): boolean {
  return EMAIL_STATES.indexOf(state) >= EMAIL_STATES.indexOf('Unknown');
}

/** What the timer does with an email: emit its outcomes, delete it, or poll ACS within the quota of its domain kind. */
export type Lane = 'emit' | 'delete' | DomainKind;

/** How long reports without an owner are kept: the email's own row may be written after them. */
const UNOWNED_MILLISECONDS = 24 * 60 * 60_000;

/** The next step of an email, and when it is due; undefined if nothing is left to do. */
export function nextStep(email: Email): { readonly lane: Lane; readonly on: number } | undefined {
  if (!email.owner) return { lane: 'delete', on: email.acceptedOn + UNOWNED_MILLISECONDS };
  if (email.pending.length > 0) return { lane: 'emit', on: email.emitOn };
  return isFinal(email) ? undefined : { lane: email.owner.kind, on: email.nextPollOn };
}
