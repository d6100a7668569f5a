import type { SmsItem } from '../../../inspection/items.ts';

/** The two ends of a conversation. */
export interface SmsEnds {
  /** The sender that the resource owns. */
  readonly number: string;
  readonly phone: string;
}

export function endsOf({ direction, from, to: [to = ''] }: Pick<SmsItem, 'direction' | 'from' | 'to'>): SmsEnds {
  return direction === 'sent' ? { number: from, phone: to } : { number: to, phone: from };
}
