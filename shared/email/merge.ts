import type { EmailDeliveryReport, EmailDeliveryState } from '../contract/acsEvent.ts';
import type { EmailOperation } from '../contract/email.ts';
import {
  EMAIL_STATES,
  type Email,
  type EmailDelivery,
  type EmailError,
  type EmailOutcome,
  type EmailOwner,
  type EmailState,
} from './email.ts';
import { firstPoll, nextEmitAttempt, nextPoll, pollAfterFailure, pollAfterNotFound } from './pollSchedule.ts';

/** Something learned about an email. */
export type Fact =
  /** ACS accepted it. */
  | { readonly kind: 'accepted'; readonly operation: EmailOperation; readonly retryAfterSeconds: number | undefined }
  /** A poll returned its state. */
  | { readonly kind: 'polled'; readonly operation: EmailOperation; readonly retryAfterSeconds: number | undefined }
  /** A poll found that ACS does not know it. */
  | { readonly kind: 'notFound' }
  /** A poll got no answer. */
  | { readonly kind: 'unanswered' }
  /** Switchboard could not process the answer of a poll. */
  | { readonly kind: 'unusable' }
  | { readonly kind: 'reported'; readonly report: EmailDeliveryReport }
  | { readonly kind: 'emitted'; readonly outcomes: readonly EmailOutcome[] }
  /** At least one pending outcome could not be emitted. */
  | { readonly kind: 'notEmitted' };

/** Upper bound on how long a process takes to emit an outcome that it has stored. */
const EMIT_MILLISECONDS = 60_000;

export function newEmail(id: string, owner: EmailOwner, now: number): Email {
  const empty = { error: undefined, deliveries: {}, pending: [], emitOn: 0 };
  return { id, owner, acceptedOn: now, state: 'Sending', nextPollOn: firstPoll(now, undefined), ...empty };
}

/** An email that is submitted again. ACS may receive it only now, so its day starts again. */
export function resubmitted(email: Email, now: number): Email {
  return { ...email, acceptedOn: now, nextPollOn: Math.max(firstPoll(now, undefined), email.nextPollOn + 1) };
}

/** An email of which only a delivery report is known. */
export function withoutOwner(id: string, now: number): Email {
  const empty = { error: undefined, deliveries: {}, pending: [], emitOn: 0 };
  return { id, owner: undefined, acceptedOn: now, state: 'Sending', nextPollOn: 0, ...empty };
}

/** Gives an owner to an email whose reports arrived before it: everything reported so far becomes a pending outcome. */
export function withOwner(email: Email, owner: EmailOwner, now: number): Email {
  const created = { ...newEmail(email.id, owner, now), deliveries: email.deliveries };
  const outcomes = Object.entries(email.deliveries).map(([recipient, it]) => deliveryOutcome(recipient, it));
  return withPending(raised(created, email.state, email.error, now), outcomes, now);
}

/**
 * Merges a fact into an email. The result does not depend on the order of facts or on how often one is merged. An outcome
 * becomes pending once for each final state, and for each new delivery status of a recipient.
 *
 * @param now epoch milliseconds
 */
export function merge(email: Email, fact: Fact, now: number): Email {
  switch (fact.kind) {
    case 'accepted':
      return accepted(email, fact, now);
    case 'polled': {
      const next = nextPoll(email.acceptedOn, now, fact.retryAfterSeconds);
      return polled(raised(email, fact.operation.status, errorOf(fact.operation), now), next, now);
    }
    case 'notFound':
      return polled(email, pollAfterNotFound(email.acceptedOn, now), now);
    case 'unanswered':
      return polled(email, pollAfterFailure(now), now);
    case 'unusable':
      return polled(email, nextPoll(email.acceptedOn, now), now);
    case 'reported':
      return reported(email, fact.report, now);
    case 'emitted': {
      const isEmitted = (outcome: EmailOutcome) => fact.outcomes.some((it) => isSame(it, outcome));
      return { ...email, pending: email.pending.filter((it) => !isEmitted(it)) };
    }
    case 'notEmitted':
      return { ...email, emitOn: nextEmitAttempt(email.acceptedOn, now) };
  }
}

/** Its day starts with ACS's answer, however long the call took. */
function accepted(
  email: Email,
  { operation, retryAfterSeconds }: Extract<Fact, { kind: 'accepted' }>,
  now: number,
): Email {
  const timed = email.state === 'Sending' ? { ...email, acceptedOn: now } : email;
  return polled(raised(timed, operation.status, errorOf(operation), now), firstPoll(now, retryAfterSeconds), now);
}

/** @param next undefined after the last poll: without a final state by then, the state is unknown */
function polled(email: Email, next: number | undefined, now: number): Email {
  return next === undefined ? raised(email, 'Unknown', undefined, now) : { ...email, nextPollOn: next };
}

/** The higher of the two states. A higher state that means a result to the owner adds a pending outcome. */
function raised(email: Email, state: EmailState, error: EmailError | undefined, now: number): Email {
  if (rank(state) < rank(email.state)) return email;
  if (state === email.state) return { ...email, error: greater(email.error, error) };
  const result = RESULTS[state];
  const higher = { ...email, state, error };
  return result ? withPending(higher, [{ result }], now) : higher;
}

function rank(state: EmailState): number {
  return EMAIL_STATES.indexOf(state);
}

/** Picks the same one of two errors in either order. */
function greater(one: EmailError | undefined, other: EmailError | undefined): EmailError | undefined {
  return JSON.stringify(one ?? null) >= JSON.stringify(other ?? null) ? one : other;
}

const RESULTS: Partial<Record<EmailState, 'succeeded' | 'failed' | 'unknown'>> = {
  Unknown: 'unknown',
  Succeeded: 'succeeded',
  Canceled: 'failed',
  Failed: 'failed',
};

function errorOf({ status, error }: EmailOperation): EmailError | undefined {
  if (status !== 'Failed' && status !== 'Canceled') return undefined;
  return error ? { code: error.code ?? '', message: error.message ?? '' } : undefined;
}

/** Statuses that prove that ACS sent the email. `Suppressed` and `Failed` do not: ACS may have failed the whole email. */
const PROVES_SENT: readonly EmailDeliveryState[] = ['Delivered', 'Expanded', 'Bounced', 'FilteredSpam', 'Quarantined'];

function reported(email: Email, { recipient, status, details, attemptedOn }: EmailDeliveryReport, now: number): Email {
  const known = email.deliveries[recipient];
  const delivery: EmailDelivery = { status, details, attemptedOn };
  const latest = known && !isLater(delivery, known) ? known : delivery;
  const updated = { ...email, deliveries: { ...email.deliveries, [recipient]: latest } };
  const isNew = latest === delivery && known?.status !== status;
  const next = isNew ? withPending(updated, [deliveryOutcome(recipient, delivery)], now) : updated;
  return PROVES_SENT.includes(status) ? raised(next, 'Succeeded', undefined, now) : next;
}

/** By the time of the attempt; picks the same one of two at the same time. */
function isLater(one: EmailDelivery, other: EmailDelivery): boolean {
  if (one.attemptedOn !== other.attemptedOn) return one.attemptedOn > other.attemptedOn;
  return JSON.stringify(one) > JSON.stringify(other);
}

/** "Anything but Delivered counts as failed"; an expanded list was delivered to. @see Event Grid, ACS email events */
function deliveryOutcome(recipient: string, delivery: EmailDelivery): EmailOutcome {
  const isDelivered = delivery.status === 'Delivered' || delivery.status === 'Expanded';
  return { result: isDelivered ? 'delivered' : 'undelivered', recipient, ...delivery };
}

/** Without an owner, there is no one to emit outcomes to. */
function withPending(email: Email, outcomes: readonly EmailOutcome[], now: number): Email {
  if (!email.owner || outcomes.length === 0) return email;
  return { ...email, pending: [...email.pending, ...outcomes], emitOn: now + EMIT_MILLISECONDS };
}

function isSame(one: EmailOutcome, other: EmailOutcome): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
