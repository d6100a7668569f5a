import type { ServerResponse } from 'node:http';
import type { Refusal } from '../../requestGuard.ts';
import type { RpcHttpCookie, RpcHttpData } from '../rpc.ts';

/** Sends a status without a body. */
export function answerEmpty(response: ServerResponse, status: number): void {
  response.writeHead(status, status === 204 ? {} : { 'content-length': 0 });
  response.end();
}

/** Sends a line of text. */
export function answerText(response: ServerResponse, status: number, line: string): void {
  response.writeHead(status, { 'content-type': 'text/plain' });
  response.end(`${line}\n`);
}

/** Rejects a request that web pages must not send. Closes the connection, because the body has not been read. */
export function answerRefusal(response: ServerResponse, { status, message }: Refusal): void {
  response.shouldKeepAlive = false;
  answerText(response, status, message);
}

/** Sends what the function returned; 204 if it returned nothing. */
export function answer(response: ServerResponse, data: RpcHttpData | null | undefined): void {
  if (!data) {
    answerEmpty(response, 204);
    return;
  }
  const status = Number(data.statusCode ?? 200);
  const bytes = data.body?.bytes ?? new Uint8Array();
  response.writeHead(status, headersOf(data, status, bytes.byteLength));
  response.end(bytes);
}

function headersOf(data: RpcHttpData, status: number, sizeBytes: number): Record<string, string | number | string[]> {
  // The host sets the length, because it sends the whole body whatever headers the app has set.
  const { 'transfer-encoding': _, 'content-length': __, 'set-cookie': cookie, ...headers } = data.headers ?? {};
  const cookies = (data.cookies ?? []).map(setCookie);
  if (cookie) cookies.unshift(cookie);
  return {
    ...headers,
    ...(cookies.length > 0 && { 'set-cookie': cookies }),
    ...(status !== 204 && status !== 304 && { 'content-length': sizeBytes }),
  };
}

const sameSites: Readonly<Record<string, string>> = { lax: 'Lax', strict: 'Strict', explicitNone: 'None' };

/** Returns the value of a Set-Cookie header. @see RFC 6265, section 4.1 */
export function setCookie(cookie: RpcHttpCookie): string {
  const expires = cookie.expires?.value?.seconds;
  const maxAge = cookie.maxAge?.value;
  const sameSite = sameSites[cookie.sameSite ?? 'none'];
  return [
    `${cookie.name ?? ''}=${encodeURIComponent(cookie.value ?? '')}`,
    expires && `Expires=${new Date(expires * 1000).toUTCString()}`,
    typeof maxAge === 'number' && `Max-Age=${Math.trunc(maxAge)}`,
    cookie.domain?.value && `Domain=${cookie.domain.value}`,
    `Path=${cookie.path?.value ?? '/'}`,
    cookie.secure?.value && 'Secure',
    sameSite && `SameSite=${sameSite}`,
    cookie.httpOnly?.value && 'HttpOnly',
  ]
    .filter(Boolean)
    .join('; ');
}
