import { beforeEach, describe, expect, test } from 'vitest';
import { PendingEvents } from '../../../../infra/local/acs-emulator/events/pendingEvents.ts';
import { type EventRig, eventRig, NOTHING_SET, sendSms, smsRequested } from './eventRig.ts';
import { createMailbox, IDENTITIES, PRIMARY_KEY, SECONDARY_KEY, SEND_EMAIL, SMS } from './harness.ts';

let rig: EventRig;

beforeEach(async () => {
  rig = await eventRig();
});

const put = (path: string, body: unknown) => rig.call('PUT', `/_emulator/${path}`, { key: null, body });
const get = async (path: string) => (await rig.call('GET', `/_emulator/${path}`, { key: null })).body;

describe('a refusal names the field, and what is allowed', () => {
  test.each([
    [
      'faults',
      [{ operation: 'sendSms', status: 500, times: 1 }],
      'InvalidFault',
      '[0].times',
      /unknown member; use operation, status, .*count/,
    ],
    [
      'faults',
      [{ operation: 'sendFax', status: 500 }],
      'InvalidFault',
      '[0].operation',
      /'sendFax'.*\*, createIdentity.*sendSms/,
    ],
    [
      'faults',
      [{ operation: 'sendSms', status: 200 }],
      'InvalidFault',
      '[0].status',
      /"timeout", "reset" or an HTTP status from 400 to 599/,
    ],
    ['faults', [{ operation: 'sendSms' }], 'InvalidFault', '[0].status', /timeout/],
    ['faults', [{ operation: 'sendSms', status: 500, count: 0 }], 'InvalidFault', '[0].count', /at least 1/],
    ['faults', [{ operation: 'sendSms', status: 500, count: '1' }], 'InvalidFault', '[0].count', /a number/],
    [
      'quotas',
      { sms: { 'long-code': 1 } },
      'InvalidQuota',
      'sms.long-code',
      /tollFree, shortCode, alphanumeric or a sender/,
    ],
    ['quotas', { sms: { tollFree: -1 } }, 'InvalidQuota', 'sms.tollFree', /a whole number from 0/],
    [
      'quotas',
      { email: { custom: { sendsPerDay: 1 } } },
      'InvalidQuota',
      'email.custom.sendsPerDay',
      /use sendsPerMinute, sendsPerHour/,
    ],
    ['quotas', { voice: {} }, 'InvalidQuota', 'voice', /use sms, email, identity/],
    ['events', { delay: 1 }, 'InvalidEvents', 'delay', /use enabled, delaySeconds, schema, order, duplicates/],
    ['events', { order: 'random' }, 'InvalidEvents', 'order', /oldestFirst, newestFirst/],
    ['events', { duplicates: 11 }, 'InvalidEvents', 'duplicates', /from 0 to 10/],
    ['events', { duplicates: 0.5 }, 'InvalidEvents', 'duplicates', /from 0 to 10/],
    ['events', { delaySeconds: 86_401 }, 'InvalidEvents', 'delaySeconds', /from 0 to 86400/],
  ])('%s %j', async (path, body, code, target, message) => {
    const answer = await put(path, body);
    expect(answer).toMatchObject({ status: 400, body: { error: { code, target } } });
    expect(answer.body.error.message).toMatch(message);
    expect(answer.body.error.message.startsWith(`${target}: `)).toBe(true);
  });

  test('nothing has changed then', async () => {
    await put('faults', [{ operation: 'sendSms', status: 503 }]);
    await put('faults', [{ operation: 'sendSms', status: 500 }, { operation: 'sendSms' }]);
    expect((await get('faults')).value).toMatchObject([{ status: 503 }]);
  });
});

test('a list of faults can be put back', async () => {
  await put('faults', [{ operation: 'createIdentity', status: 503, count: 1 }]);
  await rig.call('POST', IDENTITIES);
  const list = (await get('faults')).value;
  expect(list).toEqual([{ operation: 'createIdentity', status: 503, count: 1, seen: 1, fired: 1 }]);
  expect((await put('faults', list)).body.value).toEqual([{ ...list[0], seen: 0, fired: 0 }]);
});

describe('the usage of quotas', () => {
  const usage = async () => (await get('quotas/usage')).value;
  const send = (from: string, count: number) => {
    const smsRecipients = Array.from({ length: count }, () => ({ to: '+14255550123' }));
    return rig.call('POST', SMS, { body: { from, smsRecipients, message: 'Hello' } });
  };

  test('is that of each SMS sender, of its kind before one has sent, and shared by alphanumeric ones', async () => {
    await put('quotas', { sms: { tollFree: 10, alphanumeric: 5, '12345': 2, shortCode: 3 } });
    await send('+18005550100', 4);
    rig.clock.advance(1000);
    await send('+18335550100', 1);
    await send('Contoso', 2);
    await send('Fabrikam', 2);
    expect(await usage()).toEqual(
      expect.arrayContaining([
        { ...sms('tollFree', 10, 4, '2026-01-15T08:31:00.251Z'), sender: '+18005550100' },
        { ...sms('tollFree', 10, 1, '2026-01-15T08:31:01.251Z'), sender: '+18335550100' },
        sms('alphanumeric', 5, 4, '2026-01-15T08:31:01.251Z'),
        { ...sms('12345', 2, 0), sender: '12345' },
        sms('shortCode', 3, 0),
      ]),
    );
    expect(await usage()).toHaveLength(5);
    rig.clock.advance(60_001);
    expect((await usage()).map(({ used }: { used: number }) => used)).toEqual([0, 0, 0, 0, 0]);
  });

  test('is that of each limited time span of email, and of each operation of identity', async () => {
    await put('quotas', { email: { custom: { sendsPerMinute: 3, readsPerHour: 9 } }, identity: { createIdentity: 7 } });
    const content = { subject: 'Subject', plainText: 'Text' };
    const recipients = { to: [{ address: 'someone@example.com' }] };
    await rig.call('POST', SEND_EMAIL, { body: { senderAddress: 'news@contoso.com', content, recipients } });
    await rig.call('POST', IDENTITIES);
    const resetsAt = '2026-01-15T08:31:00.251Z';
    expect(await usage()).toEqual([
      { quota: 'email.custom.sendsPerMinute', limit: 3, used: 1, windowSeconds: 60, resetsAt },
      { quota: 'email.custom.readsPerHour', limit: 9, used: 0, windowSeconds: 3600 },
      { quota: 'identity.createIdentity', limit: 7, used: 1, windowSeconds: 30, resetsAt: '2026-01-15T08:30:30.251Z' },
    ]);
  });

  test('a sender with the name of a member of every object has no limit', async () => {
    await put('quotas', { sms: { tollFree: 1 } });
    expect((await send('constructor', 2)).status).toBe(202);
    expect((await send('toString', 2)).status).toBe(202);
  });

  function sms(name: string, limit: number, used: number, resetsAt?: string) {
    return { quota: `sms.${name}`, limit, used, windowSeconds: 60, ...(resetsAt !== undefined && { resetsAt }) };
  }
});

describe('events', () => {
  const recipients = async () => (await rig.after(1000)).map(({ data }) => data['to']);

  test('are sent newest first', async () => {
    await put('events', { order: 'newestFirst' });
    await sendSms(rig, ['+14255550101', '+14255550102']);
    rig.clock.advance(10);
    await sendSms(rig, ['+14255550103', '+14255550104']);
    expect(await recipients()).toEqual(['+14255550104', '+14255550103', '+14255550102', '+14255550101']);
    expect(await rig.state()).toMatchObject({ pending: 0, sent: 4 });
  });

  test('are sent again with the same id', async () => {
    await put('events', { duplicates: 2 });
    await sendSms(rig, ['+14255550101', '+14255550102']);
    const events = await rig.after(200);
    expect(events).toHaveLength(6);
    expect(new Set(events.map(({ id }) => id)).size).toBe(2);
    expect(await rig.state()).toMatchObject({ pending: 0, sent: 2 });
  });

  test('are sent as at the start after a reset', async () => {
    const before = await get('events');
    await put('events', {
      order: 'newestFirst',
      duplicates: 1,
      delaySeconds: 9,
      schema: 'cloudEvents',
      enabled: false,
    });
    expect(await get('events')).toMatchObject({ order: 'newestFirst', duplicates: 1, delaySeconds: 9, enabled: false });
    await rig.call('DELETE', '/_emulator', { key: null });
    expect(await get('events')).toEqual(before);
  });

  test('are each handed out once, whatever the order in which they are taken', () => {
    for (let choices = 0; choices < 2 ** 8; choices += 1) {
      const pending = new PendingEvents(NOTHING_SET);
      for (const [index, count] of [3, 1, 4].entries()) pending.apply(smsRequested(String(index), index, count));
      const taken = Array.from({ length: 8 }, (_, bit) => {
        return pending.take(9, (choices >> bit) % 2 === 0 ? 'oldestFirst' : 'newestFirst')?.event.about;
      });
      expect(new Set(taken).size).toBe(8);
      expect(taken).not.toContain(undefined);
      expect([pending.take(9, 'newestFirst'), pending.take(9)]).toEqual([undefined, undefined]);
    }
  });
});

test('the keys are listed, as they are after one was regenerated', async () => {
  const url = rig.emulator.url;
  expect(await get('keys')).toEqual({
    primaryKey: PRIMARY_KEY,
    primaryConnectionString: `endpoint=${url}/;accesskey=${PRIMARY_KEY}`,
    secondaryKey: SECONDARY_KEY,
    secondaryConnectionString: `endpoint=${url}/;accesskey=${SECONDARY_KEY}`,
  });
  const { body } = await rig.call('POST', '/_emulator/keys/secondary:regenerate', { key: null });
  expect(body.secondaryKey).not.toBe(SECONDARY_KEY);
  expect(await get('keys')).toEqual(body);
});

test('mailboxes are created, listed and deleted over HTTP', async () => {
  const created = await rig.call('POST', '/_emulator/mailboxes', { key: null, body: { name: 'mine' } });
  expect(created).toMatchObject({ status: 201, body: { name: 'mine' } });
  const { accessKey: key, connectionString } = created.body;
  expect(connectionString).toBe(`endpoint=${rig.emulator.url}/;accesskey=${key}`);
  const other = await rig.call('POST', '/_emulator/mailboxes', { key: null });
  expect((await get('mailboxes')).value.map(({ name }: { name: string }) => name)).toEqual([
    ...['default', 'mine', other.body.name],
  ]);
  expect((await rig.call('POST', IDENTITIES, { key })).status).toBe(201);
  const remove = (name: string) => rig.call('DELETE', `/_emulator/mailboxes/${name}`, { key: null });
  expect((await remove('mine')).status).toBe(204);
  expect((await rig.call('POST', IDENTITIES, { key })).status).toBe(401);
  expect(await remove('mine')).toMatchObject({ status: 404 });
  expect(await remove('default')).toMatchObject({ status: 409 });
});

test.each([
  ['faults', () => put('faults', [])],
  ['quotas', () => put('quotas', { sms: {} })],
  ['events', () => put('events', {})],
  ['keys', () => rig.call('POST', '/_emulator/keys/primary:regenerate', { key: null })],
  ['clock', () => rig.call('POST', '/_emulator/clock', { key: null, body: { reset: true } })],
  ['mailboxes', () => createMailbox(rig.emulator, 'mine')],
])('a change of %s is announced on the stream', async (what, change) => {
  const leaving = new AbortController();
  const response = await fetch(`${rig.emulator.url}/_emulator/stream`, { signal: leaving.signal });
  await change();
  let received = '';
  for await (const chunk of response.body ?? []) {
    received += Buffer.from(chunk).toString();
    if (received.includes('event: changed')) break;
  }
  leaving.abort();
  expect(received).toContain(`{"what":"${what}"}`);
});
