import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { RpcHttpData, RpcNullableString } from '../rpc.ts';

/** The URL of a request. */
export interface Target {
  /** As the app sees it: `request.url`. */
  readonly url: string;
  /** Decoded, for routing. */
  readonly path: string;
  /** As sent, without the question mark. */
  readonly query: string;
  /** Path and query as sent. */
  readonly asSent: string;
}

const hostForm = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i;

/** @returns undefined if the request line or the Host header is malformed */
export function readTarget(scheme: 'http' | 'https', host: string | undefined, requestUrl: string): Target | undefined {
  if (!host || !hostForm.test(host)) return undefined;
  const raw = requestUrl.startsWith('/') ? requestUrl : requestUrl.replace(/^https?:\/\/[^/?#]*\/?/i, '/');
  if (!raw.startsWith('/')) return undefined;
  const mark = raw.indexOf('?');
  const path = decodePath(mark < 0 ? raw : raw.slice(0, mark));
  if (path.includes('\0')) return undefined;
  const query = mark < 0 ? '' : raw.slice(mark + 1);
  const url = `${scheme}://${host}${encodePath(path)}${mark < 0 ? '' : `?${query}`}`;
  return URL.canParse(url) ? { url, path, query, asSent: raw } : undefined;
}

/** The escapes of one character in UTF-8, whose first byte determines the length; not those of a slash. */
const escapedCharacter =
  /%(?!2f)[0-7][\da-f]|%[cd][\da-f]%[89ab][\da-f]|%e[\da-f](?:%[89ab][\da-f]){2}|%f[0-7](?:%[89ab][\da-f]){3}/gi;

/**
 * Decodes the path of a request like the platform's web server: all escapes except `%2F` and invalid UTF-8; resolves `.` and
 * `..`.
 */
export function decodePath(raw: string): string {
  const decoded = raw.includes('%') ? raw.replaceAll(escapedCharacter, decodeCharacter) : raw;
  return /\/\.\.?(?:\/|$)/.test(decoded) ? withoutDots(decoded) : decoded;
}

/** Encodes a decoded path for a URL. Only characters that are not allowed there are escaped, so `%3A` becomes `:`. */
export function encodePath(decoded: string): string {
  if (/^[\w\-.~!$&'()*+,;=:@/]*$/.test(decoded)) return decoded;
  return decoded.replaceAll(/%(?![\da-f]{2})|[^\w\-.~!$&'()*+,;=:@/%]+/gi, (run) =>
    encodeURIComponent(run.toWellFormed()),
  );
}

function decodeCharacter(escapes: string): string {
  try {
    return decodeURIComponent(escapes);
  } catch {
    return escapes;
  }
}

function withoutDots(path: string): string {
  const kept: string[] = [];
  const segments = path.split('/').slice(1);
  for (const [index, segment] of segments.entries()) {
    const dots = segment === '.' || segment === '..';
    if (segment === '..') kept.pop();
    if (!dots) kept.push(segment);
    else if (index === segments.length - 1) kept.push('');
  }
  return `/${kept.join('/')}`;
}

type NullableMap = Record<string, RpcNullableString>;

/** Converts a request to what the host passes to the library. */
export function toRpcRequest(
  request: Pick<IncomingMessage, 'method' | 'rawHeaders'>,
  target: Target,
  parameters: Readonly<Record<string, string>>,
  body: Buffer | undefined,
): RpcHttpData {
  const data: RpcHttpData = {
    method: request.method ?? 'GET',
    url: target.url,
    nullableHeaders: headersOf(request.rawHeaders),
    nullableParams: emptyMap(),
    nullableQuery: queryOf(target.query),
  };
  // App Service adds the path as received, before decoding, and replaces a header of this name from the caller.
  (data.nullableHeaders as NullableMap)['x-waws-unencoded-url'] = { value: target.asSent };
  for (const name in parameters) put(data.nullableParams as NullableMap, name, parameters[name] ?? '');
  if (body) data.body = { bytes: body };
  return data;
}

/** Converts names to lower case, and joins the values of repeated headers. */
function headersOf(raw: readonly string[]): NullableMap {
  const headers = emptyMap();
  for (let index = 0; index < raw.length; index += 2) {
    const name = (raw[index] ?? '').toLowerCase();
    // Cookies are separated by semicolons.
    put(headers, name, raw[index + 1] ?? '', name === 'cookie' ? '; ' : ',');
  }
  return headers;
}

/** Joins keys that differ only in case, under the first name. */
function queryOf(query: string): NullableMap {
  const map = emptyMap();
  if (query === '') return map;
  const names = new Map<string, string>();
  for (const [key, value] of new URLSearchParams(query)) {
    const name = names.get(key.toLowerCase()) ?? key;
    names.set(key.toLowerCase(), name);
    put(map, name, value);
  }
  return map;
}

function emptyMap(): NullableMap {
  return Object.create(null) as NullableMap;
}

function put(map: NullableMap, name: string, value: string, separator = ','): void {
  const before = map[name];
  if (before) before.value = `${before.value}${separator}${value}`;
  else map[name] = { value };
}

/** The platform's limit for a request. */
export const bodyLimitBytes = 104_857_600;

const NOTHING = Buffer.alloc(0);

export type Body = Buffer | 'none' | 'too large' | 'gone';

/** Reads the body of a request. Like the platform, drops a chunked body, which has no Content-Length. */
export async function readBody(request: Readable & Pick<IncomingMessage, 'headers'>): Promise<Body> {
  const length = Number(request.headers['content-length'] ?? 0);
  if (length > bodyLimitBytes) return 'too large';
  if (length === 0) {
    request.resume();
    return 'none';
  }
  let body = Buffer.allocUnsafeSlow(length);
  let filled = 0;
  return new Promise((resolve) => {
    request.on('data', (chunk: Buffer) => {
      filled += chunk.copy(body, filled);
    });
    request.once('end', () => {
      resolve(body);
      body = NOTHING; // these listeners live as long as the request, which a large body should not
    });
    request.once('close', () => resolve('gone'));
  });
}
