import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Context, DEFAULT_MAILBOX, type MailboxRegistry } from './context.ts';
import { EventDelivery } from './events/eventDelivery.ts';
import { EventSettings } from './events/eventSettings.ts';
import { serializeEvent } from './events/eventSource.ts';
import type { Fault } from './http/fault.ts';
import { Faults } from './http/faults.ts';
import { mask } from './http/requestLog.ts';
import { AccessTokens, type TokenKey } from './identity/accessTokens.ts';
import type { ChannelView } from './outbox/channelView.ts';
import { chatView } from './outbox/chatView.ts';
import { emailView } from './outbox/emailView.ts';
import { identityView } from './outbox/identityView.ts';
import { Outbox } from './outbox/outbox.ts';
import { RequestStore } from './outbox/requestStore.ts';
import { requestView } from './outbox/requestView.ts';
import { knownKeys } from './outbox/signature/knownKeys.ts';
import { smsView } from './outbox/smsView.ts';
import { EmailQuotas } from './quotas/emailQuotas.ts';
import { IdentityQuotas } from './quotas/identityQuotas.ts';
import type { Quotas } from './quotas/quotas.ts';
import { SmsQuotas } from './quotas/smsQuotas.ts';
import { AccessKeys } from './state/accessKeys.ts';
import { Journal, readOrCreateJson } from './state/dataDirectory.ts';
import { snapshot } from './state/snapshot.ts';
import { type StoredEvent, Stores } from './state/stores.ts';
import { VirtualClock } from './state/virtualClock.ts';

/** What all resources of an emulator have in common. */
export interface SharedOptions {
  /** Called with one line per request, without secrets and personal data. */
  readonly log?: (line: string) => void;
  /** The base of the resources' clocks; default: this machine's. */
  readonly now?: () => Date;
  /** Time from the 202 for an email message to `Succeeded`; default 3000. */
  readonly emailSettleMilliseconds?: number;
  /** The only SMS senders that a resource owns; every well-formed sender if absent. */
  readonly senders?: readonly string[];
  /** Time from a change to its event; default 200. */
  readonly eventDelayMilliseconds?: number;
  /** Those that apply until they are replaced or everything is reset. */
  readonly faults?: readonly Fault[];
  /** Like `faults`. */
  readonly quotas?: Quotas;
  /** Number of items kept of each channel; older ones are removed. Default 10,000. */
  readonly maximumItems?: number;
}

export interface ResourceOptions extends SharedOptions {
  /** The name of its mailbox. */
  readonly mailbox: string;
  /** Base64: primary, secondary. */
  readonly accessKeys: readonly [primary: string, secondary?: string];
  /** Where the state is stored between starts; in memory if absent. */
  readonly dataDirectory?: string | undefined;
  /** Sends an event, as Event Grid does. No events if absent. */
  readonly sendEvent?: ((event: string) => Promise<void>) | undefined;
  readonly tokenKey: () => Promise<TokenKey>;
  readonly mailboxes: MailboxRegistry;
}

export interface Resource {
  readonly context: Context;
  /** Sends the events that are due and waits for the last write. */
  readonly close: () => Promise<void>;
}

const DEFAULT_EMAIL_SETTLE_MILLISECONDS = 3000;

/**
 * Opens an ACS resource in its stored state.
 *
 * @throws TypeError if an access key is not base64
 * @throws Error if the stored state is damaged
 */
export async function openResource(options: ResourceOptions): Promise<Resource> {
  const { mailbox, mailboxes, dataDirectory, senders, now: base = () => new Date() } = options;
  const clock = new VirtualClock(base);
  const { now } = clock;
  const accessKeys = new AccessKeys(options.accessKeys);
  const { emailSettleMilliseconds = DEFAULT_EMAIL_SETTLE_MILLISECONDS } = options;
  if (dataDirectory !== undefined) await mkdir(dataDirectory, { recursive: true });
  const createId = async () => ({ resourceId: randomUUID() });
  const { resourceId } = await readOrCreateJson(dataDirectory, 'resource.json', createId);
  const stores = new Stores();
  const requests = new RequestStore();
  const outbox = new Outbox({
    views: [
      ...storeViews(stores, { now, resourceId, settleMilliseconds: emailSettleMilliseconds }),
      requestView(requests, () => knownKeys(mailboxes.list())),
    ],
    now,
    maximumItems: options.maximumItems,
  });
  const apply = (event: StoredEvent) => {
    stores.apply(event);
    outbox.apply(event);
  };
  const journal =
    dataDirectory === undefined ? undefined : await openJournal(dataDirectory, apply, () => snapshot(stores, outbox));
  const { identities, sms, emails, chat, pendingEvents } = stores;
  const controls = createControls(options);
  const context: Context = {
    ...{ mailbox, mailboxes, clock, now, resourceId, accessKeys },
    ...{ identities, sms, emails, chat, pendingEvents, requests, outbox },
    ...controls,
    senders: senders && new Set(senders),
    emailSettleMilliseconds,
    tokens: new AccessTokens(resourceId, options.tokenKey, now),
    events: new EventSettings(options.sendEvent !== undefined, options.eventDelayMilliseconds),
    record: (event) => {
      apply(event);
      journal?.append(event);
      delivery?.wake();
    },
    settled: async () => journal?.settled(),
    deliverDueEvents: async () => delivery?.deliverDue(),
    reset: () => {
      stores.clear();
      requests.clear();
      outbox.clear();
      controls.faults.replace([]);
      controls.smsQuotas.replace({});
      controls.emailQuotas.clear();
      controls.identityQuotas.replace({});
      clock.reset();
      context.events.reset();
      journal?.clear();
    },
  };
  const delivery = createDelivery(options, context);
  const close = async () => {
    outbox.close();
    await delivery?.close();
    await journal?.close();
  };
  return { context, close };
}

function storeViews(
  { sms, emails, chat, identities }: Stores,
  facts: { readonly now: () => Date; readonly resourceId: string; readonly settleMilliseconds: number },
): ChannelView[] {
  return [
    smsView(sms),
    emailView({ emails, ...facts }),
    chatView({ chat, ...facts }),
    identityView({ identities, ...facts }),
  ];
}

function createControls({ faults = [], quotas = {} }: SharedOptions) {
  const controls = {
    faults: new Faults(),
    smsQuotas: new SmsQuotas(),
    emailQuotas: new EmailQuotas(),
    identityQuotas: new IdentityQuotas(),
  };
  controls.faults.replace(faults);
  controls.smsQuotas.replace(quotas.sms ?? {});
  controls.emailQuotas.replace(quotas.email ?? {});
  controls.identityQuotas.replace(quotas.identity ?? {});
  return controls;
}

function openJournal(
  directory: string,
  apply: (event: StoredEvent) => void,
  state: () => Iterable<StoredEvent>,
): Promise<Journal> {
  return Journal.open(join(directory, 'journal.jsonl'), (event) => apply(event as StoredEvent), state);
}

function createDelivery({ sendEvent, log }: ResourceOptions, context: Context): EventDelivery | undefined {
  if (sendEvent === undefined) return undefined;
  const { mailbox, now, record, settled, pendingEvents: pending, accessKeys } = context;
  return new EventDelivery({
    ...{ pending, now, record, settled },
    send: async (event) => {
      const { schema, duplicates } = context.events.all;
      const text = serializeEvent(event, schema, resourceName(mailbox));
      for (let copies = 0; copies <= duplicates; copies += 1) await sendEvent(text);
    },
    order: () => context.events.all.order,
    onError: (error) => {
      log?.(mask(`${now().toISOString()} Events cannot be sent; retrying: ${String(error)}`, accessKeys.secrets));
    },
  });
}

/** The name of a mailbox's resource in the topics of its events. */
function resourceName(mailbox: string): string {
  return mailbox === DEFAULT_MAILBOX ? 'emulator' : mailbox;
}
