import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { describe, expect, test } from 'vitest';
import { EmailStore } from '../../../../infra/local/acs-emulator/email/emailStore.ts';
import { mask } from '../../../../infra/local/acs-emulator/http/requestLog.ts';
import { emailView } from '../../../../infra/local/acs-emulator/outbox/emailView.ts';
import { RequestStore } from '../../../../infra/local/acs-emulator/outbox/requestStore.ts';
import { requestView } from '../../../../infra/local/acs-emulator/outbox/requestView.ts';
import { ROUTES } from '../../../../infra/local/acs-emulator/routes.ts';
import { startEmulator } from '../../../../infra/local/acs-emulator/server.ts';
import { createUser, identityPath, PRIMARY_KEY, rigForTest, SMS } from './harness.ts';

describe('the log', () => {
  test('leaves out what the page of the emulator sends, but not what other pages try', async () => {
    const lines: string[] = [];
    const { emulator, call } = await rigForTest({ log: (line) => lines.push(line) });
    const items = `${emulator.url}/_emulator/items`;
    await statusOf(items, { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' });
    await statusOf(items, { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' });
    await call('GET', '/_emulator/health', { key: null });
    expect(lines.map((line) => line.split(' ').slice(1, 4).join(' '))).toEqual([
      'GET /_emulator/items 403',
      'GET /_emulator/health 200',
    ]);
  });

  test('has one line per request', async () => {
    const lines: string[] = [];
    const rig = await rigForTest({ log: (line) => lines.push(line) });
    const headers = { 'x-ms-client-request-id': 'c-1' };
    await rig.call('POST', SMS, { key: null, headers, body: {} });
    expect(lines).toEqual([expect.stringMatching(/^2026-01-15T08:30:00\.250Z POST \/sms 401 [\d.]+ms c-1 Denied$/)]);
  });

  test('masks secrets and personal data', async () => {
    const lines: string[] = [];
    const rig = await rigForTest({ log: (line) => lines.push(line) });
    const { token } = await createUser(rig);
    for (const secret of ['+14255550123', 'someone@example.com', token, PRIMARY_KEY]) {
      await rig.call('DELETE', identityPath(secret));
      await rig.call('GET', '/_emulator/health', { headers: { 'x-ms-client-request-id': `id ${secret}` } });
      expect(lines.join('\n')).not.toContain(secret);
      expect(lines.join('\n')).not.toContain(encodeURIComponent(secret));
    }
    expect(lines.join('\n')).toContain('+1425•••0123');
    expect(lines.join('\n')).toContain('s•••@example.com');
  });

  test.each([
    [
      '/chat/threads/19:abc_1@thread.v2/messages/1768465800250',
      '/chat/threads/19:abc_1@thread.v2/messages/1768465800250',
    ],
    ['a%2B14255550123b', 'a%2B1425•••0123b'],
    ['/identities/first.last%40mail.example.com', '/identities/f•••%40mail.example.com'],
  ])('writes %s as %s', (text, masked) => {
    expect(mask(text, [])).toBe(masked);
  });
});

describe('startEmulator', () => {
  test('binds to loopback and returns how to connect', async () => {
    const { emulator } = await rigForTest();
    expect(emulator.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(emulator.connectionString).toBe(`endpoint=${emulator.url}/;accesskey=${PRIMARY_KEY}`);
  });

  test('reports a port in use', async () => {
    const { emulator } = await rigForTest();
    const port = Number(new URL(emulator.url).port);
    const again = startEmulator({ port, accessKeys: [PRIMARY_KEY] });
    await expect(again).rejects.toMatchObject({ code: 'EADDRINUSE', port });
  });

  test('rejects a key that is not base64', async () => {
    await expect(startEmulator({ port: 0, accessKeys: ['?'] })).rejects.toThrow(TypeError);
  });

  test('accepts no requests after close, and closes despite idle connections', async () => {
    const rig = await rigForTest();
    await rig.call('GET', '/_emulator/health', { key: null });
    await rig.close();
    await expect(rig.call('GET', '/_emulator/health', { key: null })).rejects.toThrow('fetch failed');
  });
});

test('every route has its own name, method and path', () => {
  const names = ROUTES.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  const places = ROUTES.map(({ method, path }) => `${method} ${path}`);
  expect(new Set(places).size).toBe(places.length);
  expect(names).toContain('sendSms');
});

/** By `node:http`, since `fetch` does not send these headers. */
async function statusOf(url: string, headers: Readonly<Record<string, string>>): Promise<number | undefined> {
  const [response] = (await once(get(url, { headers }), 'response')) as [IncomingMessage];
  response.resume();
  return response.statusCode;
}

test.each([
  ['/', 200],
  ['/_emulator/health', 200],
  ['/_emulator/items?unknown=1', 400],
  ['/sms', 404],
])('HEAD %s, with which tools wait until a server is ready, is answered with %i and no body', async (path, status) => {
  const { emulator } = await rigForTest();
  const response = await fetch(emulator.url + path, { method: 'HEAD' });
  expect(response.status).toBe(status);
  expect(await response.text()).toBe('');
});

describe('the page', () => {
  test('loads only what the emulator serves, runs no inline script, and is in no frame', async () => {
    const { emulator } = await rigForTest();
    const { headers } = await fetch(emulator.url);
    const policy = (headers.get('content-security-policy') ?? '').split('; ').map((it) => it.split(' '));
    const allowed = Object.fromEntries(policy.map(([name = '', ...sources]) => [name, sources]));
    for (const name of ['base-uri', 'form-action', 'frame-ancestors', 'object-src']) {
      expect(allowed[name], name).toEqual(["'none'"]);
    }
    expect(allowed['script-src'] ?? allowed['default-src']).toEqual(["'self'"]);
    expect(allowed['connect-src'] ?? allowed['default-src']).toEqual(["'self'"]);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });
});

/** What its page of documentation says, as the one place where users read it. */
const DOCUMENTED = readFileSync('infra/local/acs-emulator/README.md', 'utf8');

function documented(pattern: RegExp): number {
  return Number(pattern.exec(DOCUMENTED)?.[1]?.replaceAll(',', ''));
}

describe('what is kept', () => {
  const MEBIBYTE = 1024 * 1024;

  test('by default is the documented number of items', async () => {
    const { call } = await rigForTest();
    const { body } = await call('GET', '/_emulator/stats', { key: null });
    expect(body.channels.sms.limit).toBe(documented(/newest ([\d,]+) items of each channel/));
  });

  test('of requests is the documented size', () => {
    const { maximumBytes } = requestView(new RequestStore(), () => []);
    expect(maximumBytes).toBe(documented(/at most (\d+) MiB of them/) * MEBIBYTE);
  });

  test('of email messages is the documented size', () => {
    const options = { emails: new EmailStore(), now: () => new Date(), settleMilliseconds: 0 };
    const { maximumBytes } = emailView(options);
    expect(maximumBytes).toBe(documented(/at most (\d+) MiB of email content/) * MEBIBYTE);
  });
});
