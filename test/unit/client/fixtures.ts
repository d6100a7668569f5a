import { SwitchboardClient, type SwitchboardClientOptions } from '../../../shared/client/client.ts';
import { retryPolicyOf } from '../../../shared/client/retry.ts';
import { type Environment, Transport } from '../../../shared/client/transport.ts';
import { importKey } from '../../../shared/signing/sign.ts';
import { verify } from '../../../shared/signing/verify.ts';

export const ACCESS_KEY = 'a2V5LWtleS1rZXk=';
export const ENDPOINT = 'https://switchboard.contoso.com';
export const CONNECTION = `endpoint=${ENDPOINT}/;accesskey=${ACCESS_KEY}`;

/** A request as it was sent. */
export interface Sent {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly text: string;
  readonly redirect: string;
  /** As JSON; undefined if it has no body. */
  readonly body: unknown;
  /** What a server finds out about its signature. */
  readonly isSigned: boolean;
}

export type FakeAnswer =
  | Response
  | Error
  | ((sent: Sent, signal: AbortSignal | undefined) => Response | Promise<Response>);

export interface FakeServer {
  readonly fetch: typeof fetch;
  readonly sent: readonly Sent[];
}

/** A `fetch` without network, which gives these answers in turn, and the last one to all further requests. */
export function fakeServer(...answers: readonly FakeAnswer[]): FakeServer {
  const sent: Sent[] = [];
  return {
    sent,
    fetch: async (input, init) => {
      const request = new Request(input, init);
      const received = await readSent(request);
      sent.push(received);
      const answer = answers[Math.min(sent.length, answers.length) - 1];
      if (answer instanceof Error) throw answer;
      if (typeof answer === 'function') return answer(received, init?.signal ?? undefined);
      return answer?.clone() ?? json(200, {});
    },
  };
}

async function readSent(request: Request): Promise<Sent> {
  const body = new Uint8Array(await request.arrayBuffer());
  const text = new TextDecoder().decode(body);
  const url = new URL(request.url);
  const { method, headers, redirect } = request;
  const received = {
    ...{ method, target: url.pathname + url.search, hosts: [url.host], body },
    header: (name: string) => headers.get(name),
  };
  const { ok: isSigned } = verify(received, [importKey(ACCESS_KEY)], new Date(headers.get('x-ms-date') ?? ''));
  const isJson = /^application\/(?:merge-patch\+)?json$/.test(headers.get('content-type') ?? '');
  return { method, url, headers, text, redirect, body: isJson ? JSON.parse(text) : undefined, isSigned };
}

export function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });
}

/** An error in ACS's envelope. */
export function failure(status: number, code: string, headers: Readonly<Record<string, string>> = {}): Response {
  return json(status, { error: { code, message: `It is ${code}.` } }, { 'x-ms-error-code': code, ...headers });
}

/** A client whose retries do not wait. */
export function clientOf({ fetch }: FakeServer, options: SwitchboardClientOptions = {}): SwitchboardClient {
  return new SwitchboardClient(CONNECTION, { retry: { initialDelaySeconds: 0 }, ...options, fetch });
}

export interface VirtualTransport {
  readonly transport: Transport;
  /** What was waited for, in seconds. */
  readonly waits: readonly number[];
}

/** A transport whose clock moves only when it waits. */
export function transportOf(
  { fetch }: FakeServer,
  { retry, ...options }: Omit<SwitchboardClientOptions, 'fetch'> = {},
): VirtualTransport {
  const waits: number[] = [];
  let now = Date.parse('2026-01-15T08:30:00Z');
  const environment: Environment = {
    fetch,
    now: () => new Date(now),
    delay: async (milliseconds, signal) => {
      signal?.throwIfAborted();
      waits.push(milliseconds / 1000);
      now += milliseconds;
    },
    randomUUID: () => crypto.randomUUID(),
    random: () => 1,
  };
  const connection = { endpoint: ENDPOINT, accessKey: ACCESS_KEY };
  return { transport: new Transport(connection, { ...options, retry: retryPolicyOf(retry) }, environment), waits };
}
