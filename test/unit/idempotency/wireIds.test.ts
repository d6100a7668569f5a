import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { derivedIds, randomIds, wireId } from '../../../shared/idempotency/wireIds.ts';
import { TEST_SECRET } from '../../setup/credentials.ts';
import { greeting, KEYS, NOW, rig } from '../operation/fixtures.ts';

const V8 = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const BODY = { from: '+18005550100' };

test('derived ids are the same for the same names, and others for others', () => {
  const names = fc.array(fc.string(), { maxLength: 3 });
  fc.assert(
    fc.property(names, names, fc.nat(), (one, other, part) => {
      const id = derivedIds(TEST_SECRET, one, NOW).uuid(part);
      expect(id).toMatch(V8);
      expect(derivedIds(TEST_SECRET, one, new Date(0)).uuid(part)).toBe(id);
      expect(derivedIds(TEST_SECRET, one, NOW).uuid(part + 1)).not.toBe(id);
      expect(derivedIds(TEST_SECRET, other, NOW).uuid(part) === id).toBe(JSON.stringify(one) === JSON.stringify(other));
    }),
  );
});

test('a derived id stays the same in every version of Switchboard', () => {
  expect(derivedIds(TEST_SECRET, ['client', 'shop', 'queue', 'sendSms', 'message-1'], NOW).uuid(0)).toBe(
    hmacUuid('["operation","client","shop","queue","sendSms","message-1",0]'),
  );
  expect(wireId(TEST_SECRET, 'email', ['client', 'shop'], '3FA85F64-5717-4562-B3FC-2C963F66AFA6')).toBe(
    hmacUuid('["email","client","shop","3fa85f64-5717-4562-b3fc-2c963f66afa6"]'),
  );
});

/** @see RFC 2104, RFC 9562 §5.8 */
function hmacUuid(text: string): string {
  const hex = createHmac('sha256', Buffer.alloc(32, 'the secret of the unit tests')).update(text).digest('hex');
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 3) | 8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

test('random ids are stable within one call only', () => {
  const ids = randomIds(NOW);
  expect(ids.uuid('a')).toBe(ids.uuid('a'));
  expect(ids.uuid('a')).not.toBe(ids.uuid('b'));
  expect(ids.uuid('a')).not.toBe(randomIds(NOW).uuid('a'));
  expect(ids.firstSent).toBe(NOW);
});

describe('the ids of an HTTP request', () => {
  const operation = greeting(async (_, { ids }) => ({ id: ids.uuid(0), firstSent: ids.firstSent }));
  const idOf = async (idempotencyKey: string | undefined, key = KEYS.shop, called = operation) => {
    const headers: Record<string, string> = idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey };
    return (await rig().http(called, { body: BODY, key, headers })).body;
  };

  test('are random without an Idempotency-Key', async () => {
    expect(await idOf(undefined)).not.toEqual(await idOf(undefined));
  });

  test('are the same every time with one', async () => {
    expect(await idOf('order-1')).toEqual(await idOf('order-1'));
    expect(await idOf('order-1')).toMatchObject({ firstSent: NOW.toISOString() });
  });

  test('differ by key, client and operation', async () => {
    const ids = [
      await idOf('order-1'),
      await idOf('order-2'),
      await idOf('order-1', KEYS.office),
      await idOf('order-1', KEYS.shop, { ...operation, name: 'shout' }),
    ];
    expect(new Set(ids.map((it) => JSON.stringify(it))).size).toBe(4);
  });

  test('are a client’s own under each of its keys', async () => {
    expect(await idOf('order-1', KEYS.office)).toEqual(await idOf('order-1', KEYS.second));
  });

  test.each(['', 'with space', 'ümlaut', 'x'.repeat(257)])('cannot be named %j', async (name) => {
    expect(await idOf(name)).toMatchObject({ error: { code: 'InvalidRequest', target: 'Idempotency-Key' } });
  });
});

describe('an id that the caller chose', () => {
  const operation = greeting(async (_, { callersId }) => ({ id: callersId }), {
    http: { ...greeting().http, idHeader: 'operation-id' },
  });
  const call = (headers: Record<string, string>) => rig().http(operation, { body: BODY, headers });

  test('is taken from its header', async () => {
    const id = '3fa85f64-5717-4562-b3fc-2c963f66afa6';
    expect(await call({ 'operation-id': id })).toMatchObject({ body: { id } });
    expect(await call({})).toMatchObject({ body: {} });
  });

  test.each(['operation-id', 'x-ms-client-request-id'])('is a UUID in %s', async (header) => {
    expect(await call({ [header]: 'one' })).toMatchObject({
      status: 400,
      body: { error: { code: 'InvalidRequest', target: header } },
    });
  });
});

test('the ids of a queue message come from its id, per client and operation', async () => {
  const operation = greeting(async (_, { ids, callersId }) => ({
    id: ids.uuid(0),
    own: callersId ?? null,
  }));
  const { deliver, storage } = rig();
  const message = { id: 'm1', client: 'shop', params: { name: 'Anna' }, body: BODY };
  await deliver(operation, message, { id: 'q1' });
  await deliver(operation, message, { id: 'q2', dequeueCount: 2, insertionTime: '2026-01-15T07:00:00Z' });
  await deliver(operation, { ...message, client: 'office' });
  await deliver({ ...operation, name: 'shout' }, message);
  await deliver(operation, { ...message, id: undefined }, { id: 'm1' });
  const ids = storage.messages('outcomes').map((it) => JSON.stringify(Reflect.get(Object(it), 'data')));
  expect(ids[0]).toBe(
    JSON.stringify({ id: derivedIds(TEST_SECRET, ['client', 'shop', 'queue', 'greet', 'm1'], NOW).uuid(0), own: null }),
  );
  expect([ids[1], ids[4]]).toEqual([ids[0], ids[0]]);
  expect(new Set(ids).size).toBe(3);
});
