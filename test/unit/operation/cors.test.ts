import { HttpRequest } from '@azure/functions';
import { describe, expect, test } from 'vitest';
import { corsHeaders, preflightAnswer } from '../../../shared/operation/cors.ts';
import { tokenAt } from '../../setup/credentials.ts';
import { greeting, NOW, rig } from './fixtures.ts';

const APP = 'https://app.contoso.com';
const LOCAL = 'http://localhost:5173';
const ORIGINS = new Set([APP, LOCAL]);

const chat = (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', route: string) =>
  greeting(undefined, { http: { method, route }, actsAsUser: true });
const OPERATIONS = [
  chat('GET', 'chat/threads'),
  chat('POST', 'chat/threads'),
  chat('PATCH', 'chat/threads/{chatThreadId}'),
  chat('POST', 'chat/threads/{chatThreadId}/messages'),
  chat('DELETE', 'chat/threads/{chatThreadId}/messages/{chatMessageId}'),
  chat('POST', 'chat/threads/{chatThreadId}/participants/:add'),
  greeting(undefined, { http: { method: 'POST', route: 'sms' } }),
];

function preflight(path: string, method: string, origin: string | undefined = APP, origins = ORIGINS) {
  const headers: Record<string, string> = { 'access-control-request-method': method };
  if (origin !== '') headers['origin'] = origin;
  const url = `https://switchboard.example${path}`;
  return preflightAnswer(new HttpRequest({ method: 'OPTIONS', url, headers }), OPERATIONS, origins);
}

const headersOf = (answer: ReturnType<typeof preflight>) => (answer?.headers ?? {}) as Record<string, string>;
const listOf = (text: string | undefined) => new Set(text?.toLowerCase().split(/, */));

describe('a preflight', () => {
  test('of a known origin is answered with what the browser needs', () => {
    const answer = preflight('/chat/threads', 'POST');
    expect(answer).toMatchObject({ status: 204, headers: { 'access-control-allow-origin': APP, vary: 'Origin' } });
    expect(answer?.body).toBeUndefined();
    const headers = headersOf(answer);
    expect(listOf(headers['access-control-allow-methods'])).toEqual(new Set(['get', 'post']));
    expect(Number(headers['access-control-max-age'])).toBeGreaterThan(0);
    expect(headers).not.toHaveProperty('access-control-allow-credentials');
  });

  // What ChatClient sends from a browser: @azure/core-rest-pipeline's policies (x-ms-client-request-id, x-ms-useragent,
  // traceparent), its credential and serializer, and createChatThread (repeatability-request-id).
  test.each([
    ...['authorization', 'content-type', 'x-ms-client-request-id', 'x-ms-useragent', 'repeatability-request-id'],
    ...['traceparent', 'idempotency-key'],
  ])('allows the header %s', (header) => {
    expect(listOf(headersOf(preflight('/chat/threads', 'POST'))['access-control-allow-headers'])).toContain(header);
  });

  test.each([
    ['/chat/threads/19:abc@thread.v2/messages', 'POST'],
    ['/chat/threads/19%3Aabc%40thread.v2/messages', 'POST'],
    ['/CHAT/threads/', 'GET'],
    ['/chat/threads/19:x@thread.v2', 'PATCH'],
    ['/chat/threads/19:x/messages/17', 'DELETE'],
    ['/chat/threads/19:x/participants/:add', 'POST'],
    ['/chat/threads?api-version=2024-03-15', 'GET'],
  ])('%s for %s is allowed', (path, method) => {
    expect(headersOf(preflight(path, method))).toMatchObject({ 'access-control-allow-origin': APP });
  });

  test.each([
    ['/sms', 'POST'],
    ['/health', 'GET'],
    ['/chat/threads', 'DELETE'],
    ['/chat/threads/19:x@thread.v2', 'patch'], // `fetch` sends a lower-case patch as it is
    ['/chat/threads', 'post '],
    ['/chat/threadsx', 'GET'],
    ['/x/chat/threads', 'GET'],
    ['/chat/threads/a/b/messages', 'POST'],
    ['/chat/threads/x/participants/xadd', 'POST'],
    ['/', 'GET'],
  ])('%s for %s is not answered: no user token is taken there', (path, method) => {
    expect(preflight(path, method)).toBeUndefined();
  });

  test.each([
    'https://evil.example',
    'http://app.contoso.com',
    `${APP}.evil.example`,
    `${APP}:8443`,
    'null',
    APP.toUpperCase(),
  ])('of %s gets no CORS headers', (origin) => {
    const answer = preflight('/chat/threads', 'POST', origin);
    expect(answer).toEqual({ status: 204, headers: { vary: 'Origin' } });
  });

  test('is none without an origin, without the requested method, or with another method', () => {
    expect(preflight('/chat/threads', 'POST', '')).toBeUndefined();
    const url = 'https://switchboard.example/chat/threads';
    const of = (method: string, headers: Record<string, string>) =>
      preflightAnswer(new HttpRequest({ method, url, headers }), OPERATIONS, ORIGINS);
    expect(of('OPTIONS', { origin: APP })).toBeUndefined();
    expect(of('PUT', { origin: APP, 'access-control-request-method': 'POST' })).toBeUndefined();
  });

  test('is not answered while no origin is allowed', () => {
    expect(preflight('/chat/threads', 'POST', APP, new Set())).toBeUndefined();
  });

  test('of any origin is allowed with *', () => {
    const headers = headersOf(preflight('/chat/threads', 'POST', 'https://anywhere.example', new Set(['*'])));
    expect(headers).toMatchObject({ 'access-control-allow-origin': '*' });
    expect(headers).not.toHaveProperty('vary');
  });
});

describe('the headers of an answer', () => {
  test.each([
    [APP, { vary: 'Origin', 'access-control-allow-origin': APP, 'access-control-expose-headers': '*' }],
    ['https://evil.example', { vary: 'Origin' }],
    [null, { vary: 'Origin' }],
  ])('to the origin %s', (origin, expected) => {
    expect(corsHeaders(ORIGINS, origin)).toEqual(expected);
  });

  test('say nothing of origins while none is allowed', () => {
    expect(corsHeaders(new Set(), APP)).toEqual({});
  });
});

describe('an operation that takes user tokens', () => {
  const variables = { CORS_ORIGINS: APP };
  const operation = greeting(undefined, { actsAsUser: true });
  const BODY = { from: 'x' };
  const origin = { origin: APP };
  const expected = { vary: 'Origin', 'access-control-allow-origin': APP, 'access-control-expose-headers': '*' };

  test('lets the page read its answer', async () => {
    const headers = { ...origin, authorization: `Bearer ${tokenAt(NOW)}` };
    const answer = await rig({ variables }).http(operation, { body: BODY, key: null, headers });
    expect(answer).toMatchObject({ status: 200, headers: expected });
  });

  test.each<[string, object, number]>([
    ['a refusal of a stranger', { key: null, headers: origin }, 401],
    ['a wrong request', { body: {}, headers: origin }, 400],
    ['a body that is too large', { body: 'x'.repeat(1001), headers: origin }, 413],
  ])('lets the page read an error: %s', async (_, sent, status) => {
    const answer = await rig({ variables }).http(operation, { body: BODY, ...sent });
    expect(answer).toMatchObject({ status, headers: expected });
  });

  test('shows nothing to a page of another origin', async () => {
    const answer = await rig({ variables }).http(operation, {
      body: BODY,
      headers: { origin: 'https://evil.example' },
    });
    expect(answer).toMatchObject({ status: 200, headers: { vary: 'Origin' } });
    expect(Object.keys(answer.headers).filter((it) => it.startsWith('access-control'))).toEqual([]);
  });

  test('has no such headers by default, nor has an operation without user tokens', async () => {
    for (const { http } of [rig(), rig({ variables })]) {
      const { headers } = await http(greeting(), { body: BODY, headers: origin });
      expect(Object.keys(headers).filter((it) => /^(?:vary|access-control)/.test(it))).toEqual([]);
    }
    const { headers } = await rig().http(operation, { body: BODY, headers: origin });
    expect(Object.keys(headers).filter((it) => /^(?:vary|access-control)/.test(it))).toEqual([]);
  });
});
