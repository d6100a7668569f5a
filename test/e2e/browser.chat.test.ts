import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CommunicationIdentityClient } from '@azure/communication-identity';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { findBrowser, startBrowser } from '../setup/browser.ts';
import { describedOperations } from '../setup/describedOperations.ts';
import { faultsOf, setFaults, threadsAbout } from '../setup/emulator.ts';
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

const collect = async (items) => {
  const all = [];
  for await (const item of items) all.push(item);
  return all;
};

const scenarios = {
  async everything(client, { topic }) {
    const { chatThread } = await client.createChatThread({ topic });
    const thread = client.getChatThreadClient(chatThread.id);
    const ids = [];
    for (const content of ['one', 'two', 'three']) ids.push((await thread.sendMessage({ content })).id);
    const pages = await collect(thread.listMessages({ maxPageSize: 2 }).byPage());
    await thread.updateMessage(ids[0], { content: 'edited' });
    await thread.deleteMessage(ids[1]);
    await thread.sendReadReceipt({ chatMessageId: ids[2] });
    const isTyping = await thread.sendTypingNotification({ senderDisplayName: 'Page' });
    const messages = [];
    for (const id of ids) messages.push(await thread.getMessage(id));
    const receipts = await collect(thread.listReadReceipts({ maxPageSize: 1 }));
    return {
      topic: chatThread.topic,
      pages: pages.map((page) => page.map(({ content }) => content.message ?? null)),
      contents: messages.map(({ content }) => content?.message ?? null),
      isDeleted: messages.map(({ deletedOn }) => deletedOn !== undefined),
      isRead: receipts.map(({ chatMessageId }) => chatMessageId === ids[2]),
      isTyping,
    };
  },
  async unknownMessage(client, { topic }) {
    const { chatThread } = await client.createChatThread({ topic });
    return client.getChatThreadClient(chatThread.id).getMessage('1');
  },
};

window.chat = async ({ scenario, endpoint, token, ...facts }) => {
  const client = new ChatClient(endpoint, new AzureCommunicationTokenCredential(token));
  try {
    return await scenarios[scenario](client, facts);
  } catch (error) {
    return { status: error.statusCode, code: error.code, message: error.message };
  }
};

/** What the browser lets the page see of a response. */
window.request = async ({ url, ...init }) => {
  const response = await fetch(url, init);
  return { status: response.status, headers: Object.fromEntries(response.headers), body: await response.text() };
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

  async function chat(page: Page, scenario: string, token: string, topic = uniqueTopic()): Promise<unknown> {
    const facts = { scenario, endpoint: stack.switchboardTls, token, topic };
    return page.evaluate(`window.chat(${JSON.stringify(facts)})`);
  }

  /** One request of the page itself, without the client. */
  async function request(page: Page, target: string, init: object): Promise<PageAnswer> {
    const facts = { url: `${stack.switchboardTls}${target}?api-version=2024-03-15`, ...init };
    return page.evaluate(`window.request(${JSON.stringify(facts)})`);
  }

  async function userToken(): Promise<string> {
    const identities = new CommunicationIdentityClient(stack.client ?? '', INSECURE);
    return (await identities.createUserAndToken(['chat'])).token;
  }

  test('chats from an origin of CORS_ORIGINS', async () => {
    expect(await chat(await open(allowed), 'everything', await userToken())).toEqual({
      topic: expect.any(String),
      pages: [['three', 'two'], ['one', null], [null]],
      contents: ['edited', '', 'three'],
      isDeleted: [false, true, false],
      isRead: [true],
      isTyping: true,
    });
  });

  test('reads the error of a token that ACS refuses, and of a message that does not exist', async () => {
    const page = await open(allowed);
    expect(await chat(page, 'everything', forgedToken())).toMatchObject({ status: 401 });
    expect(await chat(page, 'unknownMessage', await userToken())).toMatchObject({ status: 404, code: 'NotFound' });
  });

  test('waits as long as a 429 asks, and then sends', async () => {
    const page = await open(allowed);
    // The client repeats a 429 only if it can read Retry-After.
    await setFaults(stack.acs, [{ operation: 'createChatThread', status: 429, retryAfterSeconds: 1, count: 1 }]);
    expect(await chat(page, 'everything', await userToken())).toMatchObject({ contents: ['edited', '', 'three'] });
    expect(await faultsOf(stack.acs)).toMatchObject([{ fired: 1 }]);
    await setFaults(stack.acs, []);
  });

  test('sees every header of an answer, and of an error', async () => {
    const page = await open(allowed);
    const post = {
      method: 'POST',
      headers: { authorization: `Bearer ${await userToken()}`, 'x-ms-client-request-id': randomUUID() },
      body: JSON.stringify({ topic: uniqueTopic() }),
    };
    const always = {
      'x-ms-request-id': expect.any(String),
      'x-ms-client-request-id': post.headers['x-ms-client-request-id'],
    };
    const made = await request(page, '/chat/threads', post);
    expect(made).toMatchObject({
      status: 201,
      headers: { ...always, location: expect.stringContaining('/chat/threads/') },
    });
    const forged = { ...post, headers: { ...post.headers, authorization: `Bearer ${forgedToken()}` } };
    const failed = {
      ...always,
      'x-ms-error-code': expect.any(String),
      'content-type': expect.stringContaining('json'),
    };
    expect(await request(page, '/chat/threads', forged)).toMatchObject({ status: 401, headers: failed });
    const unknown = '/chat/threads/19%3Anone%40thread.v2/messages/1';
    for (const method of ['PATCH', 'DELETE']) {
      const body = method === 'PATCH' ? { body: '{"content":"x"}' } : {};
      const change = { method, headers: { ...post.headers, 'content-type': 'application/merge-patch+json' }, ...body };
      expect(await request(page, unknown, change), method).toMatchObject({ status: 404, headers: failed });
    }
    await setFaults(stack.acs, [{ operation: 'createChatThread', status: 429, retryAfterSeconds: 7, count: 1 }]);
    expect(await request(page, '/chat/threads', post)).toMatchObject({
      ...{ status: 429, headers: { ...failed, 'retry-after': '7' } },
    });
    await setFaults(stack.acs, []);
  });

  test('is stopped by the browser at any other origin, before anything is sent', async () => {
    const topic = uniqueTopic();
    const answer = await chat(await open(other), 'everything', await userToken(), topic);
    expect(answer).toMatchObject({ message: expect.stringMatching(/fetch|network|send request/i) });
    expect(answer).not.toHaveProperty('topic');
    expect(await threadsAbout(stack.acs, topic)).toEqual([]);
  });

  test('may ask for every operation on chat, and for no other', async () => {
    const operations = await describedOperations(stack.switchboard);
    const ofChat = operations.filter(({ path }) => path.startsWith('/chat/'));
    expect(new Set(ofChat.map(({ method }) => method))).toEqual(new Set(['GET', 'POST', 'PATCH', 'DELETE']));
    expect(ofChat.length).toBeLessThan(operations.length);
    for (const { id, method, path } of operations) {
      const isAllowed = path.startsWith('/chat/');
      const preflight = async (origin: string) => {
        const headers = { origin, 'access-control-request-method': method };
        const url = `${stack.switchboard}${path.replaceAll(/\{\w+\}/g, '17')}`;
        return (await fetch(url, { method: 'OPTIONS', headers })).headers;
      };
      const headers = await preflight(allowed);
      expect(headers.get('access-control-allow-origin'), id).toBe(isAllowed ? allowed : null);
      expect(headers.get('access-control-allow-methods')?.split(', ').includes(method) ?? false, id).toBe(isAllowed);
      const foreign = [...(await preflight(other)).keys()].filter((name) => name.startsWith('access-control'));
      expect(foreign, id).toEqual([]);
    }
  });
});

interface PageAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A JWT in form, with which Switchboard has to ask ACS. */
function forgedToken(): string {
  const part = (it: object) => Buffer.from(JSON.stringify(it)).toString('base64url');
  return [part({ alg: 'none' }), part({ exp: Date.now() / 1000 + 3600 }), 'forged'].join('.');
}
