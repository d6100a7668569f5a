import type { IncomingMessage } from 'node:http';

// Every web page that the developer opens can reach a server on 127.0.0.1. Rejects what browsers let pages send without a
// preflight:
// - requests with any host name except this machine's own, because a page can point its own name to 127.0.0.1 (DNS rebinding);
// - at control routes, which need no key: requests from pages, and bodies that need no preflight.
// https://fetch.spec.whatwg.org/#cors-safelisted-method, https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header

/** Names, without port, under which the server can be called besides those of loopback. */
export type AllowedHosts = ReadonlySet<string>;

export interface Refusal {
  readonly status: 403 | 415;
  readonly code: 'HostNotAllowed' | 'CrossSiteRequest' | 'JsonRequired';
  readonly message: string;
}

type Received = Pick<IncomingMessage, 'method' | 'headers' | 'headersDistinct' | 'socket'>;

const LOOPBACK_HOSTS: AllowedHosts = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Rejects a request with a host name that is neither a loopback name nor allowed. */
export function refuseHost(request: Received, allowed: AllowedHosts): Refusal | undefined {
  const name = hostNameOf(request);
  if (name !== undefined && (LOOPBACK_HOSTS.has(name) || allowed.has(name))) return undefined;
  return {
    status: 403,
    code: 'HostNotAllowed',
    message: 'This local server answers to localhost, 127.0.0.1 and [::1]; add other names with --allowed-host.',
  };
}

/** Rejects what a web page of another origin can make a browser send to a route that needs no key. */
export function refuseCrossSite(request: Received): Refusal | undefined {
  if (isFromOtherOrigin(request)) {
    return { status: 403, code: 'CrossSiteRequest', message: 'Web pages of other origins may not call this route.' };
  }
  if (isWrite(request) && !isJson(request.headers['content-type'])) {
    return { status: 415, code: 'JsonRequired', message: "Send the header 'content-type: application/json'." };
  }
  return undefined;
}

/**
 * Whether a browser opens a page because someone followed a link to it, of whatever site: it is shown, but not to the site.
 *
 * @see https://www.w3.org/TR/fetch-metadata/#sec-fetch-dest-header (`document`: not in a frame)
 */
export function isLinkFollowed({ method, headers }: Received): boolean {
  const { origin, 'sec-fetch-mode': mode, 'sec-fetch-dest': destination } = headers;
  return method === 'GET' && origin === undefined && mode === 'navigate' && destination === 'document';
}

/**
 * Whether a request was sent on this machine: with a loopback name, and not forwarded by a tunnel or proxy, which may replace
 * its own name with such a name.
 */
export function isFromThisMachine(request: Received): boolean {
  const name = hostNameOf(request);
  const isForwarded = ['forwarded', 'x-forwarded-for', 'x-forwarded-host'].some((it) => it in request.headers);
  return name !== undefined && LOOPBACK_HOSTS.has(name) && !isForwarded;
}

/** Whether a browser sent the request. Node's `fetch` sends `sec-fetch-mode`, but not this header. */
export function isFromBrowser({ headers }: Received): boolean {
  return 'sec-fetch-site' in headers;
}

/** The host of a request, with the port that it arrived at: the SDK for Java sends a `Host` header without a port. */
export function hostWithPort(request: Received): string | undefined {
  const { host } = request.headers;
  const name = hostNameOf(request);
  const isComplete = name === undefined || !LOOPBACK_HOSTS.has(name) || name.length < (host ?? '').length;
  return isComplete ? host : `${host}:${request.socket.localPort}`;
}

function hostNameOf({ headersDistinct }: Received): string | undefined {
  const [host = '', second] = headersDistinct['host'] ?? [];
  const [name] = host.split(/:\d{1,5}$/);
  return second === undefined && name !== undefined && isHostName(name) ? name.toLowerCase() : undefined;
}

/** Whether a name can be that of a host, or is an address, in brackets if it is one of IPv6. */
export function isHostName(name: string): boolean {
  return /^(?:\[[\da-f:.]+\]|[\w.-]+)$/i.test(name);
}

/** Names are compared in lower case. */
export function hostNames(names: readonly string[] = []): AllowedHosts {
  return new Set(names.map((name) => name.toLowerCase()));
}

/** Browsers send `none` for addresses that the user has entered. */
const OWN_SITES = new Set(['none', 'same-origin']);

function isFromOtherOrigin({ headers, headersDistinct, socket }: Received): boolean {
  const scheme = 'encrypted' in socket ? 'https' : 'http';
  const own = `${scheme}://${headers.host?.toLowerCase()}`;
  const sites = headersDistinct['sec-fetch-site'] ?? [];
  const origins = headersDistinct['origin'] ?? [];
  return sites.some((site) => !OWN_SITES.has(site)) || origins.some((origin) => origin !== own);
}

/** DELETE has no body here, and pages cannot send it without a preflight. */
function isWrite({ method }: Received): boolean {
  return method === 'POST' || method === 'PUT' || method === 'PATCH';
}

function isJson(contentType: string | undefined): boolean {
  return /^application\/json\s*(?:;|$)/i.test(contentType ?? '');
}
