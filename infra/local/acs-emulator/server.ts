import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { importKey } from '../../../shared/signing/keys.ts';
import type { Context, StoredEvent } from './context.ts';
import { EmailTraffic } from './email/traffic.ts';
import { type ExchangeParts, exchange } from './http/exchange.ts';
import { Faults } from './http/faults.ts';
import { type HandleRequest, type Listener, listen } from './http/listener.ts';
import { requestLog } from './http/requestLog.ts';
import { loadRoutes, type NamedRoute, routerOf } from './http/router.ts';
import { AccessTokens } from './identity/accessTokens.ts';
import { SmsQuotas } from './sms/quotas.ts';
import { Journal } from './state/journal.ts';
import { resourceIdIn } from './state/resource.ts';
import { Stores } from './state/stores.ts';

export interface EmulatorOptions {
  /** 0: any free one. */
  readonly port: number;
  /** The https port when `tls` is given; any free one without it. */
  readonly tlsPort?: number;
  /** PEM texts; with them the emulator listens on https too. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Base64: primary, secondary. */
  readonly accessKeys: readonly [primary: string, secondary?: string];
  /** Where the state is kept between starts; without it, only in memory. */
  readonly dataDirectory?: string;
  /** Gets one line for each request, without secrets and personal data. */
  readonly log?: (line: string) => void;
  readonly now?: () => Date;
  /** How long an e-mail takes from its 202 to `Succeeded`; 3000 without it. */
  readonly emailSettleMilliseconds?: number;
  /** The only senders of SMS that the resource owns; without it, every well-formed one. */
  readonly senders?: readonly string[];
}

export interface Emulator {
  readonly url: string;
  readonly tlsUrl?: string;
  /** For the http address and the primary key. */
  readonly connectionString: string;
  /** Ends the listeners, waits for requests under way and for the last write. */
  readonly close: () => Promise<void>;
}

const ROUTES_FOLDER = join(import.meta.dirname, 'routes');

const DEFAULT_EMAIL_SETTLE_MILLISECONDS = 3000;

/**
 * Starts an ACS resource on 127.0.0.1.
 *
 * @throws TypeError when an access key is not base64
 * @throws NodeJS.ErrnoException `EADDRINUSE` with its `port` when a port is taken
 */
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  const accessKeys = options.accessKeys.filter((key) => key !== undefined);
  const keys = accessKeys.map(importKey);
  const now = options.now ?? (() => new Date());
  const routes = await loadRoutes(ROUTES_FOLDER);
  const stores = new Stores();
  const journal = await openJournal(options.dataDirectory, stores);
  const emulator = await createContext(options, now, routes, stores, journal);
  const handle = handlerOf({
    emulator,
    findRoute: routerOf(routes),
    keys,
    settled: () => journal?.settled() ?? Promise.resolve(),
    report: options.log ? requestLog(options.log, now, accessKeys) : () => undefined,
  });
  const listeners = await listenAll(options, handle, journal);
  const [plain, secure] = listeners.map(({ url }) => url);
  return {
    url: plain ?? '',
    ...(secure !== undefined && { tlsUrl: secure }),
    connectionString: `endpoint=${plain}/;accesskey=${options.accessKeys[0]}`,
    close: () => closeAll(listeners, journal),
  };
}

async function openJournal(directory: string | undefined, stores: Stores): Promise<Journal | undefined> {
  if (directory === undefined) return undefined;
  await mkdir(directory, { recursive: true });
  return Journal.open(join(directory, 'journal.jsonl'), (event) => stores.apply(event as StoredEvent));
}

async function createContext(
  options: EmulatorOptions,
  now: () => Date,
  routes: readonly NamedRoute[],
  stores: Stores,
  journal: Journal | undefined,
): Promise<Context> {
  const { identities, sms, emails, chat } = stores;
  const resourceId = await resourceIdIn(options.dataDirectory);
  const faults = new Faults();
  const smsQuotas = new SmsQuotas();
  const emailTraffic = new EmailTraffic();
  return {
    now,
    resourceId,
    senders: options.senders && new Set(options.senders),
    emailSettleMilliseconds: options.emailSettleMilliseconds ?? DEFAULT_EMAIL_SETTLE_MILLISECONDS,
    operations: routes.filter(({ route }) => route.service !== 'emulator').map(({ name }) => name),
    identities,
    sms,
    emails,
    chat,
    tokens: new AccessTokens(resourceId, options.dataDirectory, now),
    faults,
    smsQuotas,
    emailTraffic,
    record: (event) => {
      stores.apply(event);
      journal?.append(event);
    },
    clear: () => {
      stores.clear();
      faults.replace([]);
      smsQuotas.replace({});
      emailTraffic.clear();
      journal?.clear();
    },
  };
}

function handlerOf(parts: ExchangeParts): HandleRequest {
  return async (request, response) => {
    try {
      await exchange(request, response, parts);
      if (response.writableEnded) await handedOver(response);
    } catch {
      response.destroy(); // the client broke off while it was still sending
    }
  };
}

/** An answer is under way until the operating system has it, or the client is gone. */
async function handedOver(response: ServerResponse): Promise<void> {
  if (!response.writableFinished && !response.closed) await once(response, 'close');
}

async function listenAll(
  { port, tlsPort, tls }: EmulatorOptions,
  handle: HandleRequest,
  journal: Journal | undefined,
): Promise<Listener[]> {
  const listeners: Listener[] = [];
  try {
    listeners.push(await listen({ port }, handle));
    if (tls) listeners.push(await listen({ port: tlsPort ?? 0, tls }, handle));
    return listeners;
  } catch (error) {
    await closeAll(listeners, journal);
    throw error;
  }
}

async function closeAll(listeners: readonly Listener[], journal: Journal | undefined): Promise<void> {
  await Promise.all(listeners.map((listener) => listener.close()));
  await journal?.close();
}
