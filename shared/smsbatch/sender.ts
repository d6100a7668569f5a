import type { SenderPace } from '../pacing/sendertime.ts';

/** What kind of number a sender is: each kind has a rate of its own. */
export type SenderKind = 'tollFree' | 'shortCode' | 'longCode' | 'alphanumeric';

/**
 * Recipients per minute. Toll-free numbers and short codes: for each number; alphanumeric sender IDs: for the whole
 * resource. Long codes (10DLC) are limited by the carriers and not by ACS; theirs is a cautious choice.
 *
 * @see "Service limits" (ACS SMS)
 */
const DEFAULT_RATES: Readonly<Record<SenderKind, number>> = {
  tollFree: 200,
  shortCode: 6000,
  longCode: 200,
  alphanumeric: 600,
};

/** The prefixes of toll-free numbers. @see North American Numbering Plan, 8XX codes */
const TOLL_FREE = /^\+18(?:00|33|44|55|66|77|88)\d{7}$/;

export function senderKind(sender: string): SenderKind {
  if (/^\d{5,6}$/.test(sender)) return 'shortCode';
  if (!sender.startsWith('+')) return 'alphanumeric';
  return TOLL_FREE.test(sender) ? 'tollFree' : 'longCode';
}

/** @param rates the setting SMS_RATES_PER_MINUTE: kind or exact sender → recipients per minute */
export function senderPace(sender: string, rates: Readonly<Record<string, number>>): SenderPace {
  const kind = senderKind(sender);
  const own = rates[sender];
  if (own !== undefined) return { key: sender, ratePerMinute: own };
  return { key: kind === 'alphanumeric' ? kind : sender, ratePerMinute: rates[kind] ?? DEFAULT_RATES[kind] };
}
