import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import http, { type RequestListener } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import net, { type Socket } from 'node:net';
import type { Log } from '../log.ts';
import { StartError } from '../startError.ts';
import type { Handle } from './handler.ts';
import { answerEmpty } from './response.ts';

export interface ListenOptions {
  /** 0: any free port. */
  readonly port: number;
  /** Certificate and key in PEM format. */
  readonly tls?: { readonly port: number; readonly cert: string; readonly key: string } | undefined;
  readonly log: Log;
}

export interface HttpListeners {
  readonly port: number;
  readonly tlsPort: number | undefined;
  /** Sets the handler of requests. Until then, the response is 503. */
  serve(handle: Handle): void;
  /**
   * Accepts no more connections. Resolves when all responses have been sent.
   *
   * @param except a response that it does not wait for
   */
  stop(except?: ServerResponse): Promise<void>;
  /** Closes the connections that `stop` is still waiting for. */
  closeNow(): void;
}

/**
 * Opens the ports before the app is loaded, so that the app knows its own address.
 *
 * @throws StartError if a port cannot be opened
 */
export async function listen({ port, tls, log }: ListenOptions): Promise<HttpListeners> {
  const state: { handle: Handle } = { handle: answerNotYet };
  const plain = http.createServer(listener(state, 'http', log));
  const secure = tls && createTlsServer(tls, listener(state, 'https', log));
  const connections = [new Connections(plain, 'connection')];
  if (secure) connections.push(new Connections(secure, 'secureConnection'));
  const stop = async (except?: ServerResponse) => {
    await Promise.all(connections.map((one) => one.stop(except)));
  };
  try {
    return {
      port: await openPort(plain, port, '--port'),
      tlsPort: secure && (await openPort(secure, tls.port, '--tls-port')),
      serve: (handle) => {
        state.handle = handle;
      },
      stop,
      closeNow: () => {
        for (const one of connections) one.closeNow();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

const answerNotYet: Handle = async (_request, response) => {
  response.setHeader('retry-after', 1);
  answerEmpty(response, 503);
};

function listener(state: { handle: Handle }, scheme: 'http' | 'https', log: Log): RequestListener {
  return (request, response) => {
    state.handle(request, response, scheme).catch((error: unknown) => {
      log.error(`A ${request.method} request failed`, error);
      response.destroy();
    });
  };
}

function createTlsServer(tls: { cert: string; key: string }, onRequest: RequestListener): https.Server {
  try {
    return https.createServer({ cert: tls.cert, key: tls.key }, onRequest);
  } catch (error) {
    throw new StartError(`--cert or --key cannot be used: ${(error as Error).message}`, { cause: error });
  }
}

async function openPort(server: http.Server, port: number, flag: string): Promise<number> {
  // Longer than clients keep idle connections, so that the server never closes one while a request is being sent.
  server.keepAliveTimeout = 130_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'is already in use' : `cannot be opened: ${error.message}`;
      reject(new StartError(`${flag}: port ${port} ${why}.`, { cause: error }));
    });
    server.listen(port, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port;
}

/**
 * The connections of a server, which can stop without cutting off responses. Node's own `server.close()` treats a connection
 * as idle once its response is written, and closes it before a long one has been sent.
 */
export class Connections {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #responses = new Map<ServerResponse, Socket>();
  /** Resolves when the server and all its connections are closed; undefined before `stop`. */
  #closed: Promise<unknown> | undefined;

  /** @param event the event with the sockets of requests: `connection` or, with TLS, `secureConnection` */
  constructor(server: Server, event: 'connection' | 'secureConnection') {
    this.#server = server;
    server.on(event, (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    server.on('request', (request, response) => this.#follow(request, response));
  }

  #follow({ socket }: IncomingMessage, response: ServerResponse): void {
    this.#responses.set(response, socket);
    response.once('close', () => {
      this.#responses.delete(response);
      if (this.#closed !== undefined) socket.destroySoon();
    });
  }

  /**
   * Accepts no more connections and closes idle ones. Resolves when all responses have been sent.
   *
   * @param except a response that it does not wait for
   */
  async stop(except?: ServerResponse): Promise<void> {
    this.#closed ??= new Promise((resolve) => {
      net.Server.prototype.close.call(this.#server, resolve);
    });
    const busy = new Set(this.#responses.values());
    for (const socket of this.#sockets) if (!busy.has(socket)) socket.destroy();
    for (const response of this.#responses.keys()) response.shouldKeepAlive = false;
    if (!except || !this.#responses.has(except)) await this.#closed;
    else await Promise.all(Array.from(this.#responses.keys(), (it) => it !== except && once(it, 'close')));
  }

  /** Closes all connections. */
  closeNow(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}
