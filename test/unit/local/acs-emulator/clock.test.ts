import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { type EventRig, eventRig, sendEmail, sendSms } from './eventRig.ts';
import { createMailbox, createUser, IDENTITIES, SMS, THREADS } from './harness.ts';

let rig: EventRig;

beforeEach(async () => {
  rig = await eventRig({ emailSettleMilliseconds: 3000 });
});

const move = (body: unknown, mailbox = 'default') =>
  rig.call('POST', `/_emulator/clock?mailbox=${mailbox}`, { key: null, body });
const clock = async () => (await rig.call('GET', '/_emulator/clock', { key: null })).body;

describe('the clock', () => {
  test('begins with the time of its base', async () => {
    expect(await clock()).toEqual({ now: '2026-01-15T08:30:00.250Z', offsetSeconds: 0 });
    rig.clock.advance(1000);
    expect(await clock()).toEqual({ now: '2026-01-15T08:30:01.250Z', offsetSeconds: 0 });
  });

  test('is advanced, set and reset, and goes on with its base', async () => {
    const advanced = { now: '2026-01-15T08:31:00.750Z', offsetSeconds: 60.5 };
    expect(await move({ advanceSeconds: 60.5 })).toMatchObject({ status: 200, body: advanced });
    expect((await move({ advanceSeconds: 1 })).body.offsetSeconds).toBe(61.5);
    rig.clock.advance(500);
    expect(await clock()).toEqual({ now: '2026-01-15T08:31:02.250Z', offsetSeconds: 61.5 });
    const set = { now: '2026-01-14T00:00:00.000Z', offsetSeconds: -117_000.75 };
    expect((await move({ now: '2026-01-14T01:00:00+01:00' })).body).toEqual(set);
    expect((await move({ reset: true })).body.offsetSeconds).toBe(0);
  });

  test('is that of one mailbox, and reset with it', async () => {
    await createMailbox(rig.emulator, 'mine');
    await move({ advanceSeconds: 60 }, 'mine');
    expect((await clock()).offsetSeconds).toBe(0);
    await move({ advanceSeconds: 30 });
    await rig.call('DELETE', '/_emulator', { key: null });
    expect((await clock()).offsetSeconds).toBe(0);
    expect((await rig.call('GET', '/_emulator/clock?mailbox=mine', { key: null })).body.offsetSeconds).toBe(60);
  });

  test.each([
    [{}, /exactly one of advanceSeconds, now and reset/],
    [{ advanceSeconds: 1, reset: true }, /exactly one/],
    [{ advanceSeconds: -1 }, /^advanceSeconds: must be at least 0/],
    [{ advanceSeconds: '1' }, /^advanceSeconds: must be a number/],
    [{ advanceSeconds: 1e308 }, /^advanceSeconds: the time must be from 1970-01-01T00:00:00.000Z to 9999/],
    [{ now: 'soon' }, /^now: must be a date and time/],
    [{ now: '1969-12-31T23:59:59Z' }, /^now: the time must be from/],
    [{ now: '9999-12-30T00:00:01Z' }, /^now: the time must be from/],
    [{ reset: false }, /^reset: must be true/],
    [{ seconds: 1 }, /^seconds: unknown member; use advanceSeconds, now, reset/],
  ])('is not moved by %j', async (body, message) => {
    const answer = await move(body);
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 'BadRequest' } } });
    expect(answer.body.error.message).toMatch(message);
    expect((await clock()).offsetSeconds).toBe(0);
  });
});

describe('after the clock was advanced', () => {
  test('requests signed with the time of the base are accepted, and no others', async () => {
    await move({ advanceSeconds: 3600 });
    const answer = await rig.call('POST', IDENTITIES);
    expect(answer.status).toBe(201);
    expect(answer.headers.get('date')).toBe('Thu, 15 Jan 2026 08:30:00 GMT');
  });

  test('user tokens and Entra tokens expire', async () => {
    const { token } = await createUser(rig); // for 24 hours, the default of ACS
    const entra = await rig.call('POST', '/_emulator/entraToken', { key: null });
    await move({ advanceSeconds: 24 * 3600 - 1 });
    expect((await rig.call('GET', THREADS, { token })).status).toBe(200);
    expect((await rig.call('POST', IDENTITIES, { token: entra.body.token })).status).toBe(401);
    await move({ advanceSeconds: 2 });
    expect((await rig.call('GET', THREADS, { token })).status).toBe(401);
    await move({ reset: true });
    expect((await rig.call('GET', THREADS, { token })).status).toBe(200);
  });

  test('email messages have settled', async () => {
    const id = await sendEmail(rig, ['someone@example.com']);
    const operation = async () => (await rig.call('GET', `/emails/operations/${id}?api-version=2025-09-01`)).body;
    expect(await operation()).toMatchObject({ status: 'NotStarted' });
    await move({ advanceSeconds: 3 });
    expect(await operation()).toMatchObject({ status: 'Succeeded' });
  });

  test('the events that are due have been sent before the answer', async () => {
    await rig.set({ delaySeconds: 3600 });
    await sendSms(rig, ['+14255550123']);
    await move({ advanceSeconds: 3599 });
    expect(rig.queue).toEqual([]);
    await move({ advanceSeconds: 1 });
    expect(rig.queue).toMatchObject([{ eventTime: '2026-01-15T09:30:00.250Z', data: { to: '+14255550123' } }]);
  });

  test('quota windows have passed, and begin again when it is moved back', async () => {
    await rig.call('PUT', '/_emulator/quotas', { key: null, body: { sms: { tollFree: 1 } } });
    const send = async () => (await rig.call('POST', SMS, { body: message({ to: '+14255550123' }) })).status;
    expect([await send(), await send()]).toEqual([202, 429]);
    await move({ advanceSeconds: 61 });
    expect([await send(), await send()]).toEqual([202, 429]);
    await move({ reset: true });
    expect([await send(), await send()]).toEqual([202, 429]);
  });

  test('a known repeatability id is outside its window, and new ids work', async () => {
    const known = repeatable();
    const [first] = await send(known);
    await move({ advanceSeconds: 299 });
    expect(await send(known)).toEqual([first]);
    await move({ advanceSeconds: 2 });
    const added = repeatable();
    const [other] = await send(added);
    expect(other).toMatchObject({ httpStatusCode: 202 });
    expect(await send(added)).toEqual([other]);
    const rejected = { httpStatusCode: 412, errorMessage: 'RepeatabilityFirstSentOutsideWindow', successful: false };
    expect(await send(known)).toMatchObject([rejected]);
    await move({ advanceSeconds: 301 });
    expect(await send(added)).toMatchObject([rejected]);
  });

  test('an expired id with a new first-sent is sent again', async () => {
    const known = repeatable();
    const [first] = await send(known);
    await move({ advanceSeconds: 301 });
    rig.clock.advance(1000);
    const again = { ...known, repeatabilityFirstSent: rig.clock.rfc1123() };
    const [second] = await send(again);
    expect(second).toMatchObject({ httpStatusCode: 202 });
    expect(second.messageId).not.toBe(first.messageId);
    expect(await send(again)).toEqual([second]);
  });
});

function message(recipient: object) {
  return { from: '+18005550100', smsRecipients: [recipient], message: 'Hello' };
}

function repeatable() {
  const repeatabilityFirstSent = rig.clock.rfc1123();
  return { to: '+14255550123', repeatabilityRequestId: randomUUID(), repeatabilityFirstSent };
}

async function send(recipient: object) {
  return (await rig.call('POST', SMS, { body: message(recipient) })).body.value;
}
