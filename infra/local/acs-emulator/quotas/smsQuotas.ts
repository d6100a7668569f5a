import { senderKind } from '../sms/senders.ts';
import type { SmsRates } from './quotas.ts';
import { type QuotaUsage, usageOf } from './quotaUsage.ts';
import { SlidingWindow } from './slidingWindow.ts';

const WINDOW_MILLISECONDS = 60_000;

/** The kinds of senders that a rate can be of. */
export const RATED_KINDS: readonly string[] = ['tollFree', 'shortCode', 'alphanumeric'];

/** All alphanumeric senders share one window. */
const SHARED = 'alphanumeric';

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
    const name = this.#rateOf(from);
    const perMinute = this.#rates[name];
    if (perMinute === undefined) return 0;
    const window = this.#windowOf(name === SHARED ? SHARED : from);
    const waitMilliseconds = window.waitFor(recipients, perMinute, now.getTime());
    if (waitMilliseconds === 0) window.add(recipients, now.getTime());
    return Math.ceil(waitMilliseconds / 1000);
  }

  /** A rate of a kind has one window for each sender that has sent, or an empty one if none has. */
  usage(now: Date): QuotaUsage[] {
    return Object.entries(this.#rates).flatMap(([name, limit]) => {
      const senders = [...this.#windows.keys()].filter((sender) => sender !== name && this.#rateOf(sender) === name);
      return (senders.length > 0 ? senders : [name]).map((sender) => ({
        quota: `sms.${name}`,
        ...(!RATED_KINDS.includes(sender) && { sender }),
        ...usageOf(this.#windowOf(sender), limit, now),
      }));
    });
  }

  /** The name of the rate that applies to a sender: the sender itself, or its kind. */
  #rateOf(from: string): string {
    return Object.hasOwn(this.#rates, from) ? from : (senderKind(from) ?? '');
  }

  #windowOf(name: string): SlidingWindow {
    const window = this.#windows.get(name) ?? new SlidingWindow(WINDOW_MILLISECONDS);
    this.#windows.set(name, window);
    return window;
  }
}
