import { expect, test, vi } from 'vitest';
import * as z from 'zod';
import { tokenAt } from '../../setup/credentials.ts';
import { greeting, KEYS, NOW, rig } from '../operation/fixtures.ts';

const ANNA = { 'acting-user': '8:acs:anna' };
const BEN = { 'acting-user': '8:acs:ben' };

test('a key that named a request for one user names none for another, nor for the client itself', async () => {
  let runs = 0;
  const operation = greeting(async () => {
    runs += 1;
    return { runs };
  });
  const { http } = rig();
  const call = (user: object) =>
    http(operation, {
      body: { from: '+18005550100' },
      key: KEYS.office,
      headers: { 'idempotency-key': 'order-1', ...user },
    });
  expect(await call(ANNA)).toMatchObject({ status: 200, body: { runs: 1 } });
  for (const other of [BEN, {}]) {
    expect(await call(other)).toMatchObject({ status: 422, body: { error: { code: 'IdempotencyKeyReused' } } });
  }
  expect(await call(ANNA)).toMatchObject({ status: 200, headers: { 'idempotent-replayed': 'true' } });
  expect(runs).toBe(1);
});

test('the same bytes as CSV, in another charset, and as JSON are different requests', async () => {
  const run = vi.fn(async () => ({}));
  const { http } = rig();
  const call = (type: string, key = 'order-1') =>
    http(
      greeting(run, {
        params: z.unknown(),
        body: { schema: z.unknown(), csvQueryFields: [] },
        permissions: {},
      }),
      {
        body: '{"to":"+14255550123"}',
        headers: { 'idempotency-key': key, 'content-type': type },
      },
    );
  expect(await call('application/json')).toMatchObject({ status: 200 });
  expect(await call('application/json; charset=utf-8')).toMatchObject({ headers: { 'idempotent-replayed': 'true' } });
  for (const type of ['text/csv', 'text/csv; charset=utf-8', 'text/csv; charset=windows-1252']) {
    expect(await call(type)).toMatchObject({ status: 422, body: { error: { code: 'IdempotencyKeyReused' } } });
  }
  expect(run).toHaveBeenCalledTimes(1);
  expect(await call('text/csv', 'order-2')).toMatchObject({ status: 200 });
  expect(await call('TEXT/CSV; header=present', 'order-2')).toMatchObject({
    headers: { 'idempotent-replayed': 'true' },
  });
  expect(await call('text/csv; charset=windows-1252', 'order-2')).toMatchObject({ status: 422 });
});

test('a queue message and an HTTP request of one client have different names', async () => {
  const ids: string[] = [];
  const operation = greeting(async (_, context) => {
    ids.push(context.ids.uuid(0));
    return {};
  });
  const { http, deliver } = rig();
  await http(operation, { body: { from: '+18005550100' }, headers: { 'idempotency-key': 'order-1' } });
  await deliver(operation, { id: 'order-1', client: 'shop', params: { name: 'Anna' }, body: { from: '+18005550100' } });
  expect(new Set(ids).size).toBe(2);
});

test('a user who claims the name of a client is not that client', async () => {
  const ids: string[] = [];
  const operation = greeting(
    async (_, context) => {
      ids.push(await context.wireId('thread', '3fa85f64-5717-4562-b3fc-2c963f66afa6'), context.ids.uuid(0));
      return {};
    },
    { actsAsUser: true },
  );
  const { http, storage } = rig();
  const call = (authorization: object, key?: null) =>
    http(operation, {
      body: { from: '+18005550100' },
      ...(key === null ? { key } : {}),
      headers: { 'idempotency-key': 'order-1', ...authorization },
    });
  await call({});
  const { status } = await call({ authorization: `Bearer ${tokenAt(NOW, { skypeid: 'shop' })}` }, null);
  expect(status).toBe(200);
  // Another token of that user is the same user.
  await call({ authorization: `Bearer ${tokenAt(NOW, { skypeid: 'shop', jti: '2' })}` }, null);
  expect(new Set(ids).size).toBe(4);
  expect(ids).toHaveLength(4);
  expect(storage.messages('outcomes')).toEqual([]);
});
