import { decodePath, encodePath } from './path.ts';

/** Where a request goes. */
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

/** @returns undefined when the request line or the Host header is malformed */
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
