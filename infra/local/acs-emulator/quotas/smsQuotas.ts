import type { Fields } from '../http/fields.ts';
import { senderKind } from '../sms/senders.ts';
import type { SmsRates } from './quotas.ts';
import { readLimit, SlidingWindow } from './slidingWindow.ts';

const WINDOW_MILLISECONDS = 60_000;

const KINDS = ['tollFree', 'shortCode', 'alphanumeric'];

/**
 * Rate limits per sender, in messages to one recipient. There are none until some are set.
 *
 * @see "Service limits for Azure Communication Services": per number, and for alphanumeric senders per resource
 */
export class SmsQuotas {
  #rates: SmsRates = {};
  #windows = new Map<string, SlidingWindow>();

  get rates(): SmsRates {
    return this.#rates;
  }

  replace(rates: SmsRates): void {
    this.#rates = rates;
    this.#windows = new Map();
  }

  /** Counts the recipients and returns 0; if they exceed the rate, returns the seconds to wait and counts nothing. */
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

/** Reads `{ <kind or sender>: recipientsPerMinute }`. @throws the error of a field */
export function readSmsRates(sms: Fields | undefined): SmsRates {
  return sms ? Object.fromEntries(sms.names().map((name) => [name, readRate(sms, name)])) : {};
}

function readRate(sms: Fields, name: string): number {
  if (!KINDS.includes(name) && senderKind(name) === undefined) {
    throw sms.invalid(name, `use ${KINDS.join(', ')} or a sender`);
  }
  const rate = readLimit(sms, name);
  if (rate === undefined) throw sms.invalid(name, 'recipients per minute are missing');
  return rate;
}
