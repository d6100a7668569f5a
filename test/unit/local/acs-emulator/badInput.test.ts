import { once } from 'node:events';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { INSPECTION_ROUTES } from '../../../../infra/local/acs-emulator/inspection/inspectionRoutes.ts';
import { ROUTES } from '../../../../infra/local/acs-emulator/routes.ts';
import { type Rig, startRig } from './harness.ts';

let rig: Rig;

beforeAll(async () => {
  rig = await startRig({ events: async () => undefined });
});

afterAll(() => rig.close());

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly body?: string | Buffer | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends a request as it is: `fetch` would not send all of them. @returns 0 if the path cannot be sent */
async function send({ method, path, body, headers }: Sent): Promise<{ status: number; body: string }> {
  const { port } = new URL(rig.emulator.url);
  const options = { port, method, path, headers: { 'content-type': 'application/json', ...headers }, agent: false };
  const outgoing = request({ host: '127.0.0.1', ...options });
  outgoing.end(body);
  const [incoming] = await once(outgoing, 'response');
  return { status: incoming.statusCode, body: await text(incoming) };
}

const target = (path: string) => path.replaceAll(/:\w+/g, 'x');

/** Streams and waits are not answered at once. */
const SLOW = /\/(?:stream|wait)$/;

const ROUTE_TABLE = INSPECTION_ROUTES.map(({ method, path, description }) => ({ method, path, description }));
const WITH_BODY = ROUTE_TABLE.filter(({ description }) => description.body);

test('there are routes to try', () => {
  expect(WITH_BODY.length).toBeGreaterThan(5);
});

describe.each(WITH_BODY)('$method $path refuses', ({ method, path }) => {
  test.each([
    ['malformed JSON', '{'],
    ['no UTF-8', Buffer.from([0xff, 0xfe, 0x7b])],
    ['a number', '1'],
    ['text', '"text"'],
    ['true', 'true'],
    ['a list of null', '[null]'],
    ['a list in a list', '[[]]'],
    ['an unknown member', '{"nameless":1}'],
    ['the prototype', '{"__proto__":{"status":500}}'],
    ['an escaped prototype', '{"\\u005f_proto__":1}'],
    ['the constructor', '{"constructor":{"prototype":{}}}'],
    ['a name with NUL', '{"\\u0000":1}'],
    ['a lone surrogate', '{"\\ud800":"\\udfff"}'],
    ['deep nesting', '['.repeat(100_000)],
    ['deep nesting that ends', `${'['.repeat(5000)}${']'.repeat(5000)}`],
  ])('%s', async (_name, body) => {
    const answer = await send({ method, path: target(path), body });
    expect(answer).toMatchObject({ status: 400, body: expect.stringContaining('"message"') });
  });

  test('a length of more than 10 MiB, or 500 MiB of a seed, before the body arrives', async () => {
    const mebibytes = path === '/_emulator/seed' ? 500 : 10;
    const headers = { 'content-type': 'application/json', 'content-length': mebibytes * 1024 * 1024 + 1 };
    const { port } = new URL(rig.emulator.url);
    const outgoing = request({ host: '127.0.0.1', port, method, path: target(path), headers, agent: false });
    outgoing.flushHeaders();
    const [incoming] = await once(outgoing, 'response');
    expect(incoming.statusCode).toBe(413);
    outgoing.destroy();
  });

  test('a body that is not sent as JSON', async () => {
    const headers = { 'content-type': 'text/plain' };
    expect((await send({ method, path: target(path), body: '{}', headers })).status).toBe(415);
  });
});

test('a body without a length is refused when it is too large', async () => {
  const headers = { 'transfer-encoding': 'chunked' };
  const body = Buffer.alloc(10 * 1024 * 1024 + 1, 0x20);
  expect((await send({ method: 'PUT', path: '/_emulator/faults', body, headers })).status).toBe(413);
});

describe.each(ROUTE_TABLE)('$method $path', ({ method, path }) => {
  test.each(['%00=1', '__proto__=1', 'constructor=1', 'nameless=', '%ED%A0%80=1', 'mailbox=a&mailbox=b'])(
    'refuses the query %s',
    async (query) => {
      const { status } = await send({ method, path: `${target(path)}?${query}` });
      expect([400, 404]).toContain(status);
    },
  );

  test('has no other method', async () => {
    const known = new Set(ROUTES.filter((it) => target(it.path) === target(path)).map((it) => it.method));
    for (const other of ['GET', 'PUT', 'POST', 'DELETE', 'PATCH', 'OPTIONS', 'PROPFIND'] as const) {
      if (known.has(other as 'GET')) continue;
      expect((await send({ method: other, path: path.replaceAll(/:\w+/g, 'zz') })).status).toBe(404);
    }
  });
});

test.each([
  '{"sms":{"tollFree":1e400}}',
  '{"sms":{"tollFree":9007199254740993}}',
  '{"sms":{"tollFree":-0.5}}',
  '{"sms":{"__proto__":1}}',
  '{"email":{"custom":{"__proto__":{"sendsPerHour":1}}}}',
  '{"identity":null}',
])('quotas of %s are refused', async (body) => {
  expect((await send({ method: 'PUT', path: '/_emulator/quotas', body })).status).toBe(400);
});

describe('whatever is sent, the emulator answers, and never with 500', () => {
  const member = fc.constantFrom(
    ...[
      'operation',
      'status',
      'count',
      'sms',
      'email',
      'tollFree',
      'custom',
      'enabled',
      'delaySeconds',
      'order',
      'name',
    ],
    ...[
      'advanceSeconds',
      'now',
      'reset',
      'from',
      'to',
      'message',
      'recipient',
      'isOptedOut',
      '__proto__',
      'constructor',
    ],
  );
  const leaf = fc.oneof(
    fc.constantFrom(null, true, -1, 0, 1, 1e308, -1e308, Number.MAX_SAFE_INTEGER, '', '\0', '\ud800', '__proto__'),
    fc.constantFrom(
      '*',
      'sendSms',
      'timeout',
      '+14255550123',
      '2026-01-15T08:30:00Z',
      '0000-01-01T00:00:00Z',
      'x'.repeat(9999),
    ),
    fc.string({ unit: 'binary' }),
    fc.double(),
  );
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      leaf,
      fc.array(tie('value'), { maxLength: 3 }),
      fc.array(fc.tuple(fc.oneof(member, fc.string()), tie('value')), { maxLength: 4 }).map((all) => new Map(all)),
    ),
  }));
  const segment = fc.oneof(
    fc.constantFrom(
      '%',
      '%00',
      '%ZZ',
      '%ED%A0%80',
      '..',
      '.',
      '%2e%2e',
      '__proto__',
      'sms',
      'default',
      'x'.repeat(2000),
    ),
    fc.string({ unit: 'binary' }).map((it) => encodeURIComponent(it.toWellFormed())),
  );
  const query = fc.array(
    fc.tuple(
      fc.constantFrom(
        'to',
        'top',
        'before',
        'search',
        'text',
        'channel',
        'status',
        'mailbox',
        '__proto__',
        '%00',
        'lastEventId',
      ),
      fc.oneof(segment, fc.constantFrom('1', '-1', '1e9', '99999999999999999999', '"', '-', 'to:', '+')),
    ),
    { maxLength: 3 },
  );
  const routes = ROUTE_TABLE.filter(({ path }) => !SLOW.test(path) && path !== '/_emulator/mailboxes');

  test('in sequence of anything', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...routes), segment, query, value, async (route, name, pairs, body) => {
        const path = route.path.replaceAll(/:\w+/g, name.replaceAll('$', '$$$$'));
        const search = pairs.map(([key, content]) => `${key}=${content}`).join('&');
        const sent = { method: route.method, path: `${path}?${search}`, body: written(body) };
        const { status } = await send(route.method === 'GET' ? { ...sent, body: undefined } : sent);
        expect(status).toBeGreaterThanOrEqual(200);
        expect(status).toBeLessThan(500);
      }),
      { numRuns: 600 },
    );
    expect((await send({ method: 'GET', path: '/_emulator/health' })).status).toBe(200);
  });

  /** JSON in which a member can be named `__proto__`. */
  function written(value: unknown): string {
    if (Array.isArray(value)) return `[${value.map(written).join()}]`;
    if (!(value instanceof Map)) return JSON.stringify(value);
    return `{${Array.from(value, ([name, inner]) => `${JSON.stringify(name)}:${written(inner)}`).join()}}`;
  }
});

/** What browsers send for a page of another site, and for one that points its name to this machine. */
const FOREIGN: readonly Readonly<Record<string, string>>[] = [
  { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
  { origin: 'http://127.0.0.1:3000', 'sec-fetch-site': 'same-site' },
  { origin: 'null', 'sec-fetch-site': 'cross-site' },
  { origin: 'https://evil.example' },
  { 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' },
  { host: 'evil.example' },
  { host: 'localhost.evil.example' },
];

const LINK = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };

describe.each(ROUTES.filter(({ service }) => service === 'emulator'))('$method $path', ({ method, path }) => {
  test('is closed to pages of other sites, and to links unless it is the page', async () => {
    const refused = [
      ...FOREIGN,
      ...(path === '/' ? [] : [LINK]),
      { ...LINK, host: 'evil.example' },
      { ...LINK, origin: 'null' },
    ];
    for (const headers of refused) {
      const { status, body } = await send({ method, path: target(path), headers });
      expect({ headers, status, code: JSON.parse(body).error.code }).toEqual({
        ...{ headers, status: 403 },
        code: 'host' in headers ? 'HostNotAllowed' : 'CrossSiteRequest',
      });
    }
  });
});

test('a link of another site opens the page', async () => {
  expect((await send({ method: 'GET', path: '/', headers: LINK })).status).not.toBe(403);
});
