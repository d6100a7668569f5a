import { readdir, readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { revalidated } from './revalidated.ts';

const PAGE = 'index.html';

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
};

/** The page loads nothing but its own files; the viewer has its icons inside its style sheet. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "object-src 'none'",
].join('; ');

const SAFETY = { 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' };

/** @param directory the page and its files, as they were built */
export async function docsPage(request: HttpRequest, directory: URL): Promise<HttpResponseInit> {
  // What the page names stands beside it, and with a slash at the end that would be another place.
  if (new URL(request.url).pathname.endsWith('/')) return { status: 308, headers: { location: '../docs' } };
  const body = await readFile(new URL(PAGE, directory));
  const headers = { ...SAFETY, 'content-security-policy': CONTENT_SECURITY_POLICY };
  return revalidated(request, { contentType: 'text/html; charset=utf-8', body }, headers);
}

/** A file whose name holds a hash of its content, so that it never changes; undefined when there is none of this name. */
export async function docsFileNamed(name: string, directory: URL): Promise<HttpResponseInit | undefined> {
  const contentType = CONTENT_TYPES[extname(name)];
  // Only what is listed is read: a name cannot lead out of the directory.
  if (!contentType || !(await readdir(directory)).includes(name)) return undefined;
  const caching = { 'cache-control': 'public, max-age=31536000, immutable' };
  const headers = { ...SAFETY, ...caching, 'content-type': contentType };
  return { status: 200, headers, body: await readFile(new URL(name, directory)) };
}
