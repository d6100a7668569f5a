import type { EmailDeliveryReport, EmailDeliveryState } from '../contract/deliveryReport.ts';
import type { EmailOperation } from '../contract/email.ts';
import {
  type Delivery,
  MAIL_STATES,
  type Mail,
  type MailError,
  type MailOwner,
  type MailState,
  type OwedOutcome,
} from './emailRow.ts';
import { firstLook, lookAfterAbsence, lookAfterFailure, nextLook, tellAgainOn } from './schedule.ts';

/** Something that was learned of a mail. */
export type Fact =
  /** ACS took it. */
  | { readonly kind: 'accepted'; readonly operation: EmailOperation; readonly retryAfterSeconds: number | undefined }
  /** ACS was asked, and told. */
  | { readonly kind: 'seen'; readonly operation: EmailOperation; readonly retryAfterSeconds: number | undefined }
  /** ACS was asked, and does not know it. */
  | { readonly kind: 'absent' }
  /** ACS could not be asked. */
  | { readonly kind: 'unanswered' }
  | { readonly kind: 'reported'; readonly report: EmailDeliveryReport }
  /** It was looked at, and Switchboard could not handle what it saw. */
  | { readonly kind: 'unusable' }
  /** These outcomes were told. */
  | { readonly kind: 'told'; readonly outcomes: readonly OwedOutcome[] }
  /** What is owed could not be told. */
  | { readonly kind: 'untold' };

/** Whoever learns of an outcome tells it, or has died, within this. */
const TELL_MILLISECONDS = 60_000;

export function newMail(id: string, owner: MailOwner, now: number): Mail {
  const empty = { error: undefined, deliveries: {}, owed: [], tellOn: 0 };
  return { id, owner, acceptedOn: now, state: 'Sending', nextLookOn: firstLook(now, undefined), ...empty };
}

/** A mail that is handed to ACS once more, and may get there only now: its time begins anew. */
export function sentAgain(mail: Mail, now: number): Mail {
  return { ...mail, acceptedOn: now, nextLookOn: Math.max(firstLook(now, undefined), mail.nextLookOn + 1) };
}

/** A mail of which only a report is known. */
export function orphan(id: string, now: number): Mail {
  const empty = { error: undefined, deliveries: {}, owed: [], tellOn: 0 };
  return { id, owner: undefined, acceptedOn: now, state: 'Sending', nextLookOn: 0, ...empty };
}

/** A mail whose reports came before it: all that they said is now owed to its owner. */
export function adopted(mail: Mail, owner: MailOwner, now: number): Mail {
  const fresh = { ...newMail(mail.id, owner, now), deliveries: mail.deliveries };
  const deliveries = Object.entries(mail.deliveries).map(([recipient, it]) => owedDelivery(recipient, it));
  return owing(raised(fresh, mail.state, mail.error, now), deliveries, now);
}

/**
 * A mail after something was learned. Whatever the order, and however often it is learned, the same is known in the end;
 * an outcome is owed once for each state that ends the mail, and for each new word of a recipient.
 *
 * @param now epoch milliseconds
 */
export function merge(mail: Mail, fact: Fact, now: number): Mail {
  switch (fact.kind) {
    case 'accepted':
      return accepted(mail, fact, now);
    case 'seen': {
      const next = nextLook(mail.acceptedOn, now, fact.retryAfterSeconds);
      return looked(raised(mail, fact.operation.status, errorOf(fact.operation), now), next, now);
    }
    case 'absent':
      return looked(mail, lookAfterAbsence(mail.acceptedOn, now), now);
    case 'unanswered':
      return looked(mail, lookAfterFailure(now), now);
    case 'unusable':
      return looked(mail, nextLook(mail.acceptedOn, now), now);
    case 'untold':
      return { ...mail, tellOn: tellAgainOn(mail.acceptedOn, now) };
    case 'reported':
      return reported(mail, fact.report, now);
    case 'told':
      return { ...mail, owed: mail.owed.filter((it) => !fact.outcomes.some((told) => isSame(told, it))) };
  }
}

/** Its time begins with ACS's answer, however long that took. */
function accepted(
  mail: Mail,
  { operation, retryAfterSeconds }: Extract<Fact, { kind: 'accepted' }>,
  now: number,
): Mail {
  const timed = mail.state === 'Sending' ? { ...mail, acceptedOn: now } : mail;
  return looked(raised(timed, operation.status, errorOf(operation), now), firstLook(now, retryAfterSeconds), now);
}

/** @param next undefined when ACS is not asked any more: then nobody knows */
function looked(mail: Mail, next: number | undefined, now: number): Mail {
  return next === undefined ? raised(mail, 'Unknown', undefined, now) : { ...mail, nextLookOn: next };
}

/** The higher one of two states; what it means to the owner is owed when it is new. */
function raised(mail: Mail, state: MailState, error: MailError | undefined, now: number): Mail {
  if (rank(state) < rank(mail.state)) return mail;
  if (state === mail.state) return { ...mail, error: greater(mail.error, error) };
  const result = OUTCOME_OF[state];
  const risen = { ...mail, state, error };
  return result ? owing(risen, [{ result }], now) : risen;
}

function rank(state: MailState): number {
  return MAIL_STATES.indexOf(state);
}

/** Of two texts for one state, always the same one. */
function greater(one: MailError | undefined, other: MailError | undefined): MailError | undefined {
  return JSON.stringify(one ?? null) >= JSON.stringify(other ?? null) ? one : other;
}

const OUTCOME_OF: Partial<Record<MailState, 'succeeded' | 'failed' | 'unknown'>> = {
  Unknown: 'unknown',
  Succeeded: 'succeeded',
  Canceled: 'failed',
  Failed: 'failed',
};

function errorOf({ status, error }: EmailOperation): MailError | undefined {
  if (status !== 'Failed' && status !== 'Canceled') return undefined;
  return error ? { code: error.code ?? '', message: error.message ?? '' } : undefined;
}

/** Reports that only a mail which ACS has handed on can have. A suppressed recipient may also fail the whole mail. */
const MEANS_HANDED_ON: readonly EmailDeliveryState[] = [
  'Delivered',
  'Expanded',
  'Bounced',
  'FilteredSpam',
  'Quarantined',
];

function reported(mail: Mail, { recipient, status, details, attemptedOn }: EmailDeliveryReport, now: number): Mail {
  const known = mail.deliveries[recipient];
  const delivery: Delivery = { status, details, attemptedOn };
  const later = known && !isLater(delivery, known) ? known : delivery;
  const next = { ...mail, deliveries: { ...mail.deliveries, [recipient]: later } };
  const isNews = later === delivery && known?.status !== status;
  const told = isNews ? owing(next, [owedDelivery(recipient, delivery)], now) : next;
  return MEANS_HANDED_ON.includes(status) ? raised(told, 'Succeeded', undefined, now) : told;
}

/** By the time of the attempt; of two at one time, always the same one. */
function isLater(one: Delivery, other: Delivery): boolean {
  if (one.attemptedOn !== other.attemptedOn) return one.attemptedOn > other.attemptedOn;
  return JSON.stringify(one) > JSON.stringify(other);
}

/** "Anything but Delivered counts as failed"; an expanded list has been delivered to. @see Event Grid, ACS e-mail events */
function owedDelivery(recipient: string, delivery: Delivery): OwedOutcome {
  const isDelivered = delivery.status === 'Delivered' || delivery.status === 'Expanded';
  return { result: isDelivered ? 'delivered' : 'undelivered', recipient, ...delivery };
}

/** Nothing is owed for a mail that nobody of ours sent. */
function owing(mail: Mail, outcomes: readonly OwedOutcome[], now: number): Mail {
  if (!mail.owner || outcomes.length === 0) return mail;
  return { ...mail, owed: [...mail.owed, ...outcomes], tellOn: now + TELL_MILLISECONDS };
}

function isSame(one: OwedOutcome, other: OwedOutcome): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
