import { expect, test } from 'vitest';
import { greeting, KEYS, rig } from './fixtures.ts';

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
