import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { type ExchangeParts, exchange } from './http/exchange.ts';
import { type HandleRequest, type Listener, listen } from './http/listener.ts';
import { requestLog } from './http/requestLog.ts';
import { loadRoutes, routerOf } from './http/router.ts';
import { openResource, type Resource } from './openResource.ts';
import type { EmulatorOptions } from './options.ts';

export interface Emulator {
  readonly url: string;
  readonly tlsUrl?: string;
  /** For the http address and the primary key. */
  readonly connectionString: string;
  /** Sends the events that are due by now, which happens by itself, too. */
  readonly deliverDueEvents: () => Promise<void>;
  /** Ends the listeners, waits for requests under way, sends the events that are due, and waits for the last write. */
  readonly close: () => Promise<void>;
}

const ROUTES_FOLDER = join(import.meta.dirname, 'routes');

/**
 * Starts an ACS resource on 127.0.0.1.
 *
 * @throws TypeError when an access key is not base64
 * @throws NodeJS.ErrnoException `EADDRINUSE` with its `port` when a port is taken
 */
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  const routes = await loadRoutes(ROUTES_FOLDER);
  const operations = routes.filter(({ route }) => route.service !== 'emulator').map(({ name }) => name);
  const resource = await openResource(options, operations);
  const { context, settled, delivery } = resource;
  const handle = handlerOf({
    emulator: context,
    findRoute: routerOf(routes),
    allowedHosts: new Set(options.allowedHosts),
    settled,
    report: options.log ? requestLog(options.log, context.now, () => context.accessKeys.secrets) : () => undefined,
  });
  const listeners = await listenAll(options, handle, resource);
  const [plain, secure] = listeners.map(({ url }) => url);
  return {
    url: plain ?? '',
    ...(secure !== undefined && { tlsUrl: secure }),
    connectionString: `endpoint=${plain}/;accesskey=${options.accessKeys[0]}`,
    deliverDueEvents: async () => delivery?.deliverDue(),
    close: () => closeAll(listeners, resource),
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
  resource: Resource,
): Promise<Listener[]> {
  const listeners: Listener[] = [];
  try {
    listeners.push(await listen({ port }, handle));
    if (tls) listeners.push(await listen({ port: tlsPort ?? 0, tls }, handle));
    return listeners;
  } catch (error) {
    await closeAll(listeners, resource);
    throw error;
  }
}

async function closeAll(listeners: readonly Listener[], resource: Resource): Promise<void> {
  await Promise.all(listeners.map((listener) => listener.close()));
  await resource.close();
}
