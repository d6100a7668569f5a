import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import type { AcsAnswer, AcsRequest } from '../../../shared/acs/request.ts';
import { type AcsSession, createSession } from '../../../shared/acs/session.ts';
import { createTransport } from '../../../shared/acs/transport.ts';

export const API_VERSIONS = { identity: '2023-10-01', sms: '2021-03-07', email: '2025-09-01', chat: '2025-03-15' };

/** A request as it arrived. */
export interface Seen {
  readonly method: string;
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** An answer; or the connection is cut (`reset`); or nothing happens any more (`silence`). */
export type Reply =
  | { readonly status: number; readonly body?: string; readonly headers?: Record<string, string> }
  | 'reset'
  | 'silence';

export interface AcsServer {
  readonly url: string;
  readonly seen: readonly Seen[];
  /** Settles when a request has arrived. */
  readonly arrival: Promise<void>;
}

export const json = (status: number, body: unknown, headers: Record<string, string> = {}): Reply => ({
  status,
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json', ...headers },
});

/** A server on loopback that answers with the replies one after the other, then with the last of them. */
export async function acsServer(...replies: Reply[]): Promise<AcsServer> {
  return servingWith((_, index) => replies[Math.min(index, replies.length - 1)] ?? 'reset');
}

/** A server on loopback whose answers depend on the request. */
export async function servingWith(reply: (seen: Seen, index: number) => Reply): Promise<AcsServer> {
  const seen: Seen[] = [];
  const { promise: arrival, resolve: arrived } = Promise.withResolvers<void>();
  const server = createServer((request, response) => {
    void receive(request).then((it) => {
      seen.push(it);
      answer(response, reply(it, seen.length - 1));
      arrived();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen, arrival };
}

async function receive(request: IncomingMessage): Promise<Seen> {
  const { method = '', url: target = '', headers } = request;
  return { method, target, headers, body: await text(request) };
}

function answer(response: ServerResponse, reply: Reply): void {
  if (reply === 'silence') return;
  if (reply === 'reset') response.destroy();
  else response.writeHead(reply.status, reply.headers).end(reply.body);
}

/** A loopback address that refuses connections. */
export async function closedUrl(): Promise<string> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return `http://127.0.0.1:${port}`;
}

export type SentRequest = Omit<AcsRequest, 'clientRequestId'>;

/** A session without a network, in which `reply` is ACS. */
export function fakeSession(
  reply: (request: SentRequest) => FakeAnswer | Promise<FakeAnswer>,
  facts: Partial<AcsSession> = {},
): AcsSession & { readonly sent: readonly SentRequest[] } {
  const sent: SentRequest[] = [];
  return {
    sent,
    send: async (request) => {
      sent.push(request);
      const { status = 200, body, headers = {} } = await reply(request);
      return {
        status,
        body,
        header: (name) => headers[name],
        repetition: request.repetition,
      } satisfies AcsAnswer<unknown>;
    },
    publicUrl: 'https://switchboard.example',
    apiVersions: API_VERSIONS,
    ...facts,
  };
}

/** A session whose ACS answers attempts with the replies one after the other, then with the last of them. */
export async function transportSession(...replies: Reply[]): Promise<AcsSession> {
  const { url: endpoint } = await acsServer(...replies);
  const access = { kind: 'keys', endpoint, accessKeys: [Buffer.from('a key').toString('base64')] } as const;
  const transport = createTransport({ access, apiVersions: API_VERSIONS, now: () => new Date() });
  const facts = { publicUrl: 'https://switchboard.example', apiVersions: API_VERSIONS, clientRequestId: '1' };
  return createSession(transport, facts);
}

export interface FakeAnswer {
  readonly status?: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a call threw. */
export async function thrownBy(call: () => unknown): Promise<unknown> {
  try {
    await call();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
