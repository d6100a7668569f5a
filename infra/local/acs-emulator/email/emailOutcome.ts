import type { DeliveryStatus, StoredEmail } from './emailStore.ts';

export interface DeliveryReport {
  readonly recipient: string;
  readonly status: DeliveryStatus;
}

export interface EmailOutcome {
  /** Lost: accepted, but never found again. Stuck: `Running` forever. */
  readonly operation: 'succeeds' | 'fails' | 'stuck' | 'lost';
  /** Why the operation fails. */
  readonly error: { readonly code: string; readonly message: string } | null;
  /** Time from acceptance until the operation can be found. */
  readonly hiddenMilliseconds: number;
  /** One per recipient; none if the operation never gets that far. */
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

/** The message of the live service. */
const ALL_SUPPRESSED = {
  code: 'EmailDroppedAllRecipientsSuppressed',
  message: 'Message dropped because all recipients were suppressed.',
};

/**
 * Decides the outcome of an email message from its recipients' addresses alone: by the local part up to its first `.`, `+`
 * or `-`, ignoring case.
 *
 * | local part                   | delivery report     | operation                                                   |
 * |------------------------------|---------------------|-------------------------------------------------------------|
 * | `bounced`                    | `Bounced`           | `Succeeded`                                                 |
 * | `suppressed`                 | `Suppressed`        | `Succeeded`; if all recipients are suppressed: `Failed` with|
 * |                              |                     | `EmailDroppedAllRecipientsSuppressed`                       |
 * | `quarantined`                | `Quarantined`       | `Succeeded`                                                 |
 * | `spam`                       | `FilteredSpam`      | `Succeeded`                                                 |
 * | `undeliverable`              | `Failed`            | `Succeeded`                                                 |
 * | `failed`                     | none for anyone     | `Failed` with `EmailDropped`                                |
 * | `stuck`                      | none for anyone     | `Running` forever                                           |
 * | `lost`                       | none for anyone     | 404 forever                                                 |
 * | `late`                       | `Delivered`         | 404 for 30 s, then as for the other recipients              |
 * | anything else                | `Delivered`         | `Succeeded`                                                 |
 *
 * With several recipients, the worst one decides the operation: `lost`, then `stuck`, then `failed`, then the rest.
 */
export function outcomeOf({ addresses }: Pick<StoredEmail, 'addresses'>): EmailOutcome {
  const recipients = [...new Set(addresses)];
  const words = new Set(recipients.map(firstWord));
  const hiddenMilliseconds = words.has('late') ? LATE_MILLISECONDS : 0;
  const base = { error: null, hiddenMilliseconds, reports: [] };
  if (words.has('lost')) return { ...base, operation: 'lost' };
  if (words.has('stuck')) return { ...base, operation: 'stuck' };
  if (words.has('failed')) return { ...base, operation: 'fails', error: DROPPED };
  const reports = recipients.map((recipient) => ({ recipient, status: statusFor(recipient) }));
  if (reports.some(({ status }) => status !== 'Suppressed')) return { ...base, operation: 'succeeds', reports };
  return { ...base, operation: 'fails', error: ALL_SUPPRESSED, reports };
}

function statusFor(address: string): DeliveryStatus {
  return STATUSES.get(firstWord(address)) ?? 'Delivered';
}

function firstWord(address: string): string {
  return address.toLowerCase().split(/[.+\-@]/, 1)[0] ?? '';
}

type OperationStatus = 'NotStarted' | 'Running' | 'Succeeded' | 'Failed';

/** An operation as the status endpoint returns it. */
export interface Operation {
  readonly status: OperationStatus;
  readonly error: EmailOutcome['error'];
  /** Until the operation has ended. */
  readonly retryAfterSeconds?: number;
}

/**
 * Returns the status of an operation: `NotStarted` for a third of the settle time, then `Running`, then its outcome.
 *
 * @returns undefined if the operation cannot be found
 */
export function operationOf(
  email: Pick<StoredEmail, 'at' | 'addresses'>,
  settleMilliseconds: number,
  now: Date,
): Operation | undefined {
  const outcome = outcomeOf(email);
  const age = now.getTime() - email.at;
  if (outcome.operation === 'lost' || age < outcome.hiddenMilliseconds) return undefined;
  const remaining = settleMilliseconds - age;
  if (remaining > 0) {
    const status = remaining > (settleMilliseconds * 2) / 3 ? 'NotStarted' : 'Running';
    return { status, error: null, retryAfterSeconds: Math.ceil(remaining / 1000) };
  }
  if (outcome.operation === 'stuck') {
    return { status: 'Running', error: null, retryAfterSeconds: firstPollSeconds(settleMilliseconds) };
  }
  return { status: outcome.operation === 'fails' ? 'Failed' : 'Succeeded', error: outcome.error };
}

/** When to poll an operation for the first time. */
export function firstPollSeconds(settleMilliseconds: number): number {
  return Math.max(1, Math.ceil(settleMilliseconds / 1000));
}

/** When what {@link operationOf} returns changes next, in epoch milliseconds; undefined: never. */
export function statusChangesAt(
  email: Pick<StoredEmail, 'at' | 'addresses'>,
  settleMilliseconds: number,
  now: Date,
): number | undefined {
  const { operation, hiddenMilliseconds } = outcomeOf(email);
  if (operation === 'lost') return undefined;
  const ages = [Math.ceil(settleMilliseconds / 3), settleMilliseconds, hiddenMilliseconds];
  const changes = ages.filter((age) => age >= hiddenMilliseconds).map((age) => email.at + age);
  return changes.toSorted((one, other) => one - other).find((at) => at > now.getTime());
}
