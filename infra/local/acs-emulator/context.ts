import type { ChatEvent } from './chat/chatEvents.ts';
import type { ChatStore } from './chat/chatStore.ts';
import type { EmailEvent, EmailStore } from './email/emailStore.ts';
import type { EmailTraffic } from './email/traffic.ts';
import type { EventSettings } from './events/eventSettings.ts';
import type { EventsEvent, PendingEvents } from './events/pendingEvents.ts';
import type { Faults } from './http/faults.ts';
import type { AccessTokens } from './identity/accessTokens.ts';
import type { IdentityEvent, IdentityStore } from './identity/identityStore.ts';
import type { SmsQuotas } from './sms/quotas.ts';
import type { SmsEvent, SmsStore } from './sms/smsStore.ts';
import type { AccessKeys } from './state/accessKeys.ts';

/** Everything that happened to the resource, in the form in which it is kept. */
export type StoredEvent = IdentityEvent | SmsEvent | EmailEvent | ChatEvent | EventsEvent;

/** What a route works on. Read from the stores; change them only by `record`, so that changes survive a restart. */
export interface Context {
  readonly now: () => Date;
  readonly resourceId: string;
  /** The phone numbers, short codes and names that may send; undefined: every well-formed one. */
  readonly senders: ReadonlySet<string> | undefined;
  /** How long an e-mail takes from its 202 to `Succeeded`. */
  readonly emailSettleMilliseconds: number;
  /** The names of the routes of the four services. */
  readonly operations: readonly string[];
  readonly identities: IdentityStore;
  readonly sms: SmsStore;
  readonly emails: EmailStore;
  readonly chat: ChatStore;
  readonly pendingEvents: PendingEvents;
  readonly accessKeys: AccessKeys;
  readonly tokens: AccessTokens;
  readonly faults: Faults;
  readonly smsQuotas: SmsQuotas;
  readonly emailTraffic: EmailTraffic;
  readonly events: EventSettings;
  readonly record: (event: StoredEvent) => void;
  /** Forgets identities, messages, threads, pending events, faults and quotas. */
  readonly clear: () => void;
}
