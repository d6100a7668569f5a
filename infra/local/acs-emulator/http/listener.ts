import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

const HOST = '127.0.0.1';

/** Longer than clients keep idle connections, so that the server never closes one just as a request arrives on it. */
const KEEP_ALIVE_MILLISECONDS = 65_000;

interface ListenAt {
  /** 0: any free port. */
  readonly port: number;
  /** PEM contents; with them the listener uses https. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
}

export interface Listener {
  readonly url: string;
  /** Stops accepting connections, waits for requests in progress, then drops remaining connections. */
  readonly close: () => Promise<void>;
}

export type HandleRequest = (...exchange: Parameters<RequestListener>) => Promise<void>;

/** @throws NodeJS.ErrnoException `EADDRINUSE` if the port is in use */
export async function listen({ port, tls }: ListenAt, handle: HandleRequest): Promise<Listener> {
  const inProgress = new Set<Promise<void>>();
  const onRequest: RequestListener = (request, response) => {
    if (!server.listening) response.setHeader('connection', 'close');
    const work = handle(request, response).finally(() => inProgress.delete(work));
    inProgress.add(work);
  };
  const server: Server = tls ? createTlsServer(tls, onRequest) : createServer(onRequest);
  server.keepAliveTimeout = KEEP_ALIVE_MILLISECONDS;
  server.listen(port, HOST);
  await once(server, 'listening');
  const url = `${tls ? 'https' : 'http'}://${HOST}:${(server.address() as AddressInfo).port}`;
  return { url, close: () => closeServer(server, inProgress) };
}

async function closeServer(server: Server, inProgress: ReadonlySet<Promise<void>>): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  while (inProgress.size > 0) await Promise.all(inProgress);
  server.closeAllConnections(); // idle ones, and those a `timeout` fault left without a response
  await closed;
}
