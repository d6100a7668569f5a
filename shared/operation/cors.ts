import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { ANY_ORIGIN } from '../settings/origins.ts';
import type { AnyOperation } from './definition.ts';
import { matchesRoute, segmentsOf } from './routes.ts';

// Cross-origin requests of browsers: only operations that take user tokens, since no key belongs in a web page.
// https://fetch.spec.whatwg.org/#http-cors-protocol

/** Headers that `ChatClient` sends from a browser, and that a caller of the REST API may add. */
const REQUEST_HEADERS = [
  ...['authorization', 'content-type', 'idempotency-key', 'repeatability-first-sent', 'repeatability-request-id'],
  ...['traceparent', 'tracestate', 'x-ms-client-request-id', 'x-ms-useragent'],
].join(', ');

/** Two hours: browsers of the Chromium family keep a preflight's answer no longer. */
const MAXIMUM_AGE_SECONDS = 7200;

/** The headers that let a page of an allowed origin read the answer. @param origin the header `Origin` */
export function corsHeaders(origins: ReadonlySet<string>, origin: string | null): Record<string, string> {
  if (origins.size === 0) return {};
  const exposed = { 'access-control-expose-headers': '*' };
  if (origins.has(ANY_ORIGIN)) return { 'access-control-allow-origin': ANY_ORIGIN, ...exposed };
  // Without Vary, a cache would return one origin's answer to another one.
  const vary = { vary: 'Origin' };
  if (origin === null || !origins.has(origin)) return vary;
  return { ...vary, 'access-control-allow-origin': origin, ...exposed };
}

/** Returns whether a browser sent this request to check whether it may send another one. */
export function isPreflight({ method, headers }: HttpRequest): boolean {
  return method === 'OPTIONS' && headers.has('origin') && headers.has('access-control-request-method');
}

/** The answer to a preflight; undefined if no operation with that method and path accepts user tokens. */
export function preflightAnswer(
  request: HttpRequest,
  operations: readonly AnyOperation[],
  origins: ReadonlySet<string>,
): HttpResponseInit | undefined {
  if (origins.size === 0 || !isPreflight(request)) return undefined;
  const segments = segmentsOf(new URL(request.url).pathname);
  const methods = operations
    .filter(({ actsAsUser, http }) => actsAsUser && matchesRoute(http.route, segments))
    .map(({ http }): string => http.method);
  if (!methods.includes(request.headers.get('access-control-request-method') ?? '')) return undefined;
  const { 'access-control-expose-headers': _, ...headers } = corsHeaders(origins, request.headers.get('origin'));
  if (headers['access-control-allow-origin'] === undefined) return { status: 204, headers };
  return {
    status: 204,
    headers: {
      ...headers,
      'access-control-allow-methods': [...new Set(methods)].join(', '),
      'access-control-allow-headers': REQUEST_HEADERS,
      'access-control-max-age': String(MAXIMUM_AGE_SECONDS),
    },
  };
}
