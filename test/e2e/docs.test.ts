import { createServer, request as forward, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest';
import { findBrowser, startBrowser } from '../setup/browser.ts';

const { switchboard } = inject('stack');
const browserFile = findBrowser();
const isSkipped = browserFile === undefined && !process.env['CI'];
if (isSkipped) console.warn('Skipped: there is no Chromium or Chrome on this machine, in which to open /docs.');

interface Opened {
  readonly page: Page;
  readonly requests: readonly string[];
  /** Errors on the console, and uncaught ones. */
  readonly errors: readonly string[];
}

async function open(browser: Browser, url: string): Promise<Opened> {
  const page = await browser.newPage({ viewport: { width: 1200, height: 1000 } });
  page.setDefaultTimeout(100_000); // a busy machine is no failure
  onTestFinished(() => page.close());
  const requests: string[] = [];
  const errors: string[] = [];
  page.on('request', (it) => requests.push(it.url()));
  page.on('console', (it) => {
    if (['error', 'warning'].includes(it.type())) errors.push(it.text());
  });
  page.on('pageerror', (it) => errors.push(it.message));
  await page.goto(url);
  return { page, requests, errors };
}

const operation = (page: Page) => page.locator('#operations-SMS-sendSms');

/** A gateway that has Switchboard under a path of its own. */
async function startGateway(path: string): Promise<string> {
  const pass: RequestListener = (incoming, outgoing) => {
    const url = switchboard + (incoming.url ?? '').slice(path.length);
    const onward = forward(url, { method: incoming.method, headers: incoming.headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(onward);
  };
  const server = createServer(pass);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
}

describe.skipIf(isSkipped)('/docs in a browser', { timeout: 120_000 }, () => {
  let browser: Browser;
  beforeAll(async () => {
    if (browserFile === undefined) throw new Error('There is no Chromium or Chrome to open /docs in.');
    browser = await startBrowser(browserFile);
  });
  afterAll(() => browser?.close());

  test('shows the operations, and loads nothing from elsewhere', async () => {
    const { page, requests, errors } = await open(browser, `${switchboard}/docs`);
    await operation(page).waitFor();
    await page.getByRole('heading', { name: /^Switchboard/ }).waitFor();
    await operation(page).getByText('Sends an SMS message to 1–100 recipients').waitFor();
    await operation(page).locator('.opblock-summary-control').click();
    for (const text of ['Idempotency-Key', 'IdempotencyKeyReused']) {
      await operation(page).getByText(text, { exact: true }).first().waitFor();
    }
    expect(await page.getByText('Authorize').count()).toBe(0);
    expect(requests).toContain(`${switchboard}/openapi.json`);
    expect(requests.filter((url) => !url.startsWith(`${switchboard}/`) && !url.startsWith('data:'))).toEqual([]);
    expect(errors).toEqual([]);
  });

  test.each(['/docs', '/docs/'])('works behind a gateway at %s', async (path) => {
    const gateway = await startGateway('/acs');
    const { page, requests, errors } = await open(browser, gateway + path);
    await operation(page).waitFor();
    expect(requests).toContain(`${gateway}/openapi.json`);
    expect(errors).toEqual([]);
  });
});
