import type { SenderPace } from '../pacing/senderTime.ts';
import type { EmailLimits, Settings } from '../settings/settings.ts';

/** The limits of a mail depend on who verified its sender's domain. */
export type DomainKind = 'custom' | 'managed';

export const DOMAIN_KINDS = ['custom', 'managed'] as const satisfies readonly DomainKind[];

/** The domains that Azure makes and verifies. @see "Provision Azure-managed domains" (ACS Email) */
const MANAGED_DOMAIN = /\.azurecomm\.net$/;

export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}

export function domainKind(address: string): DomainKind {
  return MANAGED_DOMAIN.test(domainOf(address)) ? 'managed' : 'custom';
}

/** Mails of one domain share their sending time; those that wait are spread over the narrower of its two windows. */
export function mailPace(sender: string, { limits }: Pick<Settings['email'], 'limits'>): SenderPace {
  const { sendsPerMinute, sendsPerHour }: EmailLimits = limits[domainKind(sender)];
  return { key: domainOf(sender), ratePerMinute: Math.min(sendsPerMinute, sendsPerHour / 60) };
}
