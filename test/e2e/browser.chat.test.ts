import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CommunicationIdentityClient } from '@azure/communication-identity';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { findBrowser, startBrowser } from '../setup/browser.ts';
import { uniqueTopic } from '../setup/names.ts';
import { type OwnStack, startOwnStack } from '../setup/ownStack.ts';
import { INSECURE } from './targets.ts';

const browserFile = findBrowser();
const isSkipped = browserFile === undefined && !process.env['CI'];
if (isSkipped) console.warn('Skipped: there is no Chromium or Chrome on this machine, in which to run ChatClient.');

/** The page's own script: the official client as a bundler makes it for browsers. */
const SCRIPT = `
import { ChatClient } from '@azure/communication-chat';
import { AzureCommunicationTokenCredential } from '@azure/communication-common';

window.chat = async ({ endpoint, token, topic }) => {
  const client = new ChatClient(endpoint, new AzureCommunicationTokenCredential(token));
  try {
    const { chatThread } = await client.createChatThread({ topic });
    const thread = client.getChatThreadClient(chatThread.id);
    await thread.sendMessage({ content: 'Hello from a page' });
    const contents = [];
    for await (const { content } of thread.listMessages()) contents.push(content?.message);
    return { topic: chatThread.topic, contents };
  } catch (error) {
    return { status: error.statusCode, code: error.code, message: error.message };
  }
};`;

async function bundled(): Promise<string> {
  const result = await build({
    stdin: { contents: SCRIPT, resolveDir: '.' },
    bundle: true,
    format: 'esm',
    platform: 'browser',
    define: { global: 'globalThis', 'process.env': '{}' },
    write: false,
    logLevel: 'error',
  });
  return result.outputFiles[0]?.text ?? '';
}

/** Serves a third-party app: one page with the script. @returns its origin */
async function startApp(script: string): Promise<string> {
  const server = createServer((request, response) => {
    const isScript = request.url === '/chat.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    response.end(isScript ? script : '<!doctype html><script type="module" src="/chat.js"></script>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  servers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const servers: (() => void)[] = [];

describe.skipIf(isSkipped)('ChatClient in a browser', { timeout: 240_000 }, () => {
  let browser: Browser;
  let stack: OwnStack;
  let allowed: string;
  let other: string;

  beforeAll(async () => {
    const script = await bundled();
    [allowed, other] = [await startApp(script), await startApp(script)];
    stack = await startOwnStack({ CORS_ORIGINS: allowed });
    browser = await startBrowser(browserFile ?? '');
  }, 240_000);

  afterAll(async () => {
    await browser.close();
    await stack.stop();
    for (const close of servers) close();
  });

  async function open(origin: string): Promise<Page> {
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    onTestFinished(() => context.close());
    const page = await context.newPage();
    page.setDefaultTimeout(100_000); // a busy machine is no failure
    await page.goto(origin);
    await page.waitForFunction('window.chat');
    return page;
  }

  async function chat(origin: string, token: string): Promise<unknown> {
    const facts = { endpoint: stack.switchboardTls, token, topic: uniqueTopic() };
    const page = await open(origin);
    return page.evaluate(`window.chat(${JSON.stringify(facts)})`);
  }

  async function userToken(): Promise<string> {
    const identities = new CommunicationIdentityClient(stack.client ?? '', INSECURE);
    return (await identities.createUserAndToken(['chat'])).token;
  }

  test('chats from an origin of CORS_ORIGINS', async () => {
    expect(await chat(allowed, await userToken())).toMatchObject({
      topic: expect.any(String),
      contents: expect.arrayContaining(['Hello from a page']),
    });
  });

  test('reads the error of a token that ACS refuses', async () => {
    const part = (it: object) => Buffer.from(JSON.stringify(it)).toString('base64url');
    const forged = [part({ alg: 'none' }), part({ exp: Date.now() / 1000 + 3600 }), 'forged'].join('.');
    expect(await chat(allowed, forged)).toMatchObject({ status: 401 });
  });

  test('is stopped by the browser at any other origin', async () => {
    const answer = await chat(other, await userToken());
    expect(answer).toMatchObject({ message: expect.stringMatching(/fetch|network|send request/i) });
    expect(answer).not.toHaveProperty('contents');
  });
});
