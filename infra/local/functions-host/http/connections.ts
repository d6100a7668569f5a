import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import net, { type Socket } from 'node:net';

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
