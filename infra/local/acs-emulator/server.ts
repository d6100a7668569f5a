import { hostNames } from '../requestGuard.ts';
import { requestHandler } from './http/exchange.ts';
import { type Listener, listen } from './http/listener.ts';
import { mask, requestLine } from './http/requestLog.ts';
import { createRouter } from './http/route.ts';
import { openResource, type ResourceOptions } from './openResource.ts';
import { OPERATIONS, ROUTES } from './routes.ts';

export interface EmulatorOptions extends ResourceOptions {
  /** 0: any free port. */
  readonly port: number;
  /** The https port if `tls` is given; any free port if absent. */
  readonly tlsPort?: number;
  /** PEM contents; with them the emulator also listens on https. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Additional host names, without port, under which it may be called; localhost, 127.0.0.1 and [::1] always work. */
  readonly allowedHosts?: readonly string[];
}

export interface Emulator {
  readonly url: string;
  readonly tlsUrl?: string;
  /** For the http address and the primary key. */
  readonly connectionString: string;
  /** Sends the events that are due now. The emulator also does so by itself. */
  readonly deliverDueEvents: () => Promise<void>;
  /**
   * Stops listening, waits for requests in progress, sends the events that are due, and waits for the last write. Can be called
   * again.
   */
  readonly close: () => Promise<void>;
}

/**
 * Starts an ACS resource on 127.0.0.1.
 *
 * @throws TypeError if an access key is not base64
 * @throws NodeJS.ErrnoException `EADDRINUSE` with its `port` if a port is in use
 */
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  const { port, tlsPort = 0, tls, log } = options;
  const { context, delivery, close: closeResource } = await openResource(options, OPERATIONS);
  const handle = requestHandler({
    context,
    findRoute: createRouter(ROUTES),
    allowedHosts: hostNames(options.allowedHosts),
    log: (facts) => log?.(mask(requestLine(facts, context.now()), context.accessKeys.secrets)),
  });
  const listeners: Listener[] = [];
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= Promise.all(listeners.map((listener) => listener.close())).then(closeResource);
    return closing;
  };
  try {
    listeners.push(await listen({ port }, handle));
    if (tls) listeners.push(await listen({ port: tlsPort, tls }, handle));
  } catch (error) {
    await close();
    throw error;
  }
  const [{ url } = { url: '' }, secure] = listeners;
  return {
    url,
    ...(secure && { tlsUrl: secure.url }),
    connectionString: `endpoint=${url}/;accesskey=${options.accessKeys[0]}`,
    deliverDueEvents: async () => delivery?.deliverDue(),
    close,
  };
}
