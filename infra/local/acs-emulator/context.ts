import type { EventSettings } from './events/eventSettings.ts';
import type { Faults } from './http/faults.ts';
import type { AccessTokens } from './identity/accessTokens.ts';
import type { Outbox } from './outbox/outbox.ts';
import type { RequestStore } from './outbox/requestStore.ts';
import type { EmailQuotas } from './quotas/emailQuotas.ts';
import type { IdentityQuotas } from './quotas/identityQuotas.ts';
import type { SmsQuotas } from './quotas/smsQuotas.ts';
import type { AccessKeys } from './state/accessKeys.ts';
import type { StoredEvent, Stores } from './state/stores.ts';
import type { VirtualClock } from './state/virtualClock.ts';

/** The mailbox with the configured keys and the stored state, which always exists. */
export const DEFAULT_MAILBOX = 'default';

/** The mailboxes of an emulator: each is an ACS resource of its own. */
export interface MailboxRegistry {
  readonly list: () => readonly Context[];
  /** @throws ServiceError 400 for an invalid name, 409 if it is taken or there are as many mailboxes as there can be */
  readonly create: (name?: string) => Promise<Context>;
  /** @throws ServiceError 404, or 409 for the default mailbox */
  readonly delete: (name: string) => Promise<void>;
}

/** The resource as routes see it. They read the stores directly and change them by `record` only. */
export interface Context extends Omit<Stores, 'apply' | 'clear'> {
  /** The name of its mailbox. */
  readonly mailbox: string;
  readonly mailboxes: MailboxRegistry;
  readonly clock: VirtualClock;
  /** The time of `clock`. */
  readonly now: () => Date;
  readonly resourceId: string;
  /** The phone numbers, short codes and names that may send; undefined: every well-formed one. */
  readonly senders: ReadonlySet<string> | undefined;
  /** Time from the 202 for an email message to `Succeeded`. */
  readonly emailSettleMilliseconds: number;
  readonly accessKeys: AccessKeys;
  readonly tokens: AccessTokens;
  readonly faults: Faults;
  readonly smsQuotas: SmsQuotas;
  readonly emailQuotas: EmailQuotas;
  readonly identityQuotas: IdentityQuotas;
  readonly events: EventSettings;
  /** What the stores contain, as items. */
  readonly outbox: Outbox;
  /** The requests to the four services. */
  readonly requests: RequestStore;
  /** Applies a change and appends it to the journal. */
  readonly record: (event: StoredEvent) => void;
  /** Resolves when everything recorded so far is durable. */
  readonly settled: () => Promise<void>;
  /** Sends the events that are due by the clock. They are also sent without it. */
  readonly deliverDueEvents: () => Promise<void>;
  /** Deletes identities, messages, threads, pending events, faults and quotas; resets the clock and how events are sent. */
  readonly reset: () => void;
}

/** How to call a mailbox. */
export interface Mailbox {
  readonly name: string;
  /** Base64; its primary key. */
  readonly accessKey: string;
  readonly connectionString: string;
}

/** @param url without a trailing slash */
export function connectionString(url: string, accessKey: string): string {
  return `endpoint=${url}/;accesskey=${accessKey}`;
}

/** @param url under which the emulator is called */
export function mailboxAt(url: string, { mailbox: name, accessKeys }: Context): Mailbox {
  const accessKey = accessKeys.get('primary') ?? '';
  return { name, accessKey, connectionString: connectionString(url, accessKey) };
}
