import { type SenderKind, senderKind } from '../contract/phoneNumber.ts';
import type { SenderPace } from '../pacing/senderTime.ts';

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

/** @param rates the setting SMS_RATES_PER_MINUTE: kind or exact sender → recipients per minute */
export function senderPace(sender: string, rates: Readonly<Record<string, number>>): SenderPace {
  const kind = senderKind(sender);
  const own = rates[sender];
  if (own !== undefined) return { key: sender, ratePerMinute: own };
  return { key: kind === 'alphanumeric' ? kind : sender, ratePerMinute: rates[kind] ?? DEFAULT_RATES[kind] };
}
