import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isAccepted, keyOf } from '../../infra/operator/drill/emulatorApi.ts';
import { smsTo } from '../setup/emulator.ts';
import { SENDER, uniquePhone } from '../setup/names.ts';
import { type OwnStack, startOwnStack } from '../setup/ownStack.ts';
import {
  adminBody,
  adminUrl,
  JSON_BODY,
  PUBLIC_STORAGE_KEY,
  queueAddress,
  queueBody,
  send,
  sentByDeveloper,
} from './webPageRequests.ts';

// A page that the developer opens can send requests to the servers of `npm start`. None may have an effect or be read.

let stack: OwnStack;

beforeAll(async () => {
  stack = await startOwnStack();
}, 120_000);

afterAll(() => stack.stop());

const keyUrl = ({ acs }: OwnStack) => `${acs}/_emulator/keys/secondary:regenerate`;
const acsKeyHolds = ({ acs, acsConnectionString = '' }: OwnStack) => isAccepted(acs, keyOf(acsConnectionString));

/** What browsers send from a page of another origin, or older ones without Sec-Fetch-Site. */
const FOREIGN: readonly (readonly [name: string, headers: Record<string, string>])[] = [
  ['a page of another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
  ['a page of another port', { origin: 'http://127.0.0.1:3000', 'sec-fetch-site': 'same-site' }],
  ['a page in a sandbox', { origin: 'null', 'sec-fetch-site': 'cross-site' }],
  ['a page in an older browser', { origin: 'https://evil.example' }],
  ['a link in another page', { 'sec-fetch-site': 'cross-site' }],
];

/** What no page can send as `application/json` without a preflight: the content types that need none, and none at all. */
const NO_PREFLIGHT = ['text/plain', 'text/plain; application/json', 'application/x-www-form-urlencoded', ''];

/** Names that a page can have or point to this machine. */
const FOREIGN_HOSTS = [
  'evil.example',
  'evil.example:8787',
  'localhost.evil.example',
  '127.0.0.1.nip.io',
  'x.localhost',
];

describe('the functions host', () => {
  test.each(FOREIGN)('runs no function for %s', async (_name, headers) => {
    const to = uniquePhone();
    const sent = { method: 'POST', body: adminBody(to), headers: { ...JSON_BODY, ...headers } };
    expect(await send(adminUrl(stack), sent)).toMatchObject({ status: 403 });
    await sentByDeveloper(stack);
    expect(await smsTo(stack.acs, to)).toEqual([]);
  });

  test.each(NO_PREFLIGHT)('runs no function for a body of the type "%s"', async (type) => {
    const to = uniquePhone();
    const sent = { method: 'POST', body: adminBody(to), headers: type ? { 'content-type': type } : {} };
    expect(await send(adminUrl(stack), sent)).toMatchObject({ status: 415 });
    await sentByDeveloper(stack);
    expect(await smsTo(stack.acs, to)).toEqual([]);
  });

  test.each(FOREIGN_HOSTS)('answers nothing under the name %s', async (host) => {
    const to = uniquePhone();
    const sent = { method: 'POST', body: adminBody(to), headers: { ...JSON_BODY, host } };
    expect(await send(adminUrl(stack), sent)).toMatchObject({ status: 403 });
    expect(await send(`${stack.switchboard}/health`, { headers: { host } })).toMatchObject({ status: 403 });
    await sentByDeveloper(stack);
    expect(await smsTo(stack.acs, to)).toEqual([]);
  });

  test('runs no function without a key for what came through a tunnel', async () => {
    const headers = { ...JSON_BODY, host: 'localhost', 'x-forwarded-for': '203.0.113.7' };
    expect(await send(adminUrl(stack), { method: 'POST', body: adminBody(uniquePhone()), headers })).toMatchObject({
      status: 401,
    });
  });

  test.each(['localhost', '127.0.0.1', '[::1]', 'LOCALHOST:1'])('answers under the name %s', async (host) => {
    expect(await send(`${stack.switchboard}/health`, { headers: { host } })).toMatchObject({ status: 200 });
  });

  test('leaves the rule for other origins to the app on its own routes', async () => {
    const headers = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
    expect(await send(`${stack.switchboard}/health`, { headers })).toMatchObject({ status: 200 });
  });
});

describe('the ACS emulator', () => {
  test.each(FOREIGN)('keeps its keys from %s', async (_name, headers) => {
    const sent = { method: 'POST', headers: { ...JSON_BODY, ...headers } };
    expect(await send(keyUrl(stack), sent)).toMatchObject({ status: 403 });
    expect(await acsKeyHolds(stack)).toBe(true);
  });

  test.each(NO_PREFLIGHT)('keeps its keys from a request of the type "%s"', async (type) => {
    const sent = { method: 'POST', headers: type ? { 'content-type': type } : {} };
    expect(await send(keyUrl(stack), sent)).toMatchObject({ status: 415 });
  });

  test.each(NO_PREFLIGHT)('takes no faults in a body of the type "%s"', async (type) => {
    const sent = { method: 'PUT', body: '[]', headers: type ? { 'content-type': type } : {} };
    expect(await send(`${stack.acs}/_emulator/faults`, sent)).toMatchObject({ status: 415 });
  });

  const LISTS = ['sms', 'emails', 'identities', 'threads', 'events', 'faults', 'quotas', 'sms/stats', 'emails/stats'];

  test.each(LISTS)('shows /_emulator/%s to no page', async (list) => {
    const url = `${stack.acs}/_emulator/${list}`;
    for (const [, headers] of FOREIGN) expect(await send(url, { headers })).toMatchObject({ status: 403 });
    for (const host of FOREIGN_HOSTS) expect(await send(url, { headers: { host } })).toMatchObject({ status: 403 });
    expect(await send(url, { headers: { 'sec-fetch-site': 'none' } })).toMatchObject({ status: 200 });
  });

  test('answers none of the routes of ACS under a foreign name', async () => {
    const url = `${stack.acs}/identities?api-version=2023-10-01`;
    const answer = await send(url, { method: 'POST', headers: { host: 'evil.example' } });
    expect(answer).toMatchObject({ status: 403, body: expect.stringContaining('HostNotAllowed') });
  });

  test.each([
    ['PUT', 'faults', '[{"operation":"sendSms","status":500}]'],
    ['PUT', 'quotas', '{"sms":{"tollFree":1}}'],
    ['PUT', 'events', '{"enabled":false}'],
    ['POST', 'sms/incoming', `{"from":"+14255550123","to":"${SENDER}","message":"STOP"}`],
    ['POST', 'entraToken', ''],
    ['DELETE', '', ''],
  ])('does nothing at %s /_emulator/%s for a page', async (method, path, body) => {
    const url = `${stack.acs}/_emulator${path && `/${path}`}`;
    for (const [, headers] of FOREIGN) {
      expect(await send(url, { method, body, headers: { ...JSON_BODY, ...headers } })).toMatchObject({ status: 403 });
    }
    for (const host of FOREIGN_HOSTS) {
      expect(await send(url, { method, body, headers: { ...JSON_BODY, host } })).toMatchObject({ status: 403 });
    }
  });
});

test('the public key of Azurite opens nothing', async () => {
  const { storage = '' } = stack;
  const [, accountKey = ''] = /AccountKey=([^;]+)/.exec(storage) ?? [];
  const put = (key: string) =>
    fetch(queueAddress(stack, key), {
      method: 'POST',
      body: queueBody(uniquePhone()),
      headers: { 'content-type': 'text/plain' },
    });
  expect((await put(PUBLIC_STORAGE_KEY)).status).toBe(403);
  expect((await put(accountKey)).status).toBe(201);
});
