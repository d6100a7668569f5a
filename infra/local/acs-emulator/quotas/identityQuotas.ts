import { tooManyRequests } from '../http/serviceError.ts';
import type { IdentityRates } from './quotas.ts';
import { type QuotaUsage, usageOf } from './quotaUsage.ts';
import { SlidingWindow } from './slidingWindow.ts';

const WINDOW_MILLISECONDS = 30_000;

/**
 * Rate limits of the identity service, per operation. There are none until some are set.
 *
 * @see https://learn.microsoft.com/azure/communication-services/concepts/service-limits (Identity)
 */
export class IdentityQuotas {
  #rates: IdentityRates = {};
  #windows = new Map<string, SlidingWindow>();

  get rates(): IdentityRates {
    return this.#rates;
  }

  replace(rates: IdentityRates): void {
    this.#rates = rates;
    this.#windows = new Map();
  }

  /** Counts a request. @throws ServiceError 429 with `Retry-After`; a rejected request does not count */
  admit(operation: string, now: Date): void {
    const limit = new Map<string, number | undefined>(Object.entries(this.#rates)).get(operation);
    if (limit === undefined) return;
    const window = this.#windowOf(operation);
    const waitMilliseconds = window.waitFor(1, limit, now.getTime());
    if (waitMilliseconds > 0) throw tooManyRequests(Math.ceil(waitMilliseconds / 1000));
    window.add(1, now.getTime());
  }

  usage(now: Date): QuotaUsage[] {
    return Object.entries(this.#rates).map(([operation, limit]) => ({
      quota: `identity.${operation}`,
      ...usageOf(this.#windowOf(operation), limit, now),
    }));
  }

  #windowOf(operation: string): SlidingWindow {
    const window = this.#windows.get(operation) ?? new SlidingWindow(WINDOW_MILLISECONDS);
    this.#windows.set(operation, window);
    return window;
  }
}
