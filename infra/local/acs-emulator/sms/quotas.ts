import type { Fields } from '../http/fields.ts';
import { readLimit } from '../quotas/quotaFields.ts';
import { SlidingWindow } from '../quotas/slidingWindow.ts';
import { senderKind } from './senders.ts';

const WINDOW_MILLISECONDS = 60_000;

const KINDS = ['tollFree', 'shortCode', 'alphanumeric'];

/** Recipients per minute, by kind of sender or by exact sender. */
export type Rates = Readonly<Record<string, number>>;

/**
 * The send rates of the senders; none until some are set. The unit is one message to one recipient.
 *
 * @see "Service limits for Azure Communication Services": per number, and for alphanumeric senders per resource
 */
export class SmsQuotas {
  #rates: Rates = {};
  #windows = new Map<string, SlidingWindow>();

  get rates(): Rates {
    return this.#rates;
  }

  replace(rates: Rates): void {
    this.#rates = rates;
    this.#windows = new Map();
  }

  /** Counts the recipients; returns 0, or, when they are over the rate, the seconds to wait. */
  admit(from: string, recipients: number, now: Date): number {
    const kind = senderKind(from) ?? '';
    const exact = this.#rates[from];
    const perMinute = exact ?? this.#rates[kind];
    if (perMinute === undefined) return 0;
    const shared = exact === undefined && kind === 'alphanumeric';
    const window = this.#windowOf(shared ? 'alphanumeric senders' : from);
    const waitMilliseconds = window.waitFor(recipients, perMinute, now.getTime());
    if (waitMilliseconds === 0) window.add(recipients, now.getTime());
    return Math.ceil(waitMilliseconds / 1000);
  }

  #windowOf(name: string): SlidingWindow {
    const window = this.#windows.get(name) ?? new SlidingWindow(WINDOW_MILLISECONDS);
    this.#windows.set(name, window);
    return window;
  }
}

/** Reads `{ <kind or sender>: recipientsPerMinute }`. @throws ServiceError 400 that says what is wrong */
export function readRates(sms: Fields | undefined): Rates {
  return sms ? Object.fromEntries(sms.names().map((name) => [name, readRate(sms, name)])) : {};
}

function readRate(sms: Fields, name: string): number {
  if (!KINDS.includes(name) && senderKind(name) === undefined) {
    throw sms.refuse(name, `a quota is for ${KINDS.join(', ')} or a sender`);
  }
  const rate = readLimit(sms, name);
  if (rate === undefined) throw sms.refuse(name, 'the recipients per minute are missing');
  return rate;
}
