import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import type { Connection } from '../../infra/local/client/connection.ts';
import { usage } from '../../shared/contract/usage.ts';
import { createCounterStore } from '../../shared/limits/counterStore.ts';
import { createRecipientCounts, dayOf } from '../../shared/limits/recipientCounts.ts';
import { createServerSecret } from '../../shared/secret/serverSecret.ts';
import { createTables } from '../../shared/storage/tables.ts';
import { over, submit, submitted } from '../setup/batches.ts';
import { setFaults, smsFrom } from '../setup/emulator.ts';
import { type OwnStack, startOwnStack } from '../setup/ownStack.ts';
import { openQueues } from '../setup/storage.ts';
import { call } from '../setup/switchboard.ts';

// A key has leaked: what does it cost?

const key = (name: string) => Buffer.from(`test-only-key-of-${name}`.padEnd(48, '!')).toString('base64');
const CLIENTS = [
  { name: 'limited', keys: [key('limited')], countries: ['*'], limits: { smsPerDay: 250 } },
  { name: 'abroad', keys: [key('abroad')], limits: { smsPerDay: null } },
  { name: 'redriving', keys: [key('redriving')], countries: ['*'], limits: { smsPerDay: 25 } },
  { name: 'watched', keys: [key('watched')], limits: { perRecipientPerDay: 3 } },
];
const DEFAULT_LIMITS = { countries: 'sender', smsPerDay: 20, emailsPerDay: 20 };

/** Numbers of another country than the senders': valid mobile numbers of Latvia. */
const abroad = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => `+3712${String(1_000_000 + from + index)}`);

let stack: OwnStack;
const connectionOf = (name: string): Connection => ({ endpoint: stack.switchboard, accessKey: key(name) });

beforeAll(async () => {
  stack = await startOwnStack({
    CLIENTS: JSON.stringify(CLIENTS),
    DEFAULT_LIMITS: JSON.stringify(DEFAULT_LIMITS),
    SMS_RATES_PER_MINUTE: '{"tollFree":600000}',
  });
});
afterAll(() => stack.stop());

const items = z.object({
  value: z.array(z.object({ httpStatusCode: z.int(), successful: z.boolean(), errorMessage: z.string().optional() })),
});

const send = (client: string, from: string, numbers: readonly string[]) =>
  call(connectionOf(client), {
    ...{ method: 'POST', target: '/sms' },
    body: { from, smsRecipients: numbers.map((to) => ({ to })), message: 'Call +371 …' },
  });

async function smsUsed(client: string): Promise<number | undefined> {
  const { body } = await call(connectionOf(client), { method: 'GET', target: '/usage' });
  return usage.parse(body).limits.find(({ limit }) => limit === 'smsPerDay')?.used;
}

describe('3,000 SMS to another country', () => {
  test('reach nobody where the client may send to the country of its sender only', async () => {
    const from = '+18005550171';
    const requests = Array.from({ length: 30 }, (_, index) => send('abroad', from, abroad(100, index * 100)));
    for (const { status, body } of await Promise.all(requests)) {
      expect(status).toBe(202);
      const refused = { httpStatusCode: 403, successful: false, errorMessage: 'DestinationNotAllowed' };
      expect(items.parse(body).value).toEqual(Array.from({ length: 100 }, () => refused));
    }
    expect(await submit(connectionOf('abroad'), { from, message: 'Call', recipients: abroad(3000) })).toMatchObject({
      status: 400,
      body: { error: { target: 'recipients', message: expect.stringContaining('may not send to this country') } },
    });
    expect(await smsFrom(stack.acs, from)).toEqual([]);
  });

  test('end at the limit, exactly, over HTTP, queue and batch together', async () => {
    const from = '+18005550172';
    const queues = openQueues(stack.storage);
    const body = (numbers: readonly string[]) => ({
      from,
      smsRecipients: numbers.map((to) => ({ to })),
      message: 'Call',
    });
    const queued = Array.from({ length: 5 }, (_, index) =>
      queues.put('send-sms', { client: 'limited', body: body(abroad(10, 5000 + index * 10)) }),
    );
    const batches = Array.from({ length: 3 }, (_, index) =>
      submit(connectionOf('limited'), { from, message: 'Call', recipients: abroad(20, 6000 + index * 20) }),
    );
    const requests = Array.from({ length: 150 }, (_, index) => send('limited', from, abroad(20, index * 20)));
    const answers = await Promise.all([...requests, ...batches]);
    await Promise.all(queued);
    for (const { status, headers, body: answer } of answers.filter((it) => it.status !== 202)) {
      expect(status).toBe(429);
      expect(answer).toMatchObject({ error: { code: 'ClientLimitExceeded', target: 'smsPerDay' } });
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(86_000);
      expect(headers.get('ratelimit-limit')).toBe('250');
    }
    for (let index = 0; (await send('limited', from, abroad(1, 9000 + index))).status === 202; index += 1) {
      expect(index).toBeLessThan(250); // what was left
    }
    expect(await smsUsed('limited')).toBe(250);
    await expect.poll(async () => (await smsFrom(stack.acs, from)).length, { timeout: 30_000 }).toBe(250);
    expect(await submit(connectionOf('limited'), { from, message: 'Call', recipients: abroad(2000) })).toMatchObject({
      status: 429,
      body: { error: { target: 'smsPerDay', message: expect.stringContaining('can never be accepted') } },
    });
    expect((await smsFrom(stack.acs, from)).length).toBe(250);
  });
});

test('a redrive counts again, and is refused before it begins', async () => {
  const connection = connectionOf('redriving');
  await setFaults(stack.acs, [{ operation: 'sendSms', status: 404, count: 1 }]);
  const { id } = await submitted(connection, { from: '+18005550175', message: 'Hello', recipients: abroad(10) });
  expect(await over(connection, id)).toMatchObject({ counts: { failed: 10 } });
  const redrive = () => call(connection, { method: 'POST', target: `/sms/batches/${id}:redrive`, body: {} });
  await submitted(connection, { from: '+18005550175', message: 'Hello', recipients: abroad(6, 100) });
  expect(await redrive()).toMatchObject({ status: 429, body: { error: { target: 'smsPerDay' } } });
  expect(await smsUsed('redriving')).toBe(16);
  await setFaults(stack.acs, []);
});

test('one person gets as many messages a day as the client may send to one, in whatever spelling', async () => {
  const statusFor = async (to: string, message: string) => {
    const body = { from: '+18005550173', smsRecipients: [{ to }], message };
    const answer = await call(connectionOf('watched'), { method: 'POST', target: '/sms', body });
    return items.parse(answer.body).value[0]?.httpStatusCode;
  };
  // ACS accepts these. What it does not accept is refunded, so other spellings would not use up the limit.
  const accepted = await Promise.all(['one', 'two', 'three'].map((message) => statusFor('+14255550123', message)));
  expect(accepted).toEqual([202, 202, 202]);
  const spellings = ['+14255550123', '+1 425 555 0123', '+1 (425) 555-0123', '+1-425-555-0123', '+1425.555.0123'];
  expect(await Promise.all(spellings.map((to) => statusFor(to, 'four')))).toEqual(spellings.map(() => 429));
});

test('Switchboard itself, for which queue messages act that name no client, has the default limits', async () => {
  const from = '+18005550174';
  const recipients = Array.from({ length: 21 }, (_, index) => ({ to: `+1425555${2000 + index}` }));
  const outcome = await openQueues(stack.storage).ask('send-sms', {
    body: { from, smsRecipients: recipients, message: 'x' },
  });
  expect(outcome).toMatchObject({
    httpstatus: 429,
    data: { error: { code: 'ClientLimitExceeded', target: 'smsPerDay' } },
  });
  expect(await smsFrom(stack.acs, from)).toEqual([]);
});

describe('many processes at the same time, over real tables', () => {
  const PROCESSES = 6;
  const tables = () => createTables({ kind: 'connection string', connectionString: stack.storage ?? '' });

  test('take exactly what a limit allows', async () => {
    const limited = { name: `takers-${crypto.randomUUID()}`, limits: { smsPerMinute: 1000, smsPerDay: 100 } };
    const stores = Array.from({ length: PROCESSES }, () => createCounterStore(tables(), Date.now));
    const amounts = Array.from({ length: 120 }, (_, index) => 1 + (index % 4));
    const outcomes = await Promise.all(amounts.map((sms, index) => stores[index % PROCESSES]?.take(limited, { sms })));
    const taken = amounts.filter((_, index) => !('excess' in (outcomes[index] ?? { excess: {} })));
    expect(taken.reduce((sum, amount) => sum + amount, 0)).toBe(100);
  });

  test('count each recipient up to its limit', async () => {
    const client = `senders-${crypto.randomUUID()}`;
    const stores = Array.from({ length: PROCESSES }, () => {
      const own = tables();
      return createRecipientCounts(own, createServerSecret(own));
    });
    const hash = await stores[0]?.hasher(client);
    const list = abroad(8).map((number) => hash?.(number) ?? '');
    const day = dayOf(client, Date.now());
    const refused = await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        stores[index % PROCESSES]?.add(day, list, { limit: 4, mark: `m${index}` }),
      ),
    );
    for (const index of list.keys()) expect(refused.filter((it) => it && !it.refused.has(index))).toHaveLength(4);
  });
});
