import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { OwnStack } from '../../setup/ownStack.ts';

/** One request as it goes over the wire. */
export interface HostileRequest {
  /** `switchboard` when not given. */
  readonly server?: 'switchboard' | 'acs';
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export interface Received {
  readonly status: number;
  readonly text: string;
}

type Servers = Pick<OwnStack, 'switchboard' | 'acs'>;

const CONNECTIONS = 16;

/** Sends requests over connections that are kept. */
export class Wire {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  readonly #stack: Servers;

  constructor(stack: Servers) {
    this.#stack = stack;
  }

  /** A kept connection may end just as it is used again: then once more on a new one. */
  async send(hostile: HostileRequest): Promise<Received> {
    return this.#once(hostile, this.#agent).catch(() => this.#once(hostile, false));
  }

  close(): void {
    this.#agent.destroy();
  }

  #once({ server = 'switchboard', method, target, headers, body }: HostileRequest, agent: Agent | false) {
    const { hostname, port } = new URL(this.#stack[server]);
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
    return new Promise<Received>((resolve, reject) => {
      const options = { hostname, port, method, path: target, headers: { ...length, ...headers }, agent };
      const outgoing = request(options, (incoming) => {
        text(incoming).then((it) => resolve({ status: incoming.statusCode ?? 0, text: it }), reject);
      });
      outgoing.once('error', reject);
      outgoing.end(body);
    });
  }
}
