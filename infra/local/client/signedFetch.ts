import { randomUUID } from 'node:crypto';
import { bodyTypeOf } from '../../../shared/contract/common.ts';
import { LOOPBACK } from '../../../shared/settings/loopback.ts';
import { importKey, sign } from '../../../shared/signing/sign.ts';
import { commandText } from '../../toolchain/installation.ts';
import type { Connection } from './connection.ts';

export interface SignedRequest {
  readonly method: string;
  /** Path and query, starting with a slash; `api-version` is added if it is missing. */
  readonly target: string;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Time of the signature; default: now. */
  readonly date?: Date;
}

/** Switchboard accepts any version. */
const API_VERSION = '2024-03-15';

/** Switchboard's own headers, which ACS does not know, are signed as well. */
const OWN_HEADERS = ['acting-user', 'idempotency-key'];

/** Signs a request with the connection's key and sends it. */
export async function signedFetch(connection: Connection, request: SignedRequest): Promise<Response> {
  const { method, body, date = new Date() } = request;
  const url = new URL(connection.endpoint + request.target);
  if (!url.searchParams.has('api-version')) url.search += `${url.search ? '&' : '?'}api-version=${API_VERSION}`;
  const sent = Object.entries(request.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value] as const);
  const own = Object.fromEntries(sent.filter(([name]) => OWN_HEADERS.includes(name)));
  const signed = sign({ method, url, body, date, headers: own }, importKey(connection.accessKey));
  // fetch sets the Host header itself and does not allow others to
  const { host: _host, ...signature } = signed;
  const contentType = body === undefined ? {} : { 'content-type': bodyTypeOf(method) };
  // As the official SDKs do. It distinguishes equal requests sent within a second, which have the same signature.
  const requestId = { 'x-ms-client-request-id': randomUUID() };
  const headers = { ...requestId, ...contentType, ...Object.fromEntries(sent), ...signature };
  return fetch(url, { method, headers, body: body ?? null });
}

/** Does the same for a user at a terminal. @throws Error that names the address if Switchboard cannot be reached */
export async function callSwitchboard(connection: Connection, request: SignedRequest): Promise<Response> {
  try {
    return await signedFetch(connection, request);
  } catch (error) {
    throw unreachable(connection, error);
  }
}

/** `fetch` says no more than "fetch failed"; the reason is in the cause. */
function unreachable({ endpoint }: Connection, error: unknown): Error {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? ` (${cause.code})` : '';
  return new Error(`Switchboard cannot be reached at ${endpoint}${code}.${startHint(endpoint)}`, { cause: error });
}

/** What to do about a Switchboard on this machine that cannot be reached. */
export function startHint(endpoint: string): string {
  return LOOPBACK.test(new URL(endpoint).hostname) ? ` Is '${commandText('start')}' running?` : '';
}
