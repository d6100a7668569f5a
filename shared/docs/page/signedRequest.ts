import { isSignable } from '../../signing/canonical.ts';
import type { OperationFacts } from './apiDocument.ts';
import { type WebKey, webSign } from './webSigning.ts';

/** A request as Swagger UI is about to send it. */
export interface PageRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** How to sign it. */
export interface Signer {
  readonly key: WebKey;
  /** The host to sign, which need not be the one in the page's address. */
  readonly host: string;
  /** Address of Switchboard as the browser reaches it. A gateway removes its path. */
  readonly base: string;
}

/** What tests replace. */
export interface Environment {
  readonly now: () => Date;
  readonly randomUUID: () => string;
}

/**
 * Completes and signs a request.
 *
 * @throws TypeError if a header cannot be signed
 */
export async function signedRequest<Request extends PageRequest>(
  request: Request,
  { takesIdempotencyKey }: OperationFacts,
  { key, host, base }: Signer,
  { now, randomUUID }: Environment,
): Promise<Request> {
  const given = new Map(Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value.trim()]));
  const headers = new Map([
    // Equal requests within a second have the same signature. With ids of their own, neither passes for a copy of the other.
    ['x-ms-client-request-id', randomUUID()],
    ...(takesIdempotencyKey ? [['idempotency-key', randomUUID()] as const] : []),
    ...given,
  ]);
  const signed = Object.fromEntries([...headers].filter(([name]) => isSignable(name)));
  const url = `http://${host}${pathBelow(base, request.url)}`;
  const { method } = request;
  const { host: _host, ...signature } = await webSign(
    { method, url, body: bodyOf(request), date: now(), headers: signed },
    key,
  );
  return { ...request, headers: { ...Object.fromEntries(headers), ...signature } };
}

/** The path and query of a URL below a base URL, starting with a slash. */
export function pathBelow(base: string, url: string): string {
  const { pathname, search } = new URL(url, base);
  const prefix = new URL(base).pathname.replace(/\/$/, '');
  return pathname.slice(prefix.length) + search;
}

function bodyOf({ body }: PageRequest): string | undefined {
  if (body === undefined || body === null || typeof body === 'string') return body ?? undefined;
  throw new TypeError('This page can sign bodies in text only.');
}
