import { getEventListeners } from 'node:events';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { isSwitchboardError } from '../../../shared/client/errors.ts';
import * as examples from '../../../shared/contract/examples.ts';
import { clientOf, ENDPOINT, failure, fakeServer, json, transportOf } from './fixtures.ts';

const { userId } = examples;
const sms = examples.sendSmsRequest;
const keysOf = ({ sent }: ReturnType<typeof fakeServer>) => sent.map(({ headers }) => headers.get('idempotency-key'));
const refused = new TypeError('fetch failed', { cause: Object.assign(new Error('…'), { code: 'ECONNREFUSED' }) });

describe('a request', () => {
  test('is signed together with its headers for Switchboard', async () => {
    const server = fakeServer();
    await clientOf(server).chat.sendMessage('19:a@thread.v2', { content: 'Grüße' }, { actingUser: userId });
    const [sent] = server.sent;
    expect(sent?.url.href).toBe(
      `${ENDPOINT}/chat/threads/19%3Aa%40thread.v2/messages?api-version=${sent?.url.searchParams.get('api-version')}`,
    );
    expect(sent?.body).toEqual({ content: 'Grüße' });
    expect(sent?.isSigned).toBe(true);
    expect(sent?.headers.get('authorization')).toMatch(/;acting-user;idempotency-key;content-type&Signature=/);
    expect(sent?.headers.get('acting-user')).toBe(userId);
  });

  test('names the client and the app', async () => {
    const server = fakeServer();
    await clientOf(server, { clientName: 'shop', userAgent: 'shop/1.2' }).usage();
    expect(server.sent[0]?.headers.get('x-ms-client-name')).toBe('shop');
    expect(server.sent[0]?.headers.get('user-agent')).toBe('shop/1.2 acs-switchboard-client');
  });

  test('keeps the key and the id that the caller chose', async () => {
    const server = fakeServer();
    const { id } = examples.emailOperationStatus;
    await clientOf(server).emails.send(examples.emailMessage, { operationId: id, idempotencyKey: 'order-17' });
    expect(server.sent[0]?.headers.get('operation-id')).toBe(id);
    expect(server.sent[0]?.headers.get('idempotency-key')).toBe('order-17');
    expect(server.sent[0]?.headers.get('authorization')).toContain(';idempotency-key;operation-id;');
  });

  test('acts as the user of the call, else as the one of the client, in chat only', async () => {
    const server = fakeServer(json(200, { value: [] }));
    const client = clientOf(server, { actingUser: 'A' });
    for await (const _ of client.chat.listThreads()) expect.unreachable();
    for await (const _ of client.chat.listThreads({}, { actingUser: 'B' })) expect.unreachable();
    await client.usage();
    expect(server.sent.map(({ headers }) => headers.get('acting-user'))).toEqual(['A', 'B', null]);
  });

  test('has no parameter that is undefined or null', async () => {
    const server = fakeServer(json(200, { value: [] }));
    const query = { from: undefined, maxPageSize: 7, after: null as never };
    for await (const _ of clientOf(server).optOuts.list(query)) expect.unreachable();
    expect([...(server.sent[0]?.url.searchParams.keys() ?? [])]).toEqual(['maxPageSize', 'api-version']);
  });

  test.each(['', '.', '..'])("cannot reach another address with the id '%s'", async (id) => {
    const server = fakeServer();
    await expect(clientOf(server).identities.delete(id)).rejects.toThrow(TypeError);
    expect(server.sent).toEqual([]);
  });

  test('reaches its route with any other id', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ minLength: 1 }), async (id) => {
        fc.pre(id !== '.' && id !== '..');
        const server = fakeServer(new Response(null, { status: 204 }));
        await clientOf(server).identities.delete(id);
        const [, identities, segment, ...rest] = server.sent[0]?.url.pathname.split('/') ?? [];
        expect([identities, decodeURIComponent(segment ?? ''), rest]).toEqual(['identities', id, []]);
      }),
    );
  });

  test.each([{ idempotencyKey: 'ä' }, { idempotencyKey: 'two\nlines' }])(
    'with %j is refused before anything is sent',
    async (options) => {
      const server = fakeServer();
      await expect(clientOf(server).sms.send(sms, options)).rejects.toThrow(TypeError);
      expect(server.sent).toEqual([]);
    },
  );

  test.each([null, undefined, 7, {}, '\ud83d'])('is not sent for the id %j', async (id) => {
    const server = fakeServer();
    await expect(clientOf(server).chat.getThread(id as never)).rejects.toThrow(TypeError);
    expect(server.sent).toEqual([]);
  });

  test('takes options that are null as absent', async () => {
    const server = fakeServer();
    const client = clientOf(server, { clientName: null as never, userAgent: null as never });
    await client.emails.send(examples.emailMessage, { operationId: null as never });
    const [sent] = server.sent;
    expect([sent?.headers.get('x-ms-client-name'), sent?.headers.get('operation-id')]).toEqual([null, null]);
    expect(sent?.headers.get('user-agent')).toBe('acs-switchboard-client');
  });

  test('is not redirected', async () => {
    const server = fakeServer(new Response(null, { status: 302, headers: { location: 'https://attacker.example/' } }));
    await expect(clientOf(server).usage()).rejects.toMatchObject({ code: 'UnexpectedResponse', status: 302 });
    await expect(clientOf(server).identities.delete(userId)).rejects.toMatchObject({ status: 302 });
    expect(server.sent.map(({ redirect }) => redirect)).toEqual(['manual', 'manual']);
  });
});

describe('a retry', () => {
  test('has the same key, a new id and a new signature', async () => {
    const server = fakeServer(
      failure(503, 'StorageContention', { 'retry-after': '2' }),
      refused,
      json(202, { value: [] }),
    );
    const { transport, waits } = transportOf(server);
    expect(await transport.call('sendSms', { body: sms })).toEqual({ value: [] });
    expect(waits).toEqual([2, 1]);
    expect(new Set(keysOf(server)).size).toBe(1);
    expect(new Set(server.sent.map(({ text }) => text)).size).toBe(1);
    for (const name of ['x-ms-client-request-id', 'authorization'])
      expect(new Set(server.sent.map(({ headers }) => headers.get(name))).size, name).toBe(3);
    expect(server.sent.every(({ isSigned }) => isSigned)).toBe(true);
  });

  test('is the same request, made as often as allowed and never early, whatever fails', async () => {
    const failing = fc.record({
      status: fc.constantFrom(0, 400, 401, 404, 408, 409, 422, 429, 500, 502, 503, 504),
      code: fc.constantFrom('OperationInProgress', 'ClientLimitExceeded', 'UpstreamInDoubt', 'StorageContention'),
      retryAfter: fc.option(fc.integer({ min: 0, max: 100 }), { nil: undefined }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(failing, { maxLength: 8 }),
        fc.integer({ min: 1, max: 6 }),
        async (failures, attempts) => {
          const answers = failures.map(({ status, code, retryAfter }) =>
            status === 0
              ? refused
              : failure(status, code, retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
          );
          const server = fakeServer(...answers, json(202, { value: [] }));
          const { transport, waits } = transportOf(server, { retry: { attempts } });
          const outcome: unknown = await transport.call('sendSms', { body: sms }).catch((error: unknown) => error);

          const count = server.sent.length;
          expect(count).toBeLessThanOrEqual(attempts);
          expect(waits).toHaveLength(count - 1);
          expect(new Set(keysOf(server)).size).toBe(1);
          const succeeded = count > failures.length;
          expect(isSwitchboardError(outcome)).toBe(!succeeded);
          const last = failures[count - 1];
          if (isSwitchboardError(outcome)) expect(outcome.status ?? 0).toBe(last?.status);
          for (const [index, seconds] of waits.entries()) {
            const { status = 0, retryAfter = 0 } = failures[index] ?? {};
            expect(seconds).toBeGreaterThanOrEqual(status === 0 ? 0 : retryAfter);
          }
        },
      ),
    );
  });

  test('is not made for another call: its key is another', async () => {
    const server = fakeServer();
    const client = clientOf(server);
    await client.sms.send(sms);
    await client.sms.send(sms);
    expect(new Set(keysOf(server)).size).toBe(2);
  });

  test('waits for an earlier attempt that is still in progress', async () => {
    const server = fakeServer(refused, failure(409, 'OperationInProgress', { 'retry-after': '58' }), json(202, {}));
    const { transport, waits } = transportOf(server);
    await transport.call('sendSms', { body: sms });
    expect(waits).toEqual([0.5, 58]);
  });

  test('waits until a date', async () => {
    const date = new Date(Date.parse('2026-01-15T08:30:07Z')).toUTCString();
    const server = fakeServer(failure(429, 'TooManyRequests', { 'retry-after': date }), json(202, {}));
    const { transport, waits } = transportOf(server);
    await transport.call('sendSms', { body: sms });
    expect(waits).toEqual([7]);
  });

  test('is not made after the last attempt, whose error is thrown', async () => {
    const server = fakeServer(refused, failure(502, 'UpstreamUnavailable', { 'x-ms-request-id': 'last' }));
    const { transport } = transportOf(server, { retry: { attempts: 3 } });
    const call = transport.call('sendSms', { body: sms });
    await expect(call).rejects.toMatchObject({ code: 'UpstreamUnavailable', requestId: 'last' });
    expect(server.sent).toHaveLength(3);
  });

  test('is made three times by default, as the page of the client says', async () => {
    const server = fakeServer(failure(503, 'StorageContention'));
    await expect(clientOf(server).sms.send(sms)).rejects.toMatchObject({ status: 503 });
    expect(server.sent).toHaveLength(4);
  });

  test('is not made if retries are off, nor for a message that ACS cannot recognise', async () => {
    const server = fakeServer(failure(504, 'UpstreamInDoubt'));
    await expect(clientOf(server, { retry: false }).sms.send(sms)).rejects.toMatchObject({ status: 504 });
    expect(server.sent).toHaveLength(1);
    await expect(clientOf(server).chat.sendMessage('19:a', { content: 'Hello' })).rejects.toMatchObject({
      status: 504,
    });
    expect(server.sent).toHaveLength(2);
  });
});

describe('an error', () => {
  test('has everything that the response says', async () => {
    const details = [{ code: 'InvalidField', message: 'must be a number', target: 'smsRecipients[0].to' }];
    const envelope = { error: { code: 'InvalidRequest', message: 'It is wrong.', target: 'smsRecipients', details } };
    const server = fakeServer(json(400, envelope, { 'x-ms-request-id': 'id' }));
    const error: unknown = await clientOf(server)
      .sms.send(sms)
      .catch((it: unknown) => it);
    expect(isSwitchboardError(error, 'InvalidRequest')).toBe(true);
    expect(isSwitchboardError(error, 'NotFound')).toBe(false);
    expect(error).toMatchObject({ ...envelope.error, name: 'SwitchboardError', status: 400, requestId: 'id' });
  });

  test('of ACS keeps its code', async () => {
    const error: unknown = await clientOf(fakeServer(failure(401, 'InvalidSender')))
      .sms.send(sms)
      .catch((it: unknown) => it);
    expect(isSwitchboardError(error, 'InvalidSender')).toBe(true);
  });

  test('without a body has the code in its header', async () => {
    const server = fakeServer(new Response(null, { status: 404, headers: { 'x-ms-error-code': 'NotFound' } }));
    await expect(clientOf(server).usage()).rejects.toMatchObject({ code: 'NotFound', status: 404 });
  });

  // https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3: whole seconds or an HTTP date
  test.each(['-5', '1.5', '+3', '2, 3', 'soon'])('takes no Retry-After that is %s', async (value) => {
    const server = fakeServer(failure(429, 'ClientLimitExceeded', { 'retry-after': value }));
    const error: unknown = await clientOf(server)
      .usage()
      .catch((it: unknown) => it);
    expect(error).toMatchObject({ code: 'ClientLimitExceeded', retryAfterSeconds: undefined });
  });

  test('is known by its code also to another copy of the package', async () => {
    const server = fakeServer(failure(404, 'NotFound'));
    const error: unknown = await clientOf(server)
      .usage()
      .catch((it: unknown) => it);
    vi.resetModules();
    const copy = await import('../../../shared/client/errors.ts');
    expect(error instanceof copy.SwitchboardError).toBe(false);
    expect([copy.isSwitchboardError(error, 'NotFound'), copy.isSwitchboardError(error, 'Denied')]).toEqual([
      true,
      false,
    ]);
    const others = [null, undefined, 'SwitchboardError', {}, { name: 'SwitchboardError' }, new Error('no')];
    expect(others.filter((it) => copy.isSwitchboardError(it))).toEqual([]);
  });

  test('without Retry-After in time says when to call again', async () => {
    const server = fakeServer(failure(429, 'ClientLimitExceeded', { 'retry-after': '900' }));
    await expect(clientOf(server).sms.send(sms)).rejects.toMatchObject({ retryAfterSeconds: 900 });
    expect(server.sent).toHaveLength(1);
  });

  test.each([
    ['a page', new Response('<html>', { status: 404 })],
    ['nothing', new Response(null, { status: 404 })],
    ['a list', json(404, [1])],
    ['null', json(404, null)],
    ['another error', json(404, { error: 'no' })],
    ['an error of other types', json(404, { error: { code: 1, message: {}, target: [], details: 'x' } })],
    ['an error whose details are others', json(404, { error: { details: [null, 'x', { code: 5 }] } })],
  ])('of a gateway is one as well: %s', async (_, response) => {
    const error: unknown = await clientOf(fakeServer(response))
      .usage()
      .catch((it: unknown) => it);
    expect(isSwitchboardError(error, 'UnexpectedResponse') && error.status).toBe(404);
  });

  test('of a connection has its reason, and the address without the key', async () => {
    const error: unknown = await clientOf(fakeServer(refused), { retry: false })
      .usage()
      .catch((it: unknown) => it);
    expect(error).toMatchObject({ code: 'ConnectionFailed', status: undefined, cause: refused });
    expect(String(error)).toBe(`SwitchboardError: Switchboard cannot be reached at ${ENDPOINT} (ECONNREFUSED).`);
  });

  test.each([undefined, null, 1, 'sent'])('is a success with the body %j where a result is due', async (body) => {
    const answer = body === undefined ? new Response(null, { status: 204 }) : json(202, body);
    const server = fakeServer(answer);
    await expect(clientOf(server).sms.send(sms)).rejects.toMatchObject({ code: 'UnexpectedResponse' });
    expect(server.sent).toHaveLength(1);
    await clientOf(server).identities.delete(userId);
  });

  test.each([200, 503])('is a health response of a gateway with the status %i and no body', async (status) => {
    const client = clientOf(fakeServer(new Response(null, { status })));
    for (const call of [client.health(), client.readiness()]) {
      await expect(call).rejects.toMatchObject({ code: 'UnexpectedResponse', status });
    }
  });

  test('of a success that is not JSON is no retry: the request took effect', async () => {
    const server = fakeServer(new Response('<html>', { status: 202 }));
    await expect(clientOf(server).sms.send(sms)).rejects.toMatchObject({ code: 'UnexpectedResponse', status: 202 });
    expect(server.sent).toHaveLength(1);
  });
});

describe('an abort', () => {
  const reason = new Error('no longer wanted');

  test('before the call sends nothing, also if fetch takes no notice', async () => {
    const server = fakeServer();
    const carelessly: typeof fetch = (input, init) => server.fetch(input, { ...init, signal: null });
    const client = clientOf({ ...server, fetch: carelessly });
    await expect(client.sms.send(sms, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(server.sent).toEqual([]);
  });

  test('during the request ends it, also if fetch takes no notice', async () => {
    const controller = new AbortController();
    const server = fakeServer(() => {
      controller.abort(reason);
      return new Promise(() => undefined);
    });
    await expect(clientOf(server).sms.send(sms, { signal: controller.signal })).rejects.toBe(reason);
    expect(server.sent).toHaveLength(1);
  });

  test('while the body is read ends it', async () => {
    const controller = new AbortController();
    const body = new ReadableStream({ pull: () => controller.abort(reason) }, { highWaterMark: 0 });
    const server = fakeServer(() => new Response(body));
    await expect(clientOf(server).usage({ signal: controller.signal })).rejects.toBe(reason);
  });

  test('while it waits for the next attempt ends it', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const controller = new AbortController();
    const server = fakeServer(failure(503, 'StorageContention', { 'retry-after': '60' }));
    const call = clientOf(server).sms.send(sms, {
      signal: controller.signal,
      onResponse: () => expect.unreachable(),
    });
    const ended = expect(call).rejects.toBe(reason);
    await expect.poll(() => vi.getTimerCount()).toBe(1);
    controller.abort(reason);
    await ended;
    expect([server.sent.length, vi.getTimerCount()]).toEqual([1, 0]);
  });

  test('after the call has no effect, and no listener is left', async () => {
    const { signal } = new AbortController();
    await clientOf(fakeServer(failure(503, 'StorageContention'), json(200, {}))).usage({ signal });
    // The platform's Request leaves its listeners: https://github.com/nodejs/node/issues/52635
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});

test.each(['health', 'readiness'] as const)('%s returns what a 503 says, without a retry', async (name) => {
  const server = fakeServer(json(503, { status: 'unready' }));
  expect(await clientOf(server)[name]()).toEqual({ status: 'unready' });
  expect(server.sent).toHaveLength(1);
});

test('each successful response is reported', async () => {
  const server = fakeServer(
    failure(503, 'StorageContention'),
    json(202, {}, { 'x-ms-request-id': 'id', 'ratelimit-remaining': '7' }),
  );
  const seen: unknown[] = [];
  await clientOf(server).sms.send(sms, {
    onResponse: ({ status, requestId, headers }) => seen.push([status, requestId, headers.get('ratelimit-remaining')]),
  });
  expect(seen).toEqual([[202, 'id', '7']]);
});

test('a callback of the response that fails makes the call fail', async () => {
  const reason = new Error('disk full');
  await expect(clientOf(fakeServer()).usage({ onResponse: () => Promise.reject(reason) })).rejects.toBe(reason);
});

test('members that this version does not know are kept', async () => {
  const body = { value: [{ to: '+14255550123', more: { of: 'it' } }], another: [1] };
  expect(await clientOf(fakeServer(json(202, body))).sms.send(sms)).toEqual(body);
});
