import { randomUUID } from 'node:crypto';
import { importKey, sign } from '../../../shared/signing/sign.ts';
import type { Connection } from './connection.ts';

export interface SignedRequest {
  readonly method: string;
  /** Path and query, beginning with a slash; `api-version` is added where it is missing. */
  readonly target: string;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
  /** When it is signed; now when not given. */
  readonly date?: Date;
}

/** Any version will do for Switchboard. */
const API_VERSION = '2024-03-15';

/** Headers of Switchboard's own, which ACS does not know: they are signed too. */
const OWN_HEADERS = ['acting-user', 'idempotency-key'];

/** Signs a request with the connection's key and sends it. */
export async function signedFetch(connection: Connection, request: SignedRequest): Promise<Response> {
  const { method, body, date = new Date() } = request;
  const url = new URL(connection.endpoint + request.target);
  if (!url.searchParams.has('api-version')) url.search += `${url.search ? '&' : '?'}api-version=${API_VERSION}`;
  const sent = Object.entries(request.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value] as const);
  const own = Object.fromEntries(sent.filter(([name]) => OWN_HEADERS.includes(name)));
  const signed = sign({ method, url, body, date, headers: own }, importKey(connection.accessKey));
  // fetch sends the host by itself and lets nobody set it
  const { host: _host, ...signature } = signed;
  const contentType = body === undefined ? {} : { 'content-type': 'application/json' };
  // The official SDKs set it, too. It distinguishes equal requests of one second, which share a signature.
  const requestId = { 'x-ms-client-request-id': randomUUID() };
  const headers = { ...requestId, ...contentType, ...Object.fromEntries(sent), ...signature };
  return fetch(url, { method, headers, body: body ?? null });
}
