import { createHash } from 'node:crypto';
import type { HttpRequest, HttpResponseInit } from '@azure/functions';

export interface Content {
  readonly contentType: string;
  readonly body: string | Uint8Array;
}

/**
 * A response that caches store and revalidate each time: 304 while it is unchanged.
 *
 * @see RFC 9110 §13.1.2 (If-None-Match)
 */
export function revalidated(
  request: HttpRequest,
  { contentType, body }: Content,
  more: Readonly<Record<string, string>> = {},
): HttpResponseInit {
  const etag = `"${createHash('sha256').update(body).digest('base64url')}"`;
  const headers = { ...more, etag, 'cache-control': 'no-cache' };
  if (matches(request.headers.get('if-none-match'), etag)) return { status: 304, headers };
  return { status: 200, headers: { ...headers, 'content-type': contentType }, body };
}

function matches(ifNoneMatch: string | null, etag: string): boolean {
  const tags = (ifNoneMatch ?? '').split(',').map((it) => it.trim().replace(/^W\//, ''));
  return tags.includes(etag) || tags.includes('*');
}
