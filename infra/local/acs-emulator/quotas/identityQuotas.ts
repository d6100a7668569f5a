import type { Fields } from '../http/fields.ts';
import { tooManyRequests } from '../http/serviceError.ts';
import type { IdentityRates } from './quotas.ts';
import { readLimit, SlidingWindow } from './slidingWindow.ts';

const WINDOW_MILLISECONDS = 30_000;

const OPERATIONS = [
  'createIdentity',
  'deleteIdentity',
  'issueAccessToken',
  'revokeAccessTokens',
  'exchangeTeamsUserAccessToken',
] as const satisfies (keyof IdentityRates)[];

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
    const window = this.#windows.get(operation) ?? new SlidingWindow(WINDOW_MILLISECONDS);
    this.#windows.set(operation, window);
    const waitMilliseconds = window.waitFor(1, limit, now.getTime());
    if (waitMilliseconds > 0) throw tooManyRequests(Math.ceil(waitMilliseconds / 1000));
    window.add(1, now.getTime());
  }
}

/** Reads `{ <operation>: requestsPer30Seconds }`. @throws the error of a field */
export function readIdentityRates(identity: Fields | undefined): IdentityRates {
  if (!identity) return {};
  identity.allowOnly(OPERATIONS);
  const limits = OPERATIONS.map((name) => [name, readLimit(identity, name)] as const);
  return Object.fromEntries(limits.filter(([, limit]) => limit !== undefined));
}
