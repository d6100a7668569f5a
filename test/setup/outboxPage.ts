import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page, Request } from 'playwright-core';
import { onTestFinished } from 'vitest';

/** A busy machine is no failure. */
const PATIENCE_MILLISECONDS = 60_000;

interface OpenOptions {
  readonly width?: number;
  readonly height?: number;
  readonly theme?: 'light' | 'dark';
  /** Receives the requests to other servers, except those that the page's policy has stopped. */
  readonly onForeignRequest?: (url: string) => void;
  /** Receives errors and warnings on the console, and uncaught errors. */
  readonly onProblem?: (text: string) => void;
}

/** Opens the emulator's page in a context of its own, which is closed with the test. @param hash e.g. `#/sms/<id>` */
export async function openOutbox(
  browser: Browser,
  url: string,
  hash: string,
  options: OpenOptions = {},
): Promise<Page> {
  const { width = 1280, height = 900, theme = 'light', onForeignRequest = () => {}, onProblem = () => {} } = options;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: theme,
    reducedMotion: 'reduce',
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  onTestFinished(() => context.close());
  const report = (request: Request) => {
    const isForeign = !/^(?:data|blob|about):/.test(request.url()) && !request.url().startsWith(`${url}/`);
    if (isForeign && request.failure()?.errorText !== 'csp') onForeignRequest(request.url());
  };
  context.on('requestfinished', report).on('requestfailed', report);
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MILLISECONDS);
  page.on('console', (it) => ['error', 'warning'].includes(it.type()) && onProblem(it.text()));
  page.on('pageerror', (it) => onProblem(it.message));
  await page.goto(`${url}/${hash}`);
  return page;
}

interface Canary {
  readonly url: string;
  /** The paths that were requested. */
  readonly seen: readonly string[];
}

/** A server that must not be called, or must be: it answers everything, and is closed with the test. */
export async function startCanary(): Promise<Canary> {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(request.url ?? '');
    response.writeHead(200, { 'content-type': 'text/plain', 'access-control-allow-origin': '*' }).end('seen');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}
