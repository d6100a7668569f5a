import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Context, type StoredEvent, Stores } from './context.ts';
import { EventDelivery, type EventStorage, queueSender } from './events/eventDelivery.ts';
import { EventSettings } from './events/eventSettings.ts';
import { serializeEvent } from './events/eventSource.ts';
import type { Fault } from './http/fault.ts';
import { Faults } from './http/faults.ts';
import { mask } from './http/requestLog.ts';
import { AccessTokens } from './identity/accessTokens.ts';
import { EmailQuotas } from './quotas/emailQuotas.ts';
import { IdentityQuotas } from './quotas/identityQuotas.ts';
import type { Quotas } from './quotas/quotas.ts';
import { SmsQuotas } from './quotas/smsQuotas.ts';
import { AccessKeys } from './state/accessKeys.ts';
import { Journal, readOrCreateJson } from './state/dataDirectory.ts';

export interface ResourceOptions {
  /** Base64: primary, secondary. */
  readonly accessKeys: readonly [primary: string, secondary?: string];
  /** Where the state is stored between starts; in memory if absent. */
  readonly dataDirectory?: string;
  /** Called with one line per request, without secrets and personal data. */
  readonly log?: (line: string) => void;
  readonly now?: () => Date;
  /** Time from the 202 for an email message to `Succeeded`; default 3000. */
  readonly emailSettleMilliseconds?: number;
  /** The only SMS senders that the resource owns; every well-formed sender if absent. */
  readonly senders?: readonly string[];
  /** Where events are sent, as by Event Grid: a storage queue or a function. No events if absent. */
  readonly events?: EventStorage | ((event: string) => Promise<void>);
  /** Time from a change to its event; default 200. */
  readonly eventDelayMilliseconds?: number;
  /** Those that apply until they are replaced or everything is reset. */
  readonly faults?: readonly Fault[];
  /** Like `faults`. */
  readonly quotas?: Quotas;
}

export interface Resource {
  readonly context: Context;
  /** Undefined if events are disabled. */
  readonly delivery: EventDelivery | undefined;
  /** Sends the events that are due and waits for the last write. */
  readonly close: () => Promise<void>;
}

const DEFAULT_EMAIL_SETTLE_MILLISECONDS = 3000;

/**
 * Opens an ACS resource in its stored state.
 *
 * @param operations the names of the operations of the four services
 * @throws TypeError if an access key is not base64
 * @throws Error if the stored state is damaged
 */
export async function openResource(options: ResourceOptions, operations: readonly string[]): Promise<Resource> {
  const { dataDirectory, senders, now = () => new Date() } = options;
  const accessKeys = new AccessKeys(options.accessKeys);
  const stores = new Stores();
  if (dataDirectory !== undefined) await mkdir(dataDirectory, { recursive: true });
  const createId = async () => ({ resourceId: randomUUID() });
  const { resourceId } = await readOrCreateJson(dataDirectory, 'resource.json', createId);
  const journal = dataDirectory === undefined ? undefined : await openJournal(dataDirectory, stores);
  const { identities, sms, emails, chat, pendingEvents } = stores;
  const controls = createControls(options);
  const context: Context = {
    ...{ now, resourceId, operations, accessKeys, identities, sms, emails, chat, pendingEvents },
    ...controls,
    senders: senders && new Set(senders),
    emailSettleMilliseconds: options.emailSettleMilliseconds ?? DEFAULT_EMAIL_SETTLE_MILLISECONDS,
    tokens: new AccessTokens(resourceId, dataDirectory, now),
    events: new EventSettings(options.events !== undefined, options.eventDelayMilliseconds),
    record: (event) => {
      stores.apply(event);
      journal?.append(event);
      delivery?.wake();
    },
    settled: async () => journal?.settled(),
    reset: () => {
      stores.clear();
      controls.faults.replace([]);
      controls.smsQuotas.replace({});
      controls.emailQuotas.clear();
      controls.identityQuotas.replace({});
      journal?.clear();
    },
  };
  const delivery = createDelivery(options, context);
  const close = async () => {
    await delivery?.close();
    await journal?.close();
  };
  return { context, delivery, close };
}

function createControls({ faults = [], quotas = {} }: ResourceOptions) {
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

function openJournal(directory: string, stores: Stores): Promise<Journal> {
  return Journal.open(join(directory, 'journal.jsonl'), (event) => stores.apply(event as StoredEvent));
}

function createDelivery({ events, log }: ResourceOptions, context: Context): EventDelivery | undefined {
  if (events === undefined) return undefined;
  const { now, record, settled, pendingEvents: pending, accessKeys } = context;
  const put = typeof events === 'function' ? events : queueSender(events);
  return new EventDelivery({
    ...{ pending, now, record, settled },
    send: (event) => put(serializeEvent(event, context.events.schema)),
    onError: (error) => {
      log?.(mask(`${now().toISOString()} Events cannot be sent; retrying: ${String(error)}`, accessKeys.secrets));
    },
  });
}
