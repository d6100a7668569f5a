import { onTestFinished } from 'vitest';
import type { EmulatorOptions } from '../../../../infra/local/acs-emulator/server.ts';
import { type Emulator, startEmulator } from '../../../../infra/local/acs-emulator/server.ts';
import { importKey, sign } from '../../../../shared/signing/sign.ts';

export const PRIMARY_KEY = Buffer.from('the primary key of the tests').toString('base64');
export const SECONDARY_KEY = Buffer.from('the secondary key of the tests').toString('base64');

/** A clock that moves only by `advance`. */
export class Clock {
  #milliseconds = Date.parse('2026-01-15T08:30:00.250Z');

  readonly now = (): Date => new Date(this.#milliseconds);

  advance(milliseconds: number): void {
    this.#milliseconds += milliseconds;
  }

  /** The time as an RFC 1123 date, some milliseconds off. */
  rfc1123(offsetMilliseconds = 0): string {
    return new Date(this.#milliseconds + offsetMilliseconds).toUTCString();
  }
}

export interface Sent {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** A bearer token; if absent, the request is signed. */
  readonly token?: string;
  /** The access key that signs; null: no authorization at all. */
  readonly key?: string | null;
}

export interface Got {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON, undefined when there is no body; read loosely, for `toMatchObject` and the like. */
  // biome-ignore lint/suspicious/noExplicitAny: an answer of unknown shape is what is under test
  readonly body: any;
}

export interface Rig {
  readonly emulator: Emulator;
  readonly clock: Clock;
  /** Sends a request, signed by default; `path` includes the query. */
  readonly call: (method: string, path: string, sent?: Sent) => Promise<Got>;
  readonly close: () => Promise<void>;
}

/** Starts an emulator on a free port; the caller closes it. */
export async function startRig(options: Partial<EmulatorOptions> = {}, clock = new Clock()): Promise<Rig> {
  const emulator = await startEmulator({
    port: 0,
    accessKeys: [PRIMARY_KEY, SECONDARY_KEY],
    now: clock.now,
    ...options,
  });
  const call = (method: string, path: string, sent: Sent = {}) => send(emulator.url, clock, method, path, sent);
  return { emulator, clock, call, close: emulator.close };
}

/** Like `startRig`, but closed at the end of the test. */
export async function rigForTest(options: Partial<EmulatorOptions> = {}, clock = new Clock()): Promise<Rig> {
  const rig = await startRig(options, clock);
  onTestFinished(() => rig.close());
  return rig;
}

async function send(base: string, clock: Clock, method: string, path: string, sent: Sent): Promise<Got> {
  const url = new URL(path, base).href;
  const body = sent.body === undefined ? undefined : asText(sent.body);
  const response = await fetch(url, {
    method,
    headers: {
      ...authorization(url, clock, method, body, sent),
      ...((body !== undefined || path.startsWith('/_emulator')) && { 'content-type': 'application/json' }),
      ...sent.headers,
    },
    ...(body !== undefined && { body }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
}

function asText(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}

function authorization(url: string, clock: Clock, method: string, body: string | undefined, sent: Sent) {
  if (sent.token !== undefined) return { authorization: `Bearer ${sent.token}` };
  if (sent.key === null) return {};
  const { host: _host, ...headers } = sign(
    { method, url, body, date: clock.now() },
    importKey(sent.key ?? PRIMARY_KEY),
  );
  return headers;
}

export const SMS = '/sms?api-version=2021-03-07';
export const SEND_EMAIL = '/emails:send?api-version=2025-09-01';
export const IDENTITIES = '/identities?api-version=2023-10-01';
export const THREADS = '/chat/threads?api-version=2025-03-15';

/** The path of one identity, or of an action on it; the id percent-encoded as the official clients do. */
export function identityPath(id: string, action = ''): string {
  return `/identities/${encodeURIComponent(id)}${action}?api-version=2023-10-01`;
}

/** The path of a thread or of a resource below it. */
export function threadPath(id: string, below = ''): string {
  const mark = below.includes('?') ? '&' : '?';
  return `/chat/threads/${encodeURIComponent(id)}${below}${mark}api-version=2025-03-15`;
}

export interface User {
  readonly id: string;
  readonly token: string;
}

export async function createUser({ call }: Rig, scopes: readonly string[] = ['chat']): Promise<User> {
  const { body } = await call('POST', IDENTITIES, { body: { createTokenWithScopes: scopes } });
  return { id: body.identity.id, token: body.accessToken.token };
}

export function participant(id: string): object {
  return { communicationIdentifier: { rawId: id, communicationUser: { id } } };
}

/** Calls the emulator's own API. @throws Error with the status, code and message of an answer that is no success */
async function control(emulator: Emulator, method: string, path: string, body?: object): Promise<unknown> {
  const response = await fetch(`${emulator.url}/_emulator${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (response.ok) return text === '' ? undefined : JSON.parse(text);
  throw Object.assign(new Error(), { status: response.status, ...JSON.parse(text).error });
}

interface Mailbox {
  readonly name: string;
  readonly accessKey: string;
  readonly connectionString: string;
}

export async function createMailbox(emulator: Emulator, name?: string): Promise<Mailbox> {
  return (await control(emulator, 'POST', '/mailboxes', name === undefined ? {} : { name })) as Mailbox;
}

export async function deleteMailbox(emulator: Emulator, name: string): Promise<void> {
  await control(emulator, 'DELETE', `/mailboxes/${encodeURIComponent(name)}`);
}
