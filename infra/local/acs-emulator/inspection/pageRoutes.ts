import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { outboxPageFolder } from '../../../toolchain/installation.ts';
import type { RouteResult } from '../http/response.ts';
import { type Call, defineRoutes, param } from '../http/route.ts';
import { acsError } from '../http/serviceError.ts';

/** The page of the emulator, at its root. It reads and changes the emulator by the API under `/_emulator`. */
export const pageRoutes = defineRoutes(
  { service: 'emulator', auth: 'none' },
  {
    getPage: { method: 'GET', path: '/', isLinkable: true, handle: getPage },
    getPageFile: { method: 'GET', path: '/_emulator/page/:name', handle: getPageFile },
  },
);

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
};

/** The page loads only what the emulator serves. Frames show email messages, under a stricter policy of their own. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "img-src 'self' data:",
  "style-src 'self' 'unsafe-inline'", // positions of list rows
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "object-src 'none'",
].join('; ');

const SAFETY = { 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' };

let folder: Promise<string> | undefined;

async function getPage(): Promise<RouteResult> {
  folder ??= outboxPageFolder();
  const bytes = await readFile(join(await folder, 'index.html'));
  return {
    status: 200,
    content: { type: 'text/html; charset=utf-8', bytes },
    headers: { ...SAFETY, 'content-security-policy': CONTENT_SECURITY_POLICY, 'cache-control': 'no-cache' },
  };
}

async function getPageFile(call: Call): Promise<RouteResult> {
  folder ??= outboxPageFolder();
  const name = param(call, 'name');
  const type = CONTENT_TYPES[extname(name)];
  // Only listed names are read, so that a name cannot lead out of the folder.
  if (!type || !(await readdir(await folder)).includes(name)) throw acsError(404, 'NotFound', `There is no ${name}.`);
  const headers = { ...SAFETY, 'cache-control': 'public, max-age=31536000, immutable' };
  return { status: 200, content: { type, bytes: await readFile(join(await folder, name)) }, headers };
}
