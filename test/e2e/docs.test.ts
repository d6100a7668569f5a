import { readFileSync } from 'node:fs';
import { createServer, request as forward, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContextOptions, Page, Request } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest';
import { parseConnection } from '../../shared/client/connection.ts';
import { findBrowser, startBrowser } from '../setup/browser.ts';
import { smsTo } from '../setup/emulator.ts';
import { uniquePhone } from '../setup/names.ts';

const { switchboard, acs, acsConnectionString = '', client = '' } = inject('stack');
const { accessKey } = parseConnection(client);
const browserFile = findBrowser();
const isSkipped = browserFile === undefined && !process.env['CI'];
if (isSkipped) console.warn('Skipped: there is no Chromium or Chrome on this machine, in which to open /docs.');

interface Opened {
  readonly page: Page;
  readonly requests: readonly Request[];
  /** Errors on the console, and uncaught ones. */
  readonly errors: readonly string[];
}

async function open(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Opened> {
  const page = await browser.newPage({ viewport: { width: 1200, height: 1000 }, ...options });
  page.setDefaultTimeout(60_000); // a busy machine is no failure
  onTestFinished(() => page.close());
  const requests: Request[] = [];
  const errors: string[] = [];
  page.on('request', (it) => requests.push(it));
  page.on('console', (it) => {
    if (['error', 'warning'].includes(it.type())) errors.push(it.text());
  });
  page.on('pageerror', (it) => errors.push(it.message));
  await page.goto(url);
  return { page, requests, errors };
}

const operation = (page: Page, id = 'SMS-sendSms') => page.locator(`#operations-${id}`);
const field = (page: Page) => page.getByLabel('Connection string of a client');
const liveStatus = (page: Page) => page.locator('.live-responses-table tbody .response-col_status');
const liveText = (page: Page) => page.locator('.live-responses-table tbody .response-col_description');

async function connect(page: Page, connection: string): Promise<void> {
  await field(page).fill(connection);
  await field(page).press('Enter');
}

/** Opens an operation, and makes its fields editable. */
async function tryOut(page: Page, id?: string) {
  const opened = operation(page, id);
  await opened.locator('.opblock-summary-control').click();
  await opened.getByRole('button', { name: 'Try it out' }).click();
  return opened;
}

/** A gateway that has Switchboard under a path of its own, and leaves the header `Host` as it is. */
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

/** Everything that a request says. */
async function textOf(request: Request): Promise<string> {
  return JSON.stringify([request.url(), await request.allHeaders(), request.postData()]);
}

const smsTo1 = (to: string, message: string) =>
  JSON.stringify({ from: '+18005550100', smsRecipients: [{ to }], message }, undefined, 2);

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
    await operation(page).getByText('Idempotency-Key', { exact: true }).first().waitFor();
    expect(await page.getByText('Authorize').count()).toBe(0);
    const urls = requests.map((it) => it.url());
    expect(urls).toContain(`${switchboard}/openapi.json`);
    expect(urls.filter((url) => !url.startsWith(`${switchboard}/`) && !url.startsWith('data:'))).toEqual([]);
    expect(errors).toEqual([]);
  });

  test('shows errors on request', async () => {
    const { page } = await open(browser, `${switchboard}/docs`);
    await operation(page).locator('.opblock-summary-control').click();
    const statuses = () => operation(page).locator('.responses-table tr.response').count();
    await operation(page).locator('tr.response[data-code="202"]').waitFor();
    expect(await statuses()).toBe(1);
    await operation(page)
      .getByRole('button', { name: /^Show errors.*: 400, 401/ })
      .click();
    await operation(page).getByText('IdempotencyKeyReused', { exact: true }).first().waitFor();
    expect(await statuses()).toBeGreaterThan(8);
    await operation(page)
      .getByRole('button', { name: /^Hide errors/ })
      .click();
    expect(await statuses()).toBe(1);
  });

  test('signs and sends a request, and the key never leaves the page', async () => {
    const { page, requests, errors } = await open(browser, `${switchboard}/docs`);
    await connect(page, client);
    await page.getByText('Requests are signed for').waitFor();
    const recipient = uniquePhone();
    const message = 'Grüße 👋 "quoted", it’s';
    const opened = await tryOut(page);
    await opened.locator('textarea').fill(smsTo1(recipient, message));
    await opened.getByRole('button', { name: 'Execute' }).click();
    expect(await liveStatus(page).textContent()).toBe('202');
    expect((await smsTo(acs, recipient)).map((it) => it.message)).toEqual([message]);

    // Each execution is a request of its own.
    await opened.getByRole('button', { name: 'Execute' }).click();
    await expect.poll(async () => (await smsTo(acs, recipient)).length).toBe(2);

    const sent = await Promise.all(requests.map(textOf));
    expect(sent.filter((it) => it.includes('HMAC-SHA256'))).toHaveLength(2);
    const stored = await page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])');
    const shown = await page.content();
    for (const text of [...sent, stored, shown, page.url(), errors.join('\n')]) {
      expect(text).not.toContain(accessKey.slice(0, 16));
      expect(text).not.toContain(encodeURIComponent(accessKey).slice(-16));
    }
    expect(errors).toEqual([]);
  });

  test('forgets the key on request, and when the page is left', async () => {
    const { page, requests } = await open(browser, `${switchboard}/docs`);
    await connect(page, client);
    await page.getByRole('button', { name: 'Forget key' }).click();
    expect(await field(page).inputValue()).toBe('');
    const opened = await tryOut(page);
    await opened.getByRole('button', { name: 'Execute' }).click();
    await liveText(page).getByText('Paste the connection string of a client').waitFor();
    expect(await page.evaluate('document.activeElement?.id')).toBe(await field(page).getAttribute('id'));
    expect(requests.filter((it) => it.method() === 'POST')).toEqual([]);

    await connect(page, client);
    await page.getByText('Requests are signed for').waitFor();
    await page.goto(`${switchboard}/health`);
    await page.goBack();
    await field(page).waitFor();
    expect(await page.getByText('Requests are signed for').count()).toBe(0);
  });

  test('says what is wrong with a connection string, at the field', async () => {
    const { page } = await open(browser, `${switchboard}/docs`);
    for (const [text, message] of [
      ['nonsense', 'must read endpoint='],
      [acsConnectionString, `is for ${acs}`],
      [`endpoint=https://contoso.communication.azure.com;accesskey=${accessKey}`, 'key of the ACS resource itself'],
    ] as const) {
      await connect(page, text);
      await page.getByRole('alert').getByText(message).waitFor();
      expect(await field(page).inputValue()).toBe('');
    }
  });

  test('a wrong key gets a 401 that says so', async () => {
    const { page } = await open(browser, `${switchboard}/docs`);
    await connect(page, `endpoint=${switchboard};accesskey=${Buffer.from('another key').toString('base64')}`);
    const opened = await tryOut(page, 'SMS-listSmsBatches');
    await opened.getByRole('button', { name: 'Execute' }).click();
    expect(await liveStatus(page).textContent()).toMatch(/^401/);
    await liveText(page).getByText('The signature differs: check the key').waitFor();
  });

  test('says how far the clock is off', async () => {
    const { page } = await open(browser, 'about:blank');
    await page.addInitScript(
      'const now = Date.now; Date = class extends Date { constructor(...a) { a.length ? super(...a) : super(Date.now()); } static now() { return now() + 720_000; } };',
    );
    await page.goto(`${switchboard}/docs`);
    await connect(page, client);
    const opened = await tryOut(page, 'SMS-listSmsBatches');
    await opened.getByRole('button', { name: 'Execute' }).click();
    expect(await liveStatus(page).textContent()).toMatch(/^401/);
    await page.getByRole('alert').getByText('clock is 12 minutes ahead of the server’s').waitFor();
  });

  test('needs no key for what is open to all', async () => {
    const { page } = await open(browser, `${switchboard}/docs`);
    const opened = await tryOut(page, 'System-health');
    await opened.getByRole('button', { name: 'Execute' }).click();
    expect(await liveStatus(page).textContent()).toBe('200');
  });

  test.each(['/docs', '/docs/'])('works behind a gateway at %s', async (path) => {
    const gateway = await startGateway('/acs');
    const { page, requests, errors } = await open(browser, gateway + path);
    await connect(page, `endpoint=${new URL(gateway).origin};accesskey=${accessKey}`);
    const opened = await tryOut(page, 'System-getUsage');
    await opened.getByRole('button', { name: 'Execute' }).click();
    expect(await liveStatus(page).textContent()).toBe('200');
    const urls = requests.map((it) => it.url());
    expect(urls).toContain(`${gateway}/openapi.json`);
    expect(urls).toContain(`${gateway}/usage?api-version=2024-03-15`);
    expect(errors).toEqual([]);
  });

  test('refuses to sign where browsers have no Web Crypto: over http, other than on this computer', async () => {
    const other = await startBrowser(browserFile ?? '', '--host-resolver-rules=MAP switchboard.test 127.0.0.1');
    onTestFinished(() => other.close());
    const page = await other.newPage();
    // The host refuses names that are not its own, so the page is served from here.
    await page.route('http://switchboard.test/**', async (route) => {
      const response = await fetch(switchboard + new URL(route.request().url()).pathname);
      const headers = Object.fromEntries(response.headers);
      await route.fulfill({ status: response.status, headers, body: Buffer.from(await response.arrayBuffer()) });
    });
    await page.goto('http://switchboard.test/docs');
    await page.getByText('Browsers sign only on pages with https or on this computer').waitFor();
    expect(await field(page).count()).toBe(0);
    const opened = await tryOut(page);
    await opened.getByRole('button', { name: 'Execute' }).click();
    await liveText(page).getByText('Browsers sign only on pages with https').waitFor();
    await opened.getByRole('button', { name: 'curl' }).click();
    await opened.getByText('openssl dgst').waitFor();
    await opened.getByRole('button', { name: 'Copy', exact: true }).click();
    await opened.getByText('Selected: copy it').waitFor();
  });

  test('shows the call as code, as it is filled in', async () => {
    const { page } = await open(browser, `${switchboard}/docs`);
    const context = page.context();
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: switchboard });
    const opened = await tryOut(page);
    await opened.locator('textarea').fill('{"message":"it\'s"}');
    await opened.getByPlaceholder('Idempotency-Key').fill('order-17');
    const code = opened.locator('.copies-code pre');
    for (const [title, part] of [
      ['npm run call', String.raw`'{"message":"it'\''s"}' --header 'idempotency-key: order-17'`],
      ['curl', "-H 'idempotency-key: order-17'"],
      ['TypeScript', String.raw`client.sms.send({ message: 'it\'s' }, { idempotencyKey: 'order-17' })`],
      ['Python', '"idempotency-key": "order-17"'],
    ] as const) {
      await opened.getByRole('button', { name: title }).click();
      await code.getByText(part).waitFor();
      await opened.getByRole('button', { name: 'Copy', exact: true }).click();
      await opened.getByText('Copied').waitFor();
      expect(await page.evaluate('navigator.clipboard.readText()')).toBe(await code.textContent());
    }
    await opened.locator('textarea').fill('{"message":"changed"}');
    await code.getByText('changed').waitFor();
  });

  test('runs nothing that a description or a response contains', async () => {
    const page = await browser.newPage();
    page.setDefaultTimeout(100_000);
    onTestFinished(() => page.close());
    const hostile =
      '<img src=x onerror="window.ran=1"><script>window.ran=1</script><a href="javascript:window.ran=1">x</a>';
    const requests: string[] = [];
    // What the content security policy blocks does not get this far.
    await page.route('https://tracker.example/**', async (route) => {
      requests.push(route.request().url());
      await route.abort();
    });
    await page.route('**/openapi.json', async (route) => {
      const document = JSON.parse((await (await route.fetch()).body()).toString('utf8')) as Record<string, unknown>;
      const remote = '<img src="https://tracker.example/p.gif">![x](https://tracker.example/q.gif)';
      const info = { ...Object(document['info']), description: `Described ${hostile} ${remote}` };
      await route.fulfill({ json: { ...document, info } });
    });
    await page.route('**/health*', (route) => route.fulfill({ contentType: 'text/html', body: `Answered ${hostile}` }));
    await page.goto(`${switchboard}/docs`);
    await page.getByText('Described').first().waitFor();
    const opened = await tryOut(page, 'System-health');
    await opened.getByRole('button', { name: 'Execute' }).click();
    await liveText(page).getByText('Answered').waitFor();
    const links = page.locator('a[href^="javascript:"]');
    expect(await links.count()).toBe(0);
    expect(await page.evaluate('window.ran')).toBeUndefined();
    expect(requests).toEqual([]);
  });
});

describe.skipIf(isSkipped)('/docs for everybody', { timeout: 120_000 }, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser(browserFile ?? '');
  });
  afterAll(() => browser?.close());

  const axe = readFileSync('node_modules/axe-core/axe.min.js', 'utf8');

  async function violations(page: Page): Promise<readonly string[]> {
    await page.evaluate(axe);
    const found: unknown = await page.evaluate('axe.run().then(({ violations }) => violations)');
    return (found as { id: string; nodes: { target: string[]; failureSummary: string }[] }[]).flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`),
    );
  }

  test.each([
    ['light', 1200],
    ['dark', 1200],
    ['light', 360],
    ['dark', 360],
  ] as const)('in the %s theme, %i pixels wide', async (colorScheme, width) => {
    const options = { colorScheme, viewport: { width, height: 900 }, bypassCSP: true }; // for axe
    const { page } = await open(browser, `${switchboard}/docs`, options);
    await operation(page).waitFor();
    const background = await page.evaluate('getComputedStyle(document.body).backgroundColor');
    expect(background).toBe(colorScheme === 'dark' ? 'rgb(28, 32, 34)' : 'rgb(255, 255, 255)');
    await connect(page, 'nonsense');
    await page.getByRole('alert').getByText('must read endpoint=').waitFor();
    expect(await violations(page)).toEqual([]);
    await connect(page, client);
    const opened = await tryOut(page);
    await opened.getByRole('button', { name: 'Execute' }).click();
    await liveStatus(page).waitFor();
    await opened.getByRole('button', { name: 'curl' }).click();
    await opened.getByText('Request headers').click();
    await opened.getByRole('button', { name: /^Show errors/ }).click();
    await opened.getByText('IdempotencyKeyReused', { exact: true }).first().waitFor();
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
  });
});
