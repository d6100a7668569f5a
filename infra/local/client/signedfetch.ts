import { importKey } from '../../../shared/signing/keys.ts';
import { sign } from '../../../shared/signing/sign.ts';
import type { Connection } from './connection.ts';

export interface SignedRequest {
  readonly method: string;
  /** Path and query, beginning with a slash; `api-version` is added where it is missing. */
  readonly target: string;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Any version will do for Switchboard. */
const API_VERSION = '2024-03-15';

/** Signs a request with the connection's key and sends it. */
export async function signedFetch(connection: Connection, request: SignedRequest): Promise<Response> {
  const { method, body } = request;
  const url = new URL(connection.endpoint + request.target);
  if (!url.searchParams.has('api-version')) url.search += `${url.search ? '&' : '?'}api-version=${API_VERSION}`;
  // fetch sends the host by itself and lets nobody set it
  const { host: _host, ...signature } = sign({ method, url, body, date: new Date() }, importKey(connection.accessKey));
  const contentType = body === undefined ? {} : { 'content-type': 'application/json' };
  return fetch(url, { method, headers: { ...contentType, ...request.headers, ...signature }, body: body ?? null });
}
