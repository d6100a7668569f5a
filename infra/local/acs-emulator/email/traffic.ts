import { refusal, type ServiceError } from '../http/errors.ts';
import type { Fields } from '../http/fields.ts';
import { readLimit, requireKnown } from '../quotas/quotaFields.ts';
import { SlidingWindow } from '../quotas/slidingWindow.ts';

/** Whose domain an e-mail is sent from: the customer's own, or one that Azure gave. */
export type DomainKind = 'custom' | 'managed';

/** What is limited: the sending of mails, and the reading of their operations' status. */
export type Traffic = 'sends' | 'reads';

const KINDS = ['custom', 'managed'] as const satisfies DomainKind[];
const TRAFFICS = ['sends', 'reads'] as const satisfies Traffic[];
const SPANS = ['Minute', 'Hour'] as const;

type Span = (typeof SPANS)[number];
type LimitName = `${Traffic}Per${Span}`;

const SPAN_MILLISECONDS: Readonly<Record<Span, number>> = { Minute: 60_000, Hour: 3_600_000 };

/** Requests a span of time; without a limit, any number. */
export type EmailLimits = Readonly<Partial<Record<LimitName, number>>>;

export type EmailRates = Readonly<Partial<Record<DomainKind, EmailLimits>>>;

/** What the sender's domain is limited as. @see "Service limits for Azure Communication Services", Email */
export function domainKind(senderAddress: string): DomainKind {
  return senderAddress.toLowerCase().endsWith('.azurecomm.net') ? 'managed' : 'custom';
}

/**
 * Counts the requests of the e-mail service, and refuses those over the limits of the subscription; there are none until
 * some are set.
 *
 * @see "Service limits for Azure Communication Services": what is over them is rejected, never queued
 */
export class EmailTraffic {
  #rates: EmailRates = {};
  #windows = new Map<string, SlidingWindow>();
  #stats = noRequests();

  get rates(): EmailRates {
    return this.#rates;
  }

  replace(rates: EmailRates): void {
    this.#rates = rates;
    this.#windows = new Map();
  }

  /** Counts a request. @throws ServiceError 429 with `Retry-After`; such a request does not use up the limits */
  admit(traffic: Traffic, kind: DomainKind, now: Date): void {
    const at = now.getTime();
    const spans = SPANS.map((span) => this.#spanOf(traffic, kind, span));
    const waits = spans.map(({ span, window, limit }) => ({ span, milliseconds: window.waitFor(1, limit, at) }));
    const longest = waits.reduce((most, wait) => (wait.milliseconds > most.milliseconds ? wait : most));
    if (longest.milliseconds > 0) {
      this.#stats[`${traffic}Refused`] += 1;
      throw limitExceeded(longest.span, Math.ceil(longest.milliseconds / 1000));
    }
    for (const { window } of spans) window.add(1, at);
    this.#stats[traffic] += 1;
  }

  /** Counts a send that was answered from memory. */
  countRepeat(): void {
    this.#stats.repeatsSuppressed += 1;
  }

  /** Since the start, or since everything was forgotten. */
  stats(): object {
    return { ...this.#stats };
  }

  clear(): void {
    this.replace({});
    this.#stats = noRequests();
  }

  #spanOf(traffic: Traffic, kind: DomainKind, span: Span) {
    const name = `${kind} ${traffic} ${span}`;
    const window = this.#windows.get(name) ?? new SlidingWindow(SPAN_MILLISECONDS[span]);
    this.#windows.set(name, window);
    return { span, window, limit: this.#rates[kind]?.[`${traffic}Per${span}`] ?? Number.POSITIVE_INFINITY };
  }
}

function noRequests(): Record<Traffic | `${Traffic}Refused` | 'repeatsSuppressed', number> {
  return { sends: 0, sendsRefused: 0, reads: 0, readsRefused: 0, repeatsSuppressed: 0 };
}

function limitExceeded(span: Span, retryAfterSeconds: number): ServiceError {
  const message = `PerSubscriptionPer${span}LimitExceeded - Please try again after ${retryAfterSeconds} seconds.`;
  return refusal(429, 'TooManyRequests', message, { headers: { 'retry-after': String(retryAfterSeconds) } });
}

/** Reads `{ <kind>: { sendsPerMinute?, … } }`. @throws ServiceError 400 that says what is wrong */
export function readEmailRates(email: Fields | undefined): EmailRates {
  if (!email) return {};
  requireKnown(email, KINDS);
  return Object.fromEntries(email.names().map((kind) => [kind, readLimits(email.object(kind))]));
}

const LIMIT_NAMES = TRAFFICS.flatMap((traffic) => SPANS.map((span): LimitName => `${traffic}Per${span}`));

function readLimits(fields: Fields): EmailLimits {
  requireKnown(fields, LIMIT_NAMES);
  const limits = LIMIT_NAMES.map((name) => [name, readLimit(fields, name)] as const);
  return Object.fromEntries(limits.filter(([, limit]) => limit !== undefined));
}
