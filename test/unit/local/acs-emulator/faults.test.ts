import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { IDENTITIES, type Rig, rigForTest, SMS, startRig } from './harness.ts';

let rig: Rig;

beforeAll(async () => {
  rig = await startRig();
});

beforeEach(async () => {
  await rig.call('DELETE', '/_emulator', { key: null });
});

afterAll(() => rig.close());

const MESSAGE = { from: '+18005550100', smsRecipients: [{ to: '+14255550123' }], message: 'Hello' };

async function setFaults(...faults: object[]) {
  expect((await rig.call('PUT', '/_emulator/faults', { key: null, body: faults })).status).toBe(200);
}

function sendSms() {
  return rig.call('POST', SMS, { body: MESSAGE });
}

async function statuses(count: number): Promise<number[]> {
  const seen = [];
  for (let number = 0; number < count; number += 1) seen.push((await sendSms()).status);
  return seen;
}

async function delivered(): Promise<number> {
  return (await rig.call('GET', '/_emulator/sms/stats', { key: null })).body.delivered;
}

test('a fault replaces the response of the operation, with its Retry-After', async () => {
  await setFaults({ operation: 'sendSms', status: 429, retryAfterSeconds: 7 });
  const answer = await sendSms();
  expect(answer).toMatchObject({ status: 429, body: { error: { code: 'TooManyRequests' } } });
  expect(answer.headers.get('retry-after')).toBe('7');
  expect(await delivered()).toBe(0);
  expect((await rig.call('POST', IDENTITIES)).status).toBe(201);
});

test('count and everyNth are exact, never random', async () => {
  await setFaults({ operation: 'sendSms', status: 503, everyNth: 3, count: 2 });
  expect(await statuses(10)).toEqual([202, 202, 503, 202, 202, 503, 202, 202, 202, 202]);
  const { body } = await rig.call('GET', '/_emulator/faults', { key: null });
  expect(body.value).toEqual([{ operation: 'sendSms', status: 503, everyNth: 3, count: 2, seen: 10, fired: 2 }]);
});

test('the first fault that is due strikes', async () => {
  await setFaults({ operation: '*', status: 500, count: 1 }, { operation: 'sendSms', status: 503, count: 2 });
  expect(await statuses(4)).toEqual([500, 503, 503, 202]);
});

test('`*` does not affect the emulator’s own API', async () => {
  await setFaults({ operation: '*', status: 500 });
  expect((await rig.call('GET', '/_emulator/health', { key: null })).status).toBe(200);
});

describe('after the effect', () => {
  test.each([500, 'reset'])('the message is sent and the response lost: %s', async (status) => {
    await setFaults({ operation: 'sendSms', status, afterEffect: true });
    const seen = await sendSms().then(
      (answer) => answer.status,
      () => 'reset',
    );
    expect(seen).toBe(status);
    expect(await delivered()).toBe(1);
  });
});

test('a reset breaks the connection before anything happens', async () => {
  await setFaults({ operation: 'sendSms', status: 'reset', count: 1 });
  await expect(sendSms()).rejects.toThrow('fetch failed');
  expect(await delivered()).toBe(0);
});

test('a timeout never responds, and does not prevent the emulator from closing', async () => {
  const own = await rigForTest();
  const body = [{ operation: 'sendSms', status: 'timeout' }];
  await own.call('PUT', '/_emulator/faults', { key: null, body });
  const lost = expect(own.call('POST', SMS, { body: MESSAGE })).rejects.toThrow('fetch failed');
  let fired = 0;
  while (fired === 0) fired = (await own.call('GET', '/_emulator/faults', { key: null })).body.value[0].fired;
  await own.close();
  await lost;
});

test.each([
  [{}, 'array'],
  [[{ operation: 'sendFax', status: 500 }], 'sendFax'],
  [[{ operation: 'sendSms' }], 'status'],
  [[{ operation: 'sendSms', status: 200 }], 'status'],
  [[{ operation: 'sendSms', status: 500, count: 0 }], 'count'],
  [[{ operation: 'sendSms', status: 500, everyNth: 1.5 }], 'everyNth'],
  [[{ operation: 'sendSms', status: 500, afterEffect: 'yes' }], 'afterEffect'],
])('%j is rejected with a reason', async (body, word) => {
  const answer = await rig.call('PUT', '/_emulator/faults', { key: null, body });
  expect(answer).toMatchObject({ status: 400, body: { error: { message: expect.stringContaining(word) } } });
});
