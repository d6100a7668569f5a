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

/** The page loads only its own files; the viewer's icons are inside its style sheet. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "connect-src 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "object-src 'none'",
].join('; ');

const SAFETY = { 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' };

/** @param directory of the built page */
export async function docsPage(request: HttpRequest, directory: URL): Promise<HttpResponseInit> {
  // The page's links are relative, and would not resolve after a trailing slash.
  if (new URL(request.url).pathname.endsWith('/')) return { status: 308, headers: { location: '../docs' } };
  const body = await readFile(new URL(PAGE, directory));
  const headers = { ...SAFETY, 'content-security-policy': CONTENT_SECURITY_POLICY };
  return revalidated(request, { contentType: 'text/html; charset=utf-8', body }, headers);
}

/** A file with a hash of its content in its name, so that it never changes; undefined if no such file exists. */
export async function docsFileNamed(name: string, directory: URL): Promise<HttpResponseInit | undefined> {
  const contentType = CONTENT_TYPES[extname(name)];
  // Only listed names are read, so that a name cannot lead out of the directory.
  if (!contentType || !(await readdir(directory)).includes(name)) return undefined;
  const caching = { 'cache-control': 'public, max-age=31536000, immutable' };
  const headers = { ...SAFETY, ...caching, 'content-type': contentType };
  return { status: 200, headers, body: await readFile(new URL(name, directory)) };
}
