import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

const HOST = '127.0.0.1';

/** Longer than clients keep an idle connection, so that it is not we who close it under a request. */
const KEEP_ALIVE_MILLISECONDS = 65_000;

export interface ListenAt {
  /** 0: any free one. */
  readonly port: number;
  /** PEM texts; with them the listener speaks https. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
}

export interface Listener {
  readonly url: string;
  /** Takes no more connections, lets requests under way end, then drops what is left. */
  readonly close: () => Promise<void>;
}

export type HandleRequest = (...exchange: Parameters<RequestListener>) => Promise<void>;

/** @throws NodeJS.ErrnoException `EADDRINUSE` when the port is taken */
export async function listen({ port, tls }: ListenAt, handle: HandleRequest): Promise<Listener> {
  const underWay = new Set<Promise<void>>();
  const onRequest: RequestListener = (request, response) => {
    if (!server.listening) response.setHeader('connection', 'close');
    const work = handle(request, response).finally(() => underWay.delete(work));
    underWay.add(work);
  };
  const server: Server = tls ? createTlsServer(tls, onRequest) : createServer(onRequest);
  server.keepAliveTimeout = KEEP_ALIVE_MILLISECONDS;
  server.listen(port, HOST);
  await once(server, 'listening');
  const url = `${tls ? 'https' : 'http'}://${HOST}:${(server.address() as AddressInfo).port}`;
  return { url, close: () => closeServer(server, underWay) };
}

async function closeServer(server: Server, underWay: ReadonlySet<Promise<void>>): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  while (underWay.size > 0) await Promise.all(underWay);
  server.closeAllConnections(); // idle ones, and those that a fault leaves without an answer
  await closed;
}
