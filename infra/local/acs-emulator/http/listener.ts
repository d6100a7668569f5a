import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

const HOST = '127.0.0.1';

/** Longer than clients keep idle connections, so that the server never closes one just as a request arrives on it. */
const KEEP_ALIVE_MILLISECONDS = 65_000;

/** How long a closing listener waits for requests that have not arrived in full, and for clients to read responses. */
const CLOSE_MILLISECONDS = 2000;

interface ListenAt {
  /** 0: any free port. */
  readonly port: number;
  /** PEM contents; with them the listener uses https. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
}

export interface Listener {
  readonly url: string;
  /** Stops accepting connections, waits for requests in progress, then drops remaining connections. Takes 2 s at most. */
  readonly close: () => Promise<void>;
}

export type HandleRequest = (...exchange: Parameters<RequestListener>) => Promise<void>;

/** @throws NodeJS.ErrnoException `EADDRINUSE` if the port is in use */
export async function listen({ port, tls }: ListenAt, handle: HandleRequest): Promise<Listener> {
  const inProgress = new Set<Promise<void>>();
  const sockets = new Set<Socket>();
  const onRequest: RequestListener = (request, response) => {
    if (!server.listening) response.setHeader('connection', 'close');
    const work = handle(request, response).finally(() => inProgress.delete(work));
    inProgress.add(work);
  };
  const server: Server = tls ? createTlsServer(tls, onRequest) : createServer(onRequest);
  server.keepAliveTimeout = KEEP_ALIVE_MILLISECONDS;
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(port, HOST);
  await once(server, 'listening');
  const url = `${tls ? 'https' : 'http'}://${HOST}:${(server.address() as AddressInfo).port}`;
  return { url, close: () => closeServer(server, inProgress, sockets) };
}

async function closeServer(
  server: Server,
  inProgress: ReadonlySet<Promise<void>>,
  sockets: ReadonlySet<Socket>,
): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  // All of them: closeAllConnections leaves those that have not completed the TLS handshake.
  const dropAll = () => sockets.forEach((socket) => void socket.destroy());
  const timer = setTimeout(dropAll, CLOSE_MILLISECONDS);
  while (inProgress.size > 0) await Promise.all(inProgress);
  clearTimeout(timer);
  dropAll(); // idle ones, and those a `timeout` fault left without a response
  await closed;
}
