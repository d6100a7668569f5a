import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
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

/** What people see: each of them in both themes, on a desktop and on a phone. */
export const VIEWPORTS = [
  { width: 1280, height: 800, theme: 'light' },
  { width: 1280, height: 800, theme: 'dark' },
  { width: 375, height: 760, theme: 'light' },
  { width: 375, height: 760, theme: 'dark' },
] as const;

/** Writes `.test/screenshots/<name>-<width>-<theme>.png`, which CI keeps. */
export function takeScreenshot(page: Page, name: string, view: (typeof VIEWPORTS)[number]): Promise<unknown> {
  return page.screenshot({ path: `.test/screenshots/${name}-${view.width}-${view.theme}.png` });
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds in a part of the page, and whether the page is wider than its window. */
export async function problemsIn(page: Page, selector: string): Promise<unknown> {
  await page.evaluate(`window.axe || (() => { ${AXE} })()`);
  return page.evaluate(`(async () => {
    const part = document.querySelector(${JSON.stringify(selector)});
    const { violations } = await axe.run(part, { iframes: false });
    return {
      isWide: part.scrollWidth > part.clientWidth || document.documentElement.scrollWidth > innerWidth,
      violations: violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html.slice(0, 300)).slice(0, 3)]),
    };
  })()`);
}

export const NO_PROBLEMS = { isWide: false, violations: [] };

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
