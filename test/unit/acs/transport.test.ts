import { describe, expect, test, vi } from 'vitest';
import type { AcsRequest, Repetition } from '../../../shared/acs/request.ts';
import { createTransport } from '../../../shared/acs/transport.ts';
import { importKey } from '../../../shared/signing/sign.ts';
import { verify } from '../../../shared/signing/verify.ts';
import {
  type AcsServer,
  API_VERSIONS,
  acsServer,
  closedUrl,
  json,
  type Reply,
  type Seen,
  thrownBy,
} from './fixtures.ts';

const KEYS = ['primary', 'secondary'].map((name) => Buffer.from(`the ${name} key of ACS`).toString('base64'));
const NOW = Date.parse('2026-01-15T08:30:00Z');

const request = (more: Partial<AcsRequest> = {}): AcsRequest => ({
  ...{ service: 'sms', method: 'POST', path: '/sms', body: { message: 'é' }, repetition: 'recognised' },
  ...{ clientRequestId: '6c6d5a0e-54c0-4f0e-8a43-5d4f6a4b9a11', ...more },
});

/** A transport whose clock advances a second with each look at it. */
function transportTo(endpoint: string, accessKeys = KEYS) {
  let seconds = 0;
  const now = () => {
    seconds += 1;
    return new Date(NOW + seconds * 1000);
  };
  return createTransport({ access: { kind: 'keys', endpoint, accessKeys }, apiVersions: API_VERSIONS, now });
}

function keyOf(server: AcsServer, seen: Seen): number | undefined {
  const verification = verify(
    {
      ...{ method: seen.method, target: seen.target, hosts: [new URL(server.url).host] },
      ...{ header: (name) => String(seen.headers[name]), body: Buffer.from(seen.body) },
    },
    KEYS.map(importKey),
    new Date(NOW),
  );
  return verification.ok ? verification.keyIndex : undefined;
}

describe('a request', () => {
  test('is signed, has the API version of its service, and its response is returned', async () => {
    const server = await acsServer(json(202, { value: [] }, { 'x-more': 'yes' }));
    const answer = await transportTo(`${server.url}/`)(request());
    expect(answer).toMatchObject({ status: 202, body: { value: [] } });
    expect([answer.header('x-more'), answer.header('x-less')]).toEqual(['yes', undefined]);
    const [seen] = server.seen as [Seen];
    expect(seen).toMatchObject({ method: 'POST', target: '/sms?api-version=2021-03-07', body: '{"message":"é"}' });
    expect(seen.headers).toMatchObject({ 'content-type': 'application/json', accept: 'application/json' });
    expect(keyOf(server, seen)).toBe(0);
  });

  test('includes its query with our api-version, without undefined parameters', async () => {
    const server = await acsServer(json(200, {}));
    const query = { maxPageSize: 2, syncState: 'a+b=/&', startTime: undefined, 'api-version': '2000-01-01' };
    await transportTo(server.url)(request({ method: 'GET', path: '/x%3Ay', query, body: undefined }));
    const url = new URL(server.seen[0]?.target ?? '', server.url);
    expect(url.pathname).toBe('/x%3Ay');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      ...{ maxPageSize: '2', syncState: 'a+b=/&', 'api-version': '2021-03-07' },
    });
    expect(server.seen[0]).toMatchObject({ body: '' });
    expect(server.seen[0]?.headers).not.toHaveProperty('content-type');
  });

  // As Chat 2025-03-15 demands: ChatThread_UpdateChatThreadProperties and ChatThread_UpdateChatMessage.
  test('that patches has the content type of a merge patch', async () => {
    const server = await acsServer({ status: 204 });
    await transportTo(server.url)(request({ service: 'chat', method: 'PATCH', userToken: 'eyJ.a.b' }));
    expect(server.seen).toMatchObject([
      { method: 'PATCH', headers: { 'content-type': 'application/merge-patch+json' }, body: '{"message":"é"}' },
    ]);
  });

  test('of a user has that user’s token and no signature', async () => {
    const server = await acsServer(json(201, { id: '1' }));
    await transportTo(server.url)(request({ service: 'chat', userToken: 'eyJ.a.b', headers: { 'x-own': '1' } }));
    expect(server.seen[0]?.headers).toMatchObject({ authorization: 'Bearer eyJ.a.b', 'x-own': '1' });
    expect(server.seen[0]?.headers).not.toHaveProperty('x-ms-content-sha256');
  });

  test('may have a response without a body', async () => {
    const server = await acsServer({ status: 204 });
    expect((await transportTo(server.url)(request())).body).toBeUndefined();
  });
});

test('a rejected key is replaced by the other one permanently; a rejected sender is not a rejected key', async () => {
  const denied = json(401, { error: { code: 'Denied', message: 'Denied by the resource provider.' } });
  const sender = json(401, { error: { code: 'Unauthorized', message: '' } });
  const server = await acsServer(denied, json(202, {}), json(202, {}), sender);
  const transport = transportTo(server.url);
  await transport(request());
  await transport(request());
  await expect(transport(request())).rejects.toMatchObject({ publicCode: 'InvalidSender' });
  expect(server.seen.map((seen) => keyOf(server, seen))).toEqual([0, 1, 1, 1]);
});

describe('attempts', () => {
  test('are three at most, each signed separately, with one body and one client request id', async () => {
    const server = await acsServer({ status: 500 });
    const error = await thrownBy(() => transportTo(server.url)(request()));
    expect(error).toMatchObject({ code: 'UpstreamInDoubt' });
    expect(server.seen.map((seen) => keyOf(server, seen))).toEqual([0, 0, 0]);
    const distinct = (pick: (seen: Seen) => unknown) => new Set(server.seen.map(pick)).size;
    expect(distinct(({ headers }) => headers['x-ms-date'])).toBe(3);
    expect(distinct(({ headers }) => headers.authorization)).toBe(3);
    const ids = server.seen.map(({ headers }) => headers['x-ms-client-request-id']);
    expect(ids).toEqual(Array.from({ length: 3 }, () => request().clientRequestId));
    expect(distinct(({ body }) => body)).toBe(1);
  });

  test.each<[string, Reply]>([
    ['408', { status: 408 }],
    ['502', { status: 502 }],
    ['503', { status: 503 }],
    ['a reset', 'reset'],
  ])('after %s end with the first successful response', async (_, reply) => {
    const server = await acsServer(reply, json(202, { value: [] }));
    await expect(transportTo(server.url)(request())).resolves.toMatchObject({ status: 202 });
    expect(server.seen).toHaveLength(2);
  });

  test.each([400, 404, 409, 429, 501])('are not repeated after %i', async (status) => {
    const server = await acsServer({ status, headers: { 'retry-after': '1' } });
    await expect(transportTo(server.url)(request())).rejects.toThrow();
    expect(server.seen).toHaveLength(1);
  });

  test.each<[string, Reply, string]>([
    ['a reset', 'reset', 'UpstreamInDoubt'],
    ['500', { status: 500 }, 'UpstreamInDoubt'],
    ['429', { status: 429 }, 'TooManyRequests'],
  ])('are not repeated after %s if a repetition would take effect twice', async (_, reply, code) => {
    const server = await acsServer(reply);
    const error = await thrownBy(() => transportTo(server.url)(request({ repetition: 'doubles', userToken: 't' })));
    expect(error).toMatchObject({ code });
    expect(server.seen).toHaveLength(1);
  });

  test('are repeated after 503 even if a repetition would take effect twice, because ACS did not process the request', async () => {
    const server = await acsServer({ status: 503 }, json(201, { id: '1' }));
    await transportTo(server.url)(request({ repetition: 'doubles', userToken: 't' }));
    expect(server.seen).toHaveLength(2);
  });
});

test('if the connection is refused, the request had no effect', async () => {
  const transport = transportTo(await closedUrl());
  const error = await thrownBy(() => transport(request({ repetition: 'doubles', userToken: 't' })));
  expect(error).toMatchObject({ code: 'UpstreamUnavailable', isTransient: true });
});

test.each<[Repetition, string, boolean]>([
  ['harmless', 'UpstreamUnavailable', true],
  ['recognised', 'UpstreamInDoubt', true],
  ['doubles', 'UpstreamInDoubt', false],
])(
  'a 2xx that is not JSON leaves the effect in doubt: if a repetition is %s',
  async (repetition, code, isTransient) => {
    const server = await acsServer({ status: 201, body: '<html>' });
    const error = await thrownBy(() => transportTo(server.url)(request({ repetition })));
    expect(error).toMatchObject({ code, isTransient });
  },
);

test('all attempts end at the deadline', async () => {
  const server = await acsServer('silence');
  const deadline = new AbortController();
  const timeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(deadline.signal);
  const thrown = thrownBy(() => transportTo(server.url)(request()));
  await server.arrival;
  deadline.abort();
  expect(await thrown).toMatchObject({ code: 'UpstreamInDoubt', isTransient: true });
  expect(server.seen).toHaveLength(1);
  expect(timeout.mock.calls).toEqual([[10_000]]);
  timeout.mockRestore();
});
