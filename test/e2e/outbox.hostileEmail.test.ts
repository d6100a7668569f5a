import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EmailClient } from '@azure/communication-email';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type AcsEmulator, startAcsEmulator } from '../../infra/local/acs-emulator/startAcsEmulator.ts';
import { findBrowser, startBrowser } from '../setup/browser.ts';
import { openOutbox, startCanary } from '../setup/outboxPage.ts';

const browserFile = findBrowser();
const isSkipped = browserFile === undefined && !process.env['CI'];
if (isSkipped) console.warn('Skipped: there is no Chromium or Chrome on this machine, in which to open the outbox.');

interface Attack {
  readonly name: string;
  /** HTML that calls an address. */
  readonly html: (url: string) => string;
  /** What the reader is made to click. */
  readonly clicks?: 'link' | 'button';
}

const ATTACKS: readonly Attack[] = [
  { name: 'a script', html: (url) => `<script>top.hacked = true; new Image().src = '${url}'</script>` },
  { name: 'a script from elsewhere', html: (url) => `<script src="${url}"></script>` },
  { name: 'an event handler', html: (url) => `<img src="x:" onerror="top.hacked = true; new Image().src = '${url}'">` },
  { name: 'an image', html: (url) => `<img src="${url}">` },
  { name: 'an image for dense screens', html: (url) => `<img srcset="${url} 1x">` },
  { name: 'a style sheet', html: (url) => `<link rel="stylesheet" href="${url}">` },
  { name: 'an import in a style', html: (url) => `<style>@import url("${url}");</style>` },
  { name: 'a background', html: (url) => `<div style="height: 9px; background: url('${url}')">x</div>` },
  {
    name: 'a font',
    html: (url) => `<style>@font-face { font-family: f; src: url("${url}"); } p { font-family: f; }</style><p>x</p>`,
  },
  { name: 'a preload', html: (url) => `<link rel="preload" as="image" href="${url}">` },
  { name: 'a refresh', html: (url) => `<meta http-equiv="refresh" content="0; url=${url}">` },
  { name: 'a frame', html: (url) => `<iframe src="${url}"></iframe>` },
  { name: 'a frame with a document', html: (url) => `<iframe srcdoc="<img src='${url}'>"></iframe>` },
  { name: 'an object', html: (url) => `<object data="${url}"></object>` },
  { name: 'a video', html: (url) => `<video autoplay preload="auto" poster="${url}"></video>` },
  { name: 'an SVG that runs', html: (url) => `<svg onload="top.hacked = true; new Image().src = '${url}'"></svg>` },
  { name: 'an image in an SVG', html: (url) => `<svg><image href="${url}" width="9" height="9"/></svg>` },
  { name: 'another base', html: (url) => `<base href="${url}/"><img src="below">` },
  {
    name: 'a form that sends itself',
    html: (url) => `<form action="${url}"></form><script>document.forms[0].submit()</script>`,
  },
  { name: 'a form', html: (url) => `<form action="${url}"><button>Go on</button></form>`, clicks: 'button' },
  {
    name: 'a link with a script',
    html: (url) => `<a href="javascript:void(top.hacked = true, new Image().src = '${url}')">Go on</a>`,
    clicks: 'link',
  },
];

/** A web server on which the same HTML is as dangerous as it can be. */
async function serve(html: string): Promise<string> {
  const server = createServer((request, response) => {
    response.writeHead(request.url === '/' ? 200 : 404, { 'content-type': 'text/html' }).end(html);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe.skipIf(isSkipped)('hostile HTML in an email message', { timeout: 120_000 }, () => {
  let browser: Browser;
  let emulator: AcsEmulator;

  beforeAll(async () => {
    if (browserFile === undefined) throw new Error('There is no Chromium or Chrome to open the outbox in.');
    [browser, emulator] = await Promise.all([
      startBrowser(browserFile),
      startAcsEmulator({ emailSettleMilliseconds: 0 }),
    ]);
  });
  afterAll(async () => {
    await browser?.close();
    await emulator?.close();
  });

  async function sendEmail(html: string): Promise<string> {
    const client = new EmailClient(emulator.connectionString, { allowInsecureConnection: true });
    const poller = await client.beginSend({
      senderAddress: 'DoNotReply@contoso.com',
      content: { subject: 'You have won', html },
      recipients: { to: [{ address: 'ada@example.com' }] },
    });
    return (await poller.pollUntilDone()).id;
  }

  const clicked = (root: Pick<Locator, 'getByRole'>, { clicks }: Attack) =>
    clicks && root.getByRole(clicks, { name: 'Go on' }).click();

  /** The attack succeeds where nothing prevents it, so that it would be seen. */
  async function succeedsElsewhere(attack: Attack): Promise<void> {
    const canary = await startCanary();
    const page = await openOutbox(browser, await serve(attack.html(`${canary.url}/seen`)), '');
    await clicked(page.locator('body'), attack);
    await expect.poll(() => canary.seen.length, { timeout: 30_000 }).toBeGreaterThan(0);
  }

  interface Look {
    readonly page: Page;
    readonly url: string;
    /** Requests to other servers. */
    readonly foreign: readonly string[];
  }

  async function look(hash: string): Promise<Look> {
    const foreign: string[] = [];
    const page = await openOutbox(browser, emulator.url, hash, { onForeignRequest: (url) => foreign.push(url) });
    return { page, url: `${emulator.url}/${hash}`, foreign };
  }

  async function expectHarmless({ page, url, foreign }: Look) {
    expect(page.url()).toBe(url);
    expect(await page.evaluate('"hacked" in window')).toBe(false);
    expect(foreign).toEqual([]);
    // A link may open a tab, but nothing is in it.
    for (const other of page.context().pages()) if (other !== page) expect(other.url()).toBe('about:blank');
  }

  test.each(ATTACKS)('$name neither runs nor loads nor sends anything', async (attack) => {
    const canary = await startCanary();
    const id = await sendEmail(`<p>Hello</p>${attack.html(`${canary.url}/seen`)}`);
    const framed = await look(`#/email/${id}`);
    const frame = framed.page.frameLocator('iframe');
    await frame.getByText('Hello').waitFor();
    await clicked(frame.locator('body'), attack);
    // The same by the frame's address alone, which a reader may also open.
    const alone = await look(`_emulator/items/email/${id}/html`);
    await clicked(alone.page.locator('body'), attack);
    await succeedsElsewhere(attack); // which takes at least as long
    for (const it of [framed, alone]) await expectHarmless(it);
    expect(canary.seen).toEqual([]);
    expect(await frame.getByText('Hello').count()).toBe(1);
  });

  test('a link opens in a tab of its own, which cannot reach the page', async () => {
    const canary = await startCanary();
    const { page } = await look(`#/email/${await sendEmail(`<a href="${canary.url}/confirm">Confirm</a>`)}`);
    const [tab] = await Promise.all([
      page.waitForEvent('popup'),
      page.frameLocator('iframe').getByRole('link', { name: 'Confirm' }).click(),
    ]);
    await tab.waitForURL(`${canary.url}/confirm`);
    expect(await tab.evaluate('window.opener')).toBeNull();
    expect(canary.seen).toContain('/confirm');
  });
});
