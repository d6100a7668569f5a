import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { isAccepted, keyOf } from '../../infra/operator/drill/emulatorApi.ts';
import { findBrowser, startBrowser } from '../setup/browser.ts';
import { smsTo } from '../setup/emulator.ts';
import { uniquePhone } from '../setup/names.ts';
import { type OwnStack, startOwnStack } from '../setup/ownStack.ts';
import {
  adminBody,
  adminUrl,
  PUBLIC_STORAGE_KEY,
  queueAddress,
  queueBody,
  sentByDeveloper,
} from './webPageRequests.ts';

const browserFile = findBrowser();
const isSkipped = browserFile === undefined && !process.env['CI'];
if (isSkipped)
  console.warn('Skipped: there is no Chromium or Chrome on this machine, in which to open a hostile page.');

/** A page that sends, by itself, whatever it is given: by `fetch` without CORS, or as a form. */
const HOSTILE_PAGE = `<!doctype html><iframe name="away"></iframe><script>
window.attack = (url, body) => fetch(url, { method: 'POST', mode: 'no-cors', credentials: 'include',
  headers: { 'content-type': 'text/plain' }, body }).then((answer) => answer.type, (error) => String(error));
window.post = (url, body) => new Promise((resolve) => {
  const form = document.createElement('form');
  Object.assign(form, { method: 'post', action: url, enctype: 'text/plain', target: 'away' });
  const field = document.createElement('input');
  // text/plain forms read "name=value": the body's own JSON is cut at some '='
  Object.assign(field, { name: body.slice(0, -1) + ',"x":"', value: '"}' });
  form.append(field);
  document.body.append(form);
  document.querySelector('iframe').addEventListener('load', () => resolve('loaded'), { once: true });
  form.submit();
});
window.read = (url) => fetch(url).then((answer) => answer.text(), (error) => 'blocked');
</script>`;

describe.skipIf(isSkipped)('a hostile page in a browser', { timeout: 240_000 }, () => {
  let stack: OwnStack;
  let browser: Browser;
  let port: number;
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end(HOSTILE_PAGE);
  });

  beforeAll(async () => {
    stack = await startOwnStack();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
    browser = await startBrowser(browserFile ?? '', '--host-resolver-rules=MAP *.evil.test 127.0.0.1');
  }, 240_000);

  afterAll(async () => {
    await browser.close();
    await stack.stop();
    server.closeAllConnections();
    server.close();
  });

  async function open(address: string): Promise<Page> {
    const page = await browser.newPage();
    onTestFinished(() => page.close());
    page.setDefaultTimeout(100_000); // a busy machine is no failure
    await page.goto(address);
    return page;
  }

  const run = (page: Page, name: string, ...args: readonly string[]) =>
    page.evaluate(`window.${name}(${args.map((it) => JSON.stringify(it)).join(',')})`);

  test.each(['localhost', '127.0.0.1', 'www.evil.test'])('at %s sends nothing and reads nothing', async (host) => {
    const page = await open(`http://${host}:${port}`);
    const numbers = Array.from({ length: 3 }, uniquePhone);
    const [first = '', second = '', third = ''] = numbers;
    await run(page, 'attack', adminUrl(stack), adminBody(first));
    await run(page, 'post', adminUrl(stack), adminBody(second));
    await run(page, 'attack', queueAddress(stack, PUBLIC_STORAGE_KEY), queueBody(third));
    await run(page, 'attack', `${stack.acs}/_emulator/keys/primary:regenerate`, '');
    await run(page, 'post', `${stack.acs}/_emulator/keys/primary:regenerate`, '{}');
    expect(await run(page, 'read', `${stack.acs}/_emulator/sms`)).toBe('blocked');
    await sentByDeveloper(stack);
    for (const number of numbers) expect(await smsTo(stack.acs, number)).toEqual([]);
    expect(await isAccepted(stack.acs, keyOf(stack.acsConnectionString ?? ''))).toBe(true);
  });

  test('whose name is pointed to this machine is not served', async () => {
    const name = `${randomUUID()}.evil.test`;
    for (const address of [`${stack.acs}/_emulator/sms`, `${stack.switchboard}/docs`]) {
      const page = await open(address.replace('127.0.0.1', name));
      expect(await page.content()).toContain('local server');
    }
  });
});
