import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context, StoredEvent } from './context.ts';
import { EmailTraffic } from './email/traffic.ts';
import { writeEvent } from './events/acsEvent.ts';
import { EventDelivery, type EventDeliveryParts } from './events/eventDelivery.ts';
import { EventSettings } from './events/eventSettings.ts';
import { queueSender } from './events/storageQueue.ts';
import { Faults } from './http/faults.ts';
import { mask } from './http/mask.ts';
import { AccessTokens } from './identity/accessTokens.ts';
import type { EmulatorOptions } from './options.ts';
import { SmsQuotas } from './sms/quotas.ts';
import { AccessKeys } from './state/accessKeys.ts';
import { Journal } from './state/journal.ts';
import { resourceIdIn } from './state/resource.ts';
import { Stores } from './state/stores.ts';

/** What is behind the routes. */
export interface Resource {
  readonly context: Context;
  /** Resolves when everything recorded so far will outlive the process. */
  readonly settled: () => Promise<void>;
  /** Undefined when there are no events. */
  readonly delivery: EventDelivery | undefined;
  /** Sends the events that are due, and waits for the last write. */
  readonly close: () => Promise<void>;
}

const DEFAULT_EMAIL_SETTLE_MILLISECONDS = 3000;

/**
 * Opens an ACS resource as it was left.
 *
 * @param operations the names of the routes of the four services
 * @throws TypeError when an access key is not base64
 * @throws Error when what is kept is damaged
 */
export async function openResource(options: EmulatorOptions, operations: readonly string[]): Promise<Resource> {
  const now = options.now ?? (() => new Date());
  const accessKeys = new AccessKeys(options.accessKeys);
  const stores = new Stores();
  const journal = await openJournal(options.dataDirectory, stores);
  const resourceId = await resourceIdIn(options.dataDirectory);
  const events = new EventSettings(options.events !== undefined, options.eventDelayMilliseconds);
  const record = (event: StoredEvent) => {
    stores.apply(event);
    journal?.append(event);
    delivery?.wake();
  };
  const settled = () => journal?.settled() ?? Promise.resolve();
  const parts = { pending: stores.pendingEvents, now, record, settled };
  const delivery = createDelivery(options, events, parts, accessKeys);
  const controls = { faults: new Faults(), smsQuotas: new SmsQuotas(), emailTraffic: new EmailTraffic(), events };
  const context: Context = {
    now,
    resourceId,
    senders: options.senders && new Set(options.senders),
    emailSettleMilliseconds: options.emailSettleMilliseconds ?? DEFAULT_EMAIL_SETTLE_MILLISECONDS,
    operations,
    identities: stores.identities,
    sms: stores.sms,
    emails: stores.emails,
    chat: stores.chat,
    pendingEvents: stores.pendingEvents,
    ...controls,
    accessKeys,
    tokens: new AccessTokens(resourceId, options.dataDirectory, now),
    record,
    clear: () => {
      stores.clear();
      controls.faults.replace([]);
      controls.smsQuotas.replace({});
      controls.emailTraffic.clear();
      journal?.clear();
    },
  };
  return { context, settled, delivery, close: () => closeAll(delivery, journal) };
}

async function openJournal(directory: string | undefined, stores: Stores): Promise<Journal | undefined> {
  if (directory === undefined) return undefined;
  await mkdir(directory, { recursive: true });
  return Journal.open(join(directory, 'journal.jsonl'), (event) => stores.apply(event as StoredEvent));
}

function createDelivery(
  { events: target, log }: EmulatorOptions,
  settings: EventSettings,
  parts: Omit<EventDeliveryParts, 'send' | 'report'>,
  accessKeys: AccessKeys,
): EventDelivery | undefined {
  if (target === undefined) return undefined;
  const put = typeof target === 'function' ? target : queueSender(target);
  return new EventDelivery({
    ...parts,
    send: (event) => put(writeEvent(event, settings.schema)),
    report: (error) => {
      const line = `${parts.now().toISOString()} Events cannot be sent; trying again: ${String(error)}`;
      log?.(mask(line.replace(/(?<!\s)\s*\n\s*/g, ' | '), accessKeys.secrets));
    },
  });
}

async function closeAll(delivery: EventDelivery | undefined, journal: Journal | undefined): Promise<void> {
  await delivery?.close();
  await journal?.close();
}
