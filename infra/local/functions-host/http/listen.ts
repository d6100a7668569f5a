import http, { type RequestListener } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Log } from '../log.ts';
import { StartError } from '../start-error.ts';
import { answerEmpty } from './answer.ts';
import type { Handle } from './handler.ts';

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
  const state: State = { handle: answerNotYet, stopping: false, servers: [] };
  const plain = http.createServer(listener(state, 'http', log));
  const secure = tls && createTlsServer(tls, listener(state, 'https', log));
  state.servers.push(plain, ...(secure ? [secure] : []));
  return {
    port: await openPort(plain, port, '--port'),
    tlsPort: secure && (await openPort(secure, tls.port, '--tls-port')),
    serve: (handle) => {
      state.handle = handle;
    },
    stop: async () => {
      state.stopping = true;
      await Promise.all(state.servers.map((server) => new Promise((resolve) => server.close(resolve))));
    },
    cut: () => {
      for (const server of state.servers) server.closeAllConnections();
    },
  };
}

interface State {
  handle: Handle;
  stopping: boolean;
  readonly servers: http.Server[];
}

const answerNotYet: Handle = async (_request, response) => {
  response.setHeader('retry-after', 1);
  answerEmpty(response, 503);
};

function listener(state: State, scheme: 'http' | 'https', log: Log): RequestListener {
  return (request, response) => {
    // A kept-alive connection would hold up the end of the process.
    if (state.stopping) response.shouldKeepAlive = false;
    response.once('close', () => {
      if (state.stopping) for (const server of state.servers) server.closeIdleConnections();
    });
    state.handle(request, response, scheme).catch((error: unknown) => {
      log.error(`${request.method} ${request.url} failed`, error);
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
