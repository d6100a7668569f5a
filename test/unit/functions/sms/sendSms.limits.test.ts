import { describe, expect, test } from 'vitest';
import { SwitchboardError } from '../../../../shared/contract/switchboardError.ts';
import { LIMITS_TABLE } from '../../../../shared/limits/counterStore.ts';
import { sentBody } from '../../smsbatch/fixtures.ts';
import { accepts, FROM, numbers, OPERATION, shopWith, USAGE } from './limitedshop.ts';

const smsUsed = (used: number) => ({ limits: [expect.objectContaining({ limit: 'smsPerMinute', used })] });

describe('a limit', () => {
  test('is kept exactly, and named with the time to wait', async () => {
    const { send, sent } = shopWith({ limits: { smsPerMinute: 5 } });
    const first = await send(numbers(4));
    expect(first.headers).toMatchObject({
      ...{ 'ratelimit-limit': '5', 'ratelimit-remaining': '1', 'ratelimit-reset': '61' },
    });
    const refused = await send(numbers(2));
    expect(refused).toMatchObject({
      status: 429,
      headers: { 'retry-after': '61', 'x-ms-error-code': 'ClientLimitExceeded', 'ratelimit-remaining': '1' },
      body: { error: { code: 'ClientLimitExceeded', target: 'smsPerMinute' } },
    });
    expect(await send(numbers(1))).toMatchObject({ status: 202, headers: { 'ratelimit-remaining': '0' } });
    expect(sent).toHaveLength(2);
  });

  test('has one time to wait in both headers, as long as it takes for this request', async () => {
    const { send, clock } = shopWith({ limits: { smsPerMinute: 5 } });
    const start = clock.date.getTime();
    await send(numbers(4));
    clock.date = new Date(start + 30_000);
    await send(numbers(1));
    expect((await send(numbers(1))).headers).toMatchObject({ 'retry-after': '31', 'ratelimit-reset': '31' });
    clock.date = new Date(start + 61_000);
    expect(await send(numbers(4))).toMatchObject({ status: 202 });
  });

  test.each([0, 1, 500, 999, 59_999])('has the same time to wait in the usage, %i ms later', async (later) => {
    const { send, used, clock } = shopWith({ limits: { smsPerMinute: 5 } });
    await send(numbers(5));
    clock.date = new Date(clock.date.getTime() + later);
    const { headers } = await send(numbers(5));
    const resetSeconds = Number(headers['retry-after']);
    expect(resetSeconds).toBe(Math.ceil(61 - later / 1000));
    expect(await used()).toMatchObject({ limits: [{ limit: 'smsPerMinute', resetSeconds }] });
  });

  test('says when a request alone is more than it', async () => {
    const { send } = shopWith({ limits: { smsPerMinute: 5 } });
    const refused = await send(numbers(6));
    expect(refused).toMatchObject({
      status: 429,
      body: { error: { target: 'smsPerMinute', message: expect.stringContaining('can never be accepted') } },
    });
    expect(refused.headers).not.toHaveProperty('retry-after');
  });

  test('counts a repetition once', async () => {
    const { send, used } = shopWith({ limits: { smsPerMinute: 5 } });
    for (let time = 0; time < 3; time += 1) {
      expect(await send(numbers(2), { 'idempotency-key': 'order-1' })).toMatchObject({ status: 202 });
    }
    expect(await used()).toMatchObject(smsUsed(2));
  });

  test('counts no message that ACS did not accept', async () => {
    const { send, used } = shopWith({ limits: { smsPerMinute: 5 } }, (body) => {
      const [first, ...others] = sentBody.parse(body).smsRecipients;
      const failed = { to: first?.to, httpStatusCode: 400, successful: false, errorMessage: 'Invalid' };
      return {
        status: 202,
        body: { value: [failed, ...others.map(({ to }) => ({ ...failed, to, successful: true }))] },
      };
    });
    await send(numbers(3));
    expect(await used()).toMatchObject(smsUsed(2));
  });

  test.each<[string, SwitchboardError, number]>([
    ['refused by ACS', new SwitchboardError('TooManyRequests', 'wait', { retryAfterSeconds: 1 }), 0],
    ['that ACS did not get', new SwitchboardError('UpstreamUnavailable', 'down'), 0],
    ['in doubt', new SwitchboardError('UpstreamInDoubt', 'lost'), 3],
  ])('of a request %s', async (_, error, expected) => {
    const { send, used } = shopWith({ limits: { smsPerMinute: 5 } }, () => {
      throw error;
    });
    await send(numbers(3));
    expect(await used()).toMatchObject(smsUsed(expected));
  });

  test('counts a message that is delivered again after its answer was lost once', async () => {
    let isLost = true;
    const { deliver, used, storage } = shopWith({ limits: { smsPerMinute: 5 } }, (body) => {
      if (!isLost) return accepts(body);
      isLost = false;
      throw new SwitchboardError('UpstreamInDoubt', 'lost', { repeatable: true });
    });
    const message = {
      id: 'm1',
      client: 'shop',
      body: { from: FROM, smsRecipients: [{ to: '+14255550123' }], message: 'Hi' },
    };
    await expect(deliver(OPERATION, message)).rejects.toThrow('tried again');
    await deliver(OPERATION, message, { dequeueCount: 2 });
    expect(storage.messages('outcomes')).toMatchObject([{ type: 'switchboard.sendSms.succeeded' }]);
    expect(await used()).toMatchObject(smsUsed(1));
  });

  test('puts a queue message back for as long as it takes; one that will never fit ends', async () => {
    const { deliver, storage } = shopWith({ limits: { smsPerMinute: 2 } });
    const message = (id: string, count: number) => ({
      ...{ id, client: 'shop' },
      body: { from: FROM, smsRecipients: numbers(count).map((to) => ({ to })), message: 'Hi' },
    });
    await deliver(OPERATION, message('m1', 2));
    await deliver(OPERATION, message('m2', 1));
    await deliver(OPERATION, message('m3', 3));
    expect(storage.sent.filter(({ queue }) => queue === 'send-sms')).toMatchObject([{ options: { delaySeconds: 61 } }]);
    expect(storage.messages('outcomes')).toMatchObject([
      { type: 'switchboard.sendSms.succeeded', subject: 'm1' },
      { type: 'switchboard.sendSms.failed', subject: 'm3', data: { error: { code: 'ClientLimitExceeded' } } },
    ]);
  });
});

test('requests count with what they send, also those that are wrong or repeated, in one write', async () => {
  const { send, http, storage } = shopWith({ limits: { requestsPerMinute: 4, smsPerMinute: 100 } });
  let writes = 0;
  const table = storage.tables.table(LIMITS_TABLE);
  for (const name of ['insert', 'replace'] as const) {
    const original = table[name].bind(table) as (...args: unknown[]) => Promise<unknown>;
    Object.assign(table, {
      [name]: (...args: unknown[]) => {
        writes += 1;
        return original(...args);
      },
    });
  }
  const named = { 'idempotency-key': 'order-1' };
  expect(await send(numbers(1), named)).toMatchObject({ status: 202 });
  expect(writes).toBe(1);
  expect(await send(numbers(1), named)).toMatchObject({ status: 202 });
  expect(await send([])).toMatchObject({ status: 400 });
  expect(await http(USAGE, { target: '/usage?api-version=2024-03-15', params: {} })).toMatchObject({ status: 200 });
  expect(writes).toBe(4);
  for (const answer of [await send(numbers(1)), await send(numbers(1), named), await send([])]) {
    expect(answer).toMatchObject({ status: 429, body: { error: { target: 'requestsPerMinute' } } });
  }
});

test('without limits nothing is stored and no header says anything', async () => {
  const { send, storage, used } = shopWith({});
  const reads: unknown[] = [];
  Object.assign(storage.tables.table(LIMITS_TABLE), {
    get: async () => reads.push('get') && undefined,
    insert: async () => reads.push('insert') && undefined,
  });
  const { status, headers } = await send(numbers(3));
  expect({ status, limits: Object.keys(headers).filter((it) => it.startsWith('ratelimit')) }).toEqual({
    status: 202,
    limits: [],
  });
  expect(await used()).toEqual({ client: 'shop', limits: [] });
  expect(reads).toEqual([]);
});

describe('recipients that the client may not send to', () => {
  const item = (to: string, httpStatusCode: number, errorMessage?: string) =>
    expect.objectContaining({ to, httpStatusCode, ...(errorMessage ? { errorMessage, successful: false } : {}) });

  test('have their items in the answer, and are not sent to or counted', async () => {
    const { send, sent, used } = shopWith({ countries: ['US'], limits: { smsPerMinute: 5 } });
    const answer = await send(['+447400123456', '+14255550123', '+44 7400 123456']);
    expect(answer).toMatchObject({ status: 202 });
    expect(answer.body).toEqual({
      value: [
        item('+447400123456', 403, 'DestinationNotAllowed'),
        item('+14255550123', 202),
        item('+44 7400 123456', 403, 'DestinationNotAllowed'),
      ],
    });
    expect(sent.map(({ body }) => sentBody.parse(body).smsRecipients.map(({ to }) => to))).toEqual([['+14255550123']]);
    expect(await used()).toMatchObject(smsUsed(1));
  });

  test('are not counted as sent to where another limit refuses the message', async () => {
    const { send, clock } = shopWith({ limits: { smsPerMinute: 1, perRecipientPerDay: 1 } });
    const [one = '', other = ''] = numbers(2);
    await send([one]);
    expect(await send([other])).toMatchObject({ status: 429, body: { error: { target: 'smsPerMinute' } } });
    clock.date = new Date(clock.date.getTime() + 61_000);
    expect((await send([other])).body).toEqual({ value: [item(other, 202)] });
  });

  test('so have those that have had enough today', async () => {
    const { send } = shopWith({ limits: { perRecipientPerDay: 2 } });
    const [one = '', other = ''] = numbers(2);
    await send([one]);
    await send([one, other]);
    expect((await send([one, other])).body).toEqual({
      value: [item(one, 429, 'ClientLimitExceeded'), item(other, 202)],
    });
  });
});
