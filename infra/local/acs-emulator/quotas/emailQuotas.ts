import { tooManyRequests } from '../http/serviceError.ts';
import type { EmailRates } from './quotas.ts';
import { type QuotaUsage, usageOf } from './quotaUsage.ts';
import { SlidingWindow } from './slidingWindow.ts';

export type DomainKind = keyof EmailRates;

/** The limited requests: sending email messages and reading the status of their operations. */
export type Traffic = 'sends' | 'reads';

const KINDS = ['custom', 'managed'] as const satisfies DomainKind[];
const TRAFFICS = ['sends', 'reads'] as const satisfies Traffic[];
const SPANS = ['Minute', 'Hour'] as const;

type Span = (typeof SPANS)[number];

const SPAN_MILLISECONDS: Readonly<Record<Span, number>> = { Minute: 60_000, Hour: 3_600_000 };

/** Returns the kind of domain whose limits apply to a sender. @see "Service limits for Azure Communication Services", Email */
export function domainKind(senderAddress: string): DomainKind {
  return senderAddress.toLowerCase().endsWith('.azurecomm.net') ? 'managed' : 'custom';
}

/**
 * Counts the requests of the email service and rejects those over the subscription's limits. There are none until some
 * are set.
 *
 * @see "Service limits for Azure Communication Services": requests over the limits are rejected, never queued
 */
export class EmailQuotas {
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

  /** Counts a request. @throws ServiceError 429 with `Retry-After`; a rejected request does not count against the limits */
  admit(traffic: Traffic, kind: DomainKind, now: Date): void {
    const at = now.getTime();
    const spans = SPANS.map((span) => this.#spanOf(traffic, kind, span));
    const waits = spans.map(({ span, window, limit }) => ({ span, milliseconds: window.waitFor(1, limit, at) }));
    const longest = waits.reduce((most, wait) => (wait.milliseconds > most.milliseconds ? wait : most));
    if (longest.milliseconds > 0) {
      this.#stats[`${traffic}Refused`] += 1;
      const seconds = Math.ceil(longest.milliseconds / 1000);
      const message = `PerSubscriptionPer${longest.span}LimitExceeded - Please try again after ${seconds} seconds.`;
      throw tooManyRequests(seconds, message);
    }
    for (const { window } of spans) window.add(1, at);
    this.#stats[traffic] += 1;
  }

  usage(now: Date): QuotaUsage[] {
    const places = KINDS.flatMap((kind) =>
      TRAFFICS.flatMap((traffic) => SPANS.map((span) => ({ kind, traffic, span }))),
    );
    return places.flatMap(({ kind, traffic, span }) => {
      const { window, limit } = this.#spanOf(traffic, kind, span);
      if (!Number.isFinite(limit)) return [];
      return [{ quota: `email.${kind}.${traffic}Per${span}`, ...usageOf(window, limit, now) }];
    });
  }

  /** Counts a send whose `Operation-Id` was already used. */
  countRepeat(): void {
    this.#stats.repeatsSuppressed += 1;
  }

  /** Counts since the start or the last reset. */
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
