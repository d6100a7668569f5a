/** What kind of number an SMS comes from: each kind has a rate of its own. */
export type SenderKind = 'tollFree' | 'shortCode' | 'longCode' | 'alphanumeric';

/** The prefixes of toll-free numbers. @see North American Numbering Plan, 8XX codes */
const TOLL_FREE = /^\+18(?:00|33|44|55|66|77|88)\d{7}$/;

export function senderKind(sender: string): SenderKind {
  if (/^\d{5,6}$/.test(sender)) return 'shortCode';
  if (!sender.startsWith('+')) return 'alphanumeric';
  return TOLL_FREE.test(sender) ? 'tollFree' : 'longCode';
}
