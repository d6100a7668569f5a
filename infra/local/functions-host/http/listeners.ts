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
  /** Certificate and key are PEM texts. */
  readonly tls?: { readonly port: number; readonly cert: string; readonly key: string } | undefined;
  readonly log: Log;
}

export interface HttpListeners {
  readonly port: number;
  readonly tlsPort: number | undefined;
  /** Hands the requests on; until then they are answered with 503. */
  serve(handle: Handle): void;
  /** Takes no more connections; done when the answers under way are out. */
  stop(): Promise<void>;
  /** Cuts what `stop` still waits for. */
  cut(): void;
}

/**
 * Opens the ports before the app is loaded, so that the app can know its own address.
 *
 * @throws StartError for a port that cannot be had
 */
export async function listen({ port, tls, log }: ListenOptions): Promise<HttpListeners> {
  const state: { handle: Handle } = { handle: answerNotYet };
  const plain = http.createServer(listener(state, 'http', log));
  const secure = tls && createTlsServer(tls, listener(state, 'https', log));
  const connections = [new Connections(plain, 'connection')];
  if (secure) connections.push(new Connections(secure, 'secureConnection'));
  const stop = async () => {
    await Promise.all(connections.map((one) => one.stop()));
  };
  try {
    return {
      port: await openPort(plain, port, '--port'),
      tlsPort: secure && (await openPort(secure, tls.port, '--tls-port')),
      serve: (handle) => {
        state.handle = handle;
      },
      stop,
      cut: () => {
        for (const one of connections) one.cut();
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
    throw new StartError(`--cert and --key cannot be used: ${(error as Error).message}`, { cause: error });
  }
}

async function openPort(server: http.Server, port: number, flag: string): Promise<number> {
  // Longer than clients keep idle connections, so that it is never the server that hangs up on a request under way.
  server.keepAliveTimeout = 130_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'is already in use' : `cannot be had: ${error.message}`;
      reject(new StartError(`${flag}: port ${port} ${why}.`, { cause: error }));
    });
    server.listen(port, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port;
}

/**
 * The connections of a server, so that it can end without hurting an answer under way. Node's own `server.close()` takes
 * a connection for idle as soon as its answer is handed over, and cuts a long one off before it is out.
 */
export class Connections {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #answers = new Map<ServerResponse, Socket>();
  #stopping: boolean = false;

  /** @param event what announces the sockets that requests come by: `connection` or, with TLS, `secureConnection` */
  constructor(server: Server, event: 'connection' | 'secureConnection') {
    this.#server = server;
    server.on(event, (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    server.on('request', (request, response) => this.#follow(request, response));
  }

  #follow({ socket }: IncomingMessage, response: ServerResponse): void {
    this.#answers.set(response, socket);
    response.once('close', () => {
      this.#answers.delete(response);
      if (this.#stopping) socket.destroySoon();
    });
  }

  /** Takes no more connections, ends the idle ones; done when the answers under way are out. */
  async stop(): Promise<void> {
    this.#stopping = true;
    const closed = new Promise((resolve) => {
      net.Server.prototype.close.call(this.#server, resolve);
    });
    const busy = new Set(this.#answers.values());
    for (const socket of this.#sockets) if (!busy.has(socket)) socket.destroy();
    for (const response of this.#answers.keys()) response.shouldKeepAlive = false;
    await closed;
  }

  /** Ends them all. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}
