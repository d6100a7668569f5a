import { describe, expect, test } from 'vitest';
import { jwt, tokenAt } from '../../setup/credentials.ts';
import { greeting, KEYS, NOW, rig, type Sent } from './fixtures.ts';

const BODY = { from: '+18005550100' };
const LIMIT_BYTES = 1000;
const denied = { status: 401, body: { error: { code: 'Denied' } } };
const chat = greeting(async (_, context) => ({ token: await context.asUser(async (token) => token) }), {
  actsAsUser: true,
});
const bearer = (token: string) => ({ key: null, headers: { authorization: `Bearer ${token}` } });
const BAD_KEY = Buffer.from('a stranger').toString('base64');

/** A body that counts how often it is asked for, and how much of it is taken. */
function countedBody(chunks: readonly string[]) {
  const counts = { opened: 0, chunks: 0, canceled: false };
  const stream = () => {
    counts.opened += 1;
    return new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          const chunk = chunks[counts.chunks];
          if (chunk === undefined) return controller.close();
          counts.chunks += 1;
          controller.enqueue(Buffer.from(chunk));
        },
        cancel() {
          counts.canceled = true;
        },
      },
      { highWaterMark: 0 },
    );
  };
  return { counts, stream };
}

describe('the body is not read', () => {
  test.each<[string, Sent, number]>([
    ['of a stranger', { key: BAD_KEY }, 401],
    ['of a caller who shows nothing', { key: null }, 401],
    ['of a signature that is too old', { headers: { 'x-ms-date': 'Thu, 15 Jan 2026 08:20:00 GMT' } }, 401],
    ['of a hash that was not signed', { headers: { 'x-ms-content-sha256': `${'A'.repeat(43)}=` } }, 401],
    ['of a bearer token that is none', bearer('abc'), 401],
    ['of a stranger whose body would be too large', { key: BAD_KEY, headers: { 'content-length': '99999999' } }, 401],
    ['that says that it is too large', { headers: { 'content-length': String(LIMIT_BYTES + 1) } }, 413],
  ])('%s', async (_, sent, status) => {
    const { counts, stream } = countedBody(['{"from":"+18005550100"}']);
    const { http, sent: toAcs } = rig();
    expect(await http(greeting(), { body: BODY, stream, ...sent })).toMatchObject({ status });
    expect(counts).toEqual({ opened: 0, chunks: 0, canceled: false });
    expect(toAcs).toEqual([]);
  });

  test('of a client that may not call the operation', async () => {
    const { counts, stream } = countedBody(['{"from":"+18005550100"}']);
    const operation = greeting(undefined, { name: 'shout' });
    const answer = await rig().http(operation, { body: BODY, stream, key: KEYS.desk });
    expect(answer).toMatchObject({ status: 403, body: { error: { code: 'Forbidden' } } });
    expect(counts.opened).toBe(0);
  });
});

describe('the body of a known caller', () => {
  test('is read no further than the limit, whatever length it announced', async () => {
    const chunks = Array.from({ length: 50 }, () => 'x'.repeat(100));
    const headers: Record<string, string>[] = [{}, { 'content-length': '10' }, { 'transfer-encoding': 'chunked' }];
    for (const announced of headers) {
      const { counts, stream } = countedBody(chunks);
      const answer = await rig().http(greeting(), { body: BODY, stream, headers: announced });
      expect(answer).toMatchObject({ status: 413, body: { error: { code: 'PayloadTooLarge' } } });
      expect(counts).toEqual({ opened: 1, chunks: LIMIT_BYTES / 100 + 1, canceled: true });
    }
  });

  test('may fill the limit, in any number of pieces', async () => {
    const text = JSON.stringify({ from: 'x'.repeat(LIMIT_BYTES - '{"from":""}'.length) });
    for (const size of [1, 7, 999, 1000]) {
      const { stream } = countedBody(text.match(new RegExp(`.{1,${size}}`, 'g')) ?? []);
      const answer = await rig().http(greeting(), { body: text, stream });
      expect(answer).toMatchObject({ status: 200, body: { greeted: JSON.parse(text) } });
    }
  });

  test('is held against the hash that was signed', async () => {
    const { stream } = countedBody(['{"from":"+18005550199"}']);
    const answer = await rig().http(greeting(), { body: BODY, stream });
    expect(answer).toMatchObject(denied);
    expect(JSON.stringify(answer.body)).toContain("Request 'x-ms-content-sha256' differs from generated content hash.");
  });

  test('that did not arrive is denied with a hint', async () => {
    const { stream } = countedBody([]);
    const answer = await rig().http(greeting(), { body: BODY, stream });
    expect(answer).toMatchObject(denied);
    expect(JSON.stringify(answer.body)).toContain('no body arrived');
  });
});

describe('authentication comes before everything else', () => {
  test.each<[string, Sent]>([
    ['the api-version', { target: '/greetings/Anna' }],
    ['a body that is no JSON', { body: '{' }],
    ['a body with wrong fields', { body: { form: 1 } }],
    ['query parameters', { target: '/greetings/Anna?api-version=2024-03-15&volume=11' }],
    ['headers', { headers: { 'x-ms-client-request-id': 'no-uuid', 'idempotency-key': 'with a space' } }],
  ])('%s', async (_, sent) => {
    const { http, storage } = rig();
    for (const stranger of [{ key: BAD_KEY }, bearer('abc')]) {
      const headers = { ...sent.headers, ...('headers' in stranger ? stranger.headers : {}) };
      expect(await http(chat, { body: BODY, ...sent, ...stranger, headers })).toMatchObject(denied);
    }
    expect(storage.sent).toEqual([]);
  });
});

describe('a bearer token that is no current JWT', () => {
  const SECONDS = NOW.getTime() / 1000;

  test.each([
    ['garbage', 'abc'],
    ['a JWT that has expired', jwt({ exp: SECONDS - 1 })],
    ['a JWT without exp', jwt({ sub: 'x' })],
    ['parts that are no JSON', 'eyJ.a.b'],
  ])('is denied, and neither ACS nor storage learns of it: %s', async (_, token) => {
    const { http, sent, storage, runtime } = rig();
    const { headers } = bearer(token);
    const call = { body: BODY, key: null, headers: { ...headers, 'idempotency-key': 'order-1' } };
    const answer = await http(chat, call);
    expect(answer).toMatchObject(denied);
    expect(JSON.stringify(answer)).not.toContain(token);
    expect(sent).toEqual([]);
    expect(storage.sent).toEqual([]);
    const rows = async () => {
      const all = [];
      for await (const row of storage.tables.table('answers').older(new Date('9999-12-31'))) all.push(row);
      return all;
    };
    expect(await rows()).toEqual([]);
    // The name is still free: the same call of a known user is carried out.
    const known = { ...call, headers: { ...call.headers, authorization: `Bearer ${tokenAt(runtime.now())}` } };
    expect(await http(chat, known)).toMatchObject({ status: 200 });
    expect(await rows()).toHaveLength(1);
  });

  test('is denied as soon as it expires', async () => {
    const { http, clock } = rig();
    const call = () => http(chat, { body: BODY, ...bearer(jwt({ exp: SECONDS + 60 })) });
    expect(await call()).toMatchObject({ status: 200 });
    clock.date = new Date(NOW.getTime() + 60_000);
    expect(await call()).toMatchObject(denied);
  });

  test('says what is wrong, not which part of a secret', async () => {
    const { body } = await rig().http(chat, { body: BODY, ...bearer('abc') });
    expect(JSON.stringify(body)).toMatch(/user access token.*expired/);
  });
});

describe('a signature over Date', () => {
  test('opens the door: the header reaches the function', async () => {
    const { http } = rig();
    const signed = await http(greeting(), { body: BODY, dateHeader: 'date' });
    expect(signed).toMatchObject({ status: 200 });
    const other = await http(greeting(), {
      body: BODY,
      dateHeader: 'date',
      headers: { date: 'Thu, 15 Jan 2026 08:29:00 GMT' },
    });
    expect(other).toMatchObject(denied);
  });
});

describe('a signature over the path without its leading slash', () => {
  const call = (origin: string) =>
    rig({ variables: { WEBSITE_HOSTNAME: '127.0.0.1:7071' } }).http(greeting(), {
      body: BODY,
      origin,
      signedTarget: 'greetings/Anna?api-version=2024-03-15',
      target: '/greetings/Anna?api-version=2024-03-15',
    });

  test.each(['http://127.0.0.1:7071', 'http://localhost:7071', 'http://[::1]:7071'])('opens at %s', async (origin) => {
    expect(await call(origin)).toMatchObject({ status: 200 });
  });

  test.each(['https://127.0.0.1:7443', 'http://switchboard.example', 'http://127.0.0.1.example'])(
    'does not at %s',
    async (origin) => {
      expect(await call(origin)).toMatchObject(denied);
    },
  );
});
