import { hostNames } from '../requestGuard.ts';
import { connectionString } from './context.ts';
import { requestHandler } from './http/exchange.ts';
import { type Listener, listen } from './http/listener.ts';
import { mask, requestLine } from './http/requestLog.ts';
import { createRouter } from './http/route.ts';
import { Mailboxes, type MailboxesOptions } from './mailboxes.ts';
import { ROUTES } from './routes.ts';

export interface EmulatorOptions extends MailboxesOptions {
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
  /** Sends the events of all mailboxes that are due now. The emulator also does so by itself. */
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
  const mailboxes = await Mailboxes.open(options);
  const { clock, accessKeys } = mailboxes.default;
  const handle = requestHandler({
    mailboxes,
    findRoute: createRouter(ROUTES),
    allowedHosts: hostNames(options.allowedHosts),
    now: clock.base,
    log: (facts) => log?.(mask(requestLine(facts, clock.base()), accessKeys.secrets)),
  });
  const listeners: Listener[] = [];
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= closeAll(listeners, mailboxes);
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
    connectionString: connectionString(url, options.accessKeys[0]),
    deliverDueEvents: () => mailboxes.deliverDueEvents(),
    close,
  };
}

async function closeAll(listeners: readonly Listener[], mailboxes: Mailboxes): Promise<void> {
  for (const { outbox } of mailboxes.list()) outbox.close(); // its streams and waits would last
  await Promise.all(listeners.map((listener) => listener.close()));
  await mailboxes.close();
}
