import { describe, expect, test } from 'vitest';
import { SwitchboardError } from '../../../shared/contract/switchboardError.ts';
import { greeting, ORIGIN, rig } from './fixtures.ts';

const BODY = { from: '+18005550100', text: 'Hello' };
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const envelope = (code: string, more: object = {}) => ({ error: expect.objectContaining({ code, ...more }) });

describe('a good request', () => {
  test('is answered with the operation’s body in JSON', async () => {
    const answer = await rig().http(greeting(), { body: BODY });
    expect(answer).toEqual({
      status: 200,
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'cache-control': 'no-store',
        'x-ms-request-id': expect.stringMatching(UUID),
      },
      body: { greeted: BODY },
    });
  });

  test('brings path and query parameters; the path wins, and api-version stays outside', async () => {
    const operation = greeting(async ({ params }) => ({ params }));
    const target = '/greetings/Anna?loud=yes&name=Ben&api-version=2024-03-15';
    expect((await rig().http(operation, { target, body: BODY })).body).toEqual({
      params: { name: 'Anna', loud: 'yes' },
    });
  });

  test('may be answered without a body, and with headers', async () => {
    const run = async () => ({ status: 204, headers: { location: '/there', 'retry-after': undefined } });
    const answer = await rig().http(greeting(undefined, { run }), { body: BODY });
    expect(answer).toEqual({
      status: 204,
      headers: { location: '/there', 'cache-control': 'no-store', 'x-ms-request-id': expect.any(String) },
      body: undefined,
    });
  });

  test('bears the caller’s client request id to ACS and back', async () => {
    const clientRequestId = '8b3f5c1e-2a47-4f0e-9d55-7c1b60a4d8f2';
    const { runtime, http } = rig();
    const seen: string[] = [];
    const acs = runtime.acs;
    Object.assign(runtime, {
      acs: (url: string, id: string) => {
        seen.push(url, id);
        return acs(url, id);
      },
    });
    const answer = await http(greeting(), { body: BODY, headers: { 'x-ms-client-request-id': clientRequestId } });
    expect(answer.headers).toMatchObject({ 'x-ms-client-request-id': clientRequestId });
    const other = await http(greeting(), { body: BODY });
    expect(seen).toEqual([ORIGIN, clientRequestId, ORIGIN, other.headers['x-ms-request-id']]);
  });

  test('learns our public address from the setting, else from the URL that was called', async () => {
    const operation = greeting(async (_, { acs }) => ({ url: acs.publicUrl }));
    expect((await rig().http(operation, { body: BODY })).body).toEqual({ url: ORIGIN });
    const { http } = rig({ variables: { PUBLIC_URL: 'https://front.example/' } });
    expect((await http(operation, { body: BODY })).body).toEqual({ url: 'https://front.example' });
  });
});

describe('api-version', () => {
  const call = (query: string) => rig().http(greeting(), { target: `/greetings/Anna${query}`, body: BODY });

  test.each(['', '?api-version=', '?API-VERSION='])('missing: %j', async (query) => {
    expect(await call(query)).toMatchObject({
      ...{ status: 400, headers: { 'x-ms-error-code': 'ApiVersionUnspecified' } },
      body: envelope('ApiVersionUnspecified', { target: 'api-version' }),
    });
  });

  test.each(['latest', '2024', '2024-3-15', '2024-03-15-', '2024-03-15-pre view'])('odd: %j', async (version) => {
    const answer = await call(`?api-version=${encodeURIComponent(version)}`);
    expect(answer).toMatchObject({ status: 400, body: envelope('InvalidApiVersion', { target: 'api-version' }) });
  });

  test.each(['2024-03-15-preview', '2021-03-07', '2026-01-23-preview2'])('well-formed: %s', async (version) => {
    expect(await call(`?api-version=${version}`)).toMatchObject({ status: 200 });
  });
});

describe.each(['POST', 'PATCH', 'DELETE'] as const)('a %s', (method) => {
  test('with an Idempotency-Key takes effect once', async () => {
    let runs = 0;
    const count = greeting(async () => ({ runs: ++runs }), { http: { method, route: 'greetings/{name}' } });
    const { http } = rig();
    const call = (text: string) => http(count, { body: { ...BODY, text }, headers: { 'idempotency-key': 'order-1' } });
    expect(await call('a')).toMatchObject({ status: 200, body: { runs: 1 } });
    expect(await call('a')).toMatchObject({ headers: { 'idempotent-replayed': 'true' }, body: { runs: 1 } });
    expect(await call('b')).toMatchObject({ status: 422, body: envelope('IdempotencyKeyReused') });
  });

  test.each(['application/json', 'application/merge-patch+json; charset=utf-8', 'text/plain'])(
    'may label its JSON as %s',
    async (type) => {
      const operation = greeting(undefined, { http: { method, route: 'greetings/{name}' } });
      const answer = await rig().http(operation, { body: BODY, headers: { 'content-type': type } });
      expect(answer).toMatchObject({ status: 200, body: { greeted: BODY } });
    },
  );
});

describe('a body', () => {
  const call = (body: string | Uint8Array, headers: Record<string, string> = {}) =>
    rig().http(greeting(), { body, headers });

  test('holds as many bytes as the operation takes, not more', async () => {
    const ofBytes = (bytes: number) => JSON.stringify({ from: 'é'.repeat((bytes - '{"from":""}'.length) / 2) });
    expect(await call(ofBytes(999))).toMatchObject({ status: 200 });
    expect(await call(ofBytes(1001))).toMatchObject({ status: 413, body: envelope('PayloadTooLarge') });
  });

  test('that says that it is too large is not even read', async () => {
    expect(await call('{}', { 'content-length': '1001' })).toMatchObject({ status: 413 });
    expect(await call('{"from":"x"}', { 'content-length': '1000' })).toMatchObject({ status: 200 });
  });

  test('of no bytes is no body', async () => {
    const operation = greeting(async ({ body }) => ({ isAbsent: body === undefined }), {
      body: { schema: greeting().body.schema.optional() },
      permissions: {},
    });
    expect((await rig().http(operation, { body: '' })).body).toEqual({ isAbsent: true });
  });

  test('that is no JSON is told where', async () => {
    const answer = await call('{\n  "from": x\n}');
    expect(answer).toMatchObject({ status: 400, body: envelope('InvalidJson') });
    expect(JSON.stringify(answer.body)).toContain('line 2, column 11 (offset 12)');
  });

  test('that is no UTF-8 is refused', async () => {
    const answer = await call(Buffer.from([0x22, 0xff, 0x22]));
    expect(answer).toMatchObject({ status: 400, body: envelope('InvalidJson') });
  });

  test('with wrong and unknown fields is told all of them', async () => {
    expect(await call('{"form":"x","text":5}')).toMatchObject({
      status: 400,
      headers: { 'x-ms-error-code': 'InvalidRequest' },
      body: {
        error: {
          code: 'InvalidRequest',
          target: 'from',
          details: [
            { code: 'InvalidField', target: 'from' },
            { code: 'InvalidField', target: 'text' },
            { code: 'UnknownField', target: 'form' },
          ],
        },
      },
    });
  });

  test('that is too large is no reason to answer a stranger with anything but 401', async () => {
    expect(await rig().http(greeting(), { body: 'x'.repeat(1001), key: null })).toMatchObject({ status: 401 });
  });
});

test('an unknown query parameter is named', async () => {
  const target = '/greetings/Anna?api-version=2024-03-15&volume=11';
  expect(await rig().http(greeting(), { target, body: BODY })).toMatchObject({
    body: envelope('InvalidRequest', { target: 'volume' }),
  });
});

describe('an error', () => {
  const failing = (error: unknown) =>
    greeting(async () => {
      throw error;
    });

  test('bears ACS’s envelope, its code as a header, a request id and the caller’s own', async () => {
    const details = [{ code: 'a', message: 'b', target: 'c' }];
    const error = new SwitchboardError('TooManyRequests', 'Slow down.', { retryAfterSeconds: 7, target: 't', details });
    const clientRequestId = '8b3f5c1e-2a47-4f0e-9d55-7c1b60a4d8f2';
    const headers = { 'x-ms-client-request-id': clientRequestId };
    expect(await rig().http(failing(error), { body: BODY, headers })).toEqual({
      status: 429,
      headers: {
        'x-ms-error-code': 'TooManyRequests',
        'retry-after': '7',
        'cache-control': 'no-store',
        'x-ms-request-id': expect.stringMatching(UUID),
        'x-ms-client-request-id': clientRequestId,
        'content-type': 'application/json; charset=utf-8',
      },
      body: { error: { code: 'TooManyRequests', message: 'Slow down.', target: 't', details } },
    });
  });

  test.each([new TypeError('the secret went wrong'), 'the secret', undefined, { code: 'the secret' }])(
    'that nobody foresaw shows nothing of itself: %s',
    async (thrown) => {
      const { http, log } = rig();
      const answer = await http(failing(thrown), { body: BODY });
      expect(answer).toMatchObject({ status: 500, body: envelope('InternalServerError') });
      expect(JSON.stringify(answer)).not.toContain('secret');
      expect(log.join()).not.toContain('secret');
      const kind = thrown instanceof Error ? /\ncaused by TypeError\n {4}at / : /\ncaused by a value of type /;
      if (thrown !== undefined) expect(log.at(-1)).toMatch(kind);
    },
  );

  test('is answered too when the runtime cannot be made', async () => {
    const { http, runtime } = rig();
    Object.defineProperty(runtime, 'clients', {
      get: () => {
        throw new Error('no settings');
      },
    });
    expect(await http(greeting(), { body: BODY })).toMatchObject({ status: 500 });
  });
});
