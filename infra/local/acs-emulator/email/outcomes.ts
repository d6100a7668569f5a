import type { EmailEvent } from './emailStore.ts';

/** What a delivery report says of a recipient. Anything but `Delivered` is a failure. */
export type DeliveryStatus = 'Delivered' | 'Bounced' | 'Suppressed' | 'Quarantined' | 'FilteredSpam' | 'Failed';

export interface DeliveryReport {
  readonly recipient: string;
  readonly status: DeliveryStatus;
}

export interface EmailOutcome {
  /** Lost: accepted, but nobody ever hears of it again. Stuck: it stays under way for ever. */
  readonly operation: 'succeeds' | 'fails' | 'stuck' | 'lost';
  /** Why it fails. */
  readonly error: { readonly code: string; readonly message: string } | null;
  /** Milliseconds from the acceptance during which the operation cannot be found yet. */
  readonly hiddenMilliseconds: number;
  /** One for each recipient; none of an operation that does not come so far. */
  readonly reports: readonly DeliveryReport[];
}

const LATE_MILLISECONDS = 30_000;

const STATUSES: ReadonlyMap<string, DeliveryStatus> = new Map([
  ['bounced', 'Bounced'],
  ['suppressed', 'Suppressed'],
  ['quarantined', 'Quarantined'],
  ['spam', 'FilteredSpam'],
  ['undeliverable', 'Failed'],
]);

const DROPPED = { code: 'EmailDropped', message: 'Message dropped.' };

/** The text of the live service. */
const ALL_SUPPRESSED = {
  code: 'EmailDroppedAllRecipientsSuppressed',
  message: 'Message dropped because all recipients were suppressed.',
};

/**
 * What becomes of an e-mail: its recipients' addresses alone say. Of each, the local part counts up to its first `.`, `+`
 * or `-`, in any case:
 *
 * | local part                   | its delivery report | the operation                                               |
 * |------------------------------|---------------------|-------------------------------------------------------------|
 * | `bounced`                    | `Bounced`           | `Succeeded`                                                 |
 * | `suppressed`                 | `Suppressed`        | `Succeeded`; when all recipients are so: `Failed`, with     |
 * |                              |                     | `EmailDroppedAllRecipientsSuppressed`                       |
 * | `quarantined`                | `Quarantined`       | `Succeeded`                                                 |
 * | `spam`                       | `FilteredSpam`      | `Succeeded`                                                 |
 * | `undeliverable`              | `Failed`            | `Succeeded`                                                 |
 * | `failed`                     | none for anybody    | `Failed`, with `EmailDropped`                               |
 * | `stuck`                      | none for anybody    | `Running` for ever                                          |
 * | `lost`                       | none for anybody    | 404 for ever                                                |
 * | `late`                       | `Delivered`         | 404 for 30 s; then as the other recipients have it          |
 * | anything else                | `Delivered`         | `Succeeded`                                                 |
 *
 * Of several recipients the worst decides about the operation: `lost`, then `stuck`, then `failed`, then the rest.
 */
export function outcomeOf({ addresses }: Pick<EmailEvent, 'addresses'>): EmailOutcome {
  const recipients = [...new Set(addresses)];
  const words = new Set(recipients.map(firstWord));
  const hiddenMilliseconds = words.has('late') ? LATE_MILLISECONDS : 0;
  const without = { error: null, hiddenMilliseconds, reports: [] };
  if (words.has('lost')) return { ...without, operation: 'lost' };
  if (words.has('stuck')) return { ...without, operation: 'stuck' };
  if (words.has('failed')) return { ...without, operation: 'fails', error: DROPPED };
  const reports = recipients.map((recipient) => ({ recipient, status: statusFor(recipient) }));
  if (reports.some(({ status }) => status !== 'Suppressed')) return { ...without, operation: 'succeeds', reports };
  return { ...without, operation: 'fails', error: ALL_SUPPRESSED, reports };
}

function statusFor(address: string): DeliveryStatus {
  return STATUSES.get(firstWord(address)) ?? 'Delivered';
}

function firstWord(address: string): string {
  return address.toLowerCase().split(/[.+\-@]/, 1)[0] ?? '';
}
