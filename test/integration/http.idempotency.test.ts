import { describe, expect, inject, test } from 'vitest';
import { createChatUser, emailsTo, smsTo, threadsAbout } from '../setup/emulator.ts';
import { SENDER, uniqueAddress, uniquePhone, uniqueTopic } from '../setup/names.ts';
import { type ClientName, call, connectionOf, type JsonRequest } from '../setup/switchboard.ts';

const { switchboard, acs, acsConnectionString } = inject('stack');

function callAs(client: ClientName, key: string, request: JsonRequest) {
  const headers = { ...request.headers, 'Idempotency-Key': key };
  return call(connectionOf(switchboard, client), { ...request, headers });
}

const sms = (...to: string[]): JsonRequest => ({
  method: 'POST',
  target: '/sms',
  body: { from: SENDER, smsRecipients: to.map((number) => ({ to: number })), message: 'Hello' },
});

const mail = (to: string): JsonRequest => ({
  method: 'POST',
  target: '/emails:send',
  body: {
    senderAddress: 'news@contoso.com',
    recipients: { to: [{ address: to }] },
    content: { subject: 'Subject', plainText: 'Text' },
  },
});

describe('a repeated Idempotency-Key', () => {
  test('sends a text once to each recipient', async () => {
    const to = [uniquePhone(), uniquePhone()];
    const key = crypto.randomUUID();
    const first = await callAs('everything', key, sms(...to));
    const second = await callAs('everything', key, sms(...to));
    expect(first.status).toBe(202);
    expect(second).toMatchObject({ status: 202, body: first.body });
    expect([first, second].map(({ headers }) => headers.get('idempotent-replayed'))).toEqual([null, 'true']);
    for (const number of to) expect(await smsTo(acs, number)).toHaveLength(1);
  });

  test('sends a text once when both arrive together', async () => {
    const to = uniquePhone();
    const key = crypto.randomUUID();
    const answers = await Promise.all(['a', 'b', 'c', 'd'].map(() => callAs('everything', key, sms(to))));
    const statuses = answers.map(({ status }) => status);
    expect(statuses).toContain(202);
    expect(statuses.filter((status) => status !== 202 && status !== 409)).toEqual([]);
    expect(await smsTo(acs, to)).toHaveLength(1);
  });

  test('sends a mail once, under one operation id', async () => {
    const to = uniqueAddress();
    const key = crypto.randomUUID();
    const first = await callAs('everything', key, mail(to));
    const second = await callAs('everything', key, mail(to));
    expect(first).toMatchObject({ status: 202, body: { id: expect.stringMatching(/^[0-9a-f-]{36}$/) } });
    expect(second).toMatchObject({ status: 202, body: { id: (first.body as { id: string }).id } });
    expect(await emailsTo(acs, to)).toHaveLength(1);
  });

  test('makes one identity; its token is a new one, because tokens are not kept', async () => {
    const key = crypto.randomUUID();
    const request: JsonRequest = { method: 'POST', target: '/identities', body: { createTokenWithScopes: ['chat'] } };
    const first = await callAs('everything', key, request);
    const second = await callAs('everything', key, request);
    const { identity } = first.body as { identity: { id: string } };
    const token = expect.stringMatching(/^eyJ/);
    expect(first.status).toBe(201);
    expect(second).toMatchObject({ status: 201, body: { identity, accessToken: { token } } });
  });

  test('makes one chat thread', async () => {
    const { id } = await createChatUser(acsConnectionString);
    const topic = uniqueTopic();
    const key = crypto.randomUUID();
    const headers = { 'acting-user': id };
    const request: JsonRequest = { method: 'POST', target: '/chat/threads', headers, body: { topic } };
    const first = await callAs('everything', key, request);
    const second = await callAs('everything', key, request);
    expect(first.status).toBe(201);
    expect(second).toMatchObject({ status: 201, body: first.body });
    expect(await threadsAbout(acs, topic)).toHaveLength(1);
  });
});

describe('what is no repetition', () => {
  test('another request under the same key is refused', async () => {
    const [to, other] = [uniquePhone(), uniquePhone()];
    const key = crypto.randomUUID();
    await callAs('everything', key, sms(to));
    const answer = await callAs('everything', key, sms(other));
    expect(answer).toMatchObject({ status: 422, body: { error: { code: 'IdempotencyKeyReused' } } });
    expect(await smsTo(acs, other)).toEqual([]);
  });

  test('the same key of another client', async () => {
    const to = uniquePhone();
    const key = crypto.randomUUID();
    await callAs('everything', key, sms(to));
    await callAs('plain', key, sms(to));
    expect(await smsTo(acs, to)).toHaveLength(2);
  });

  test('another key', async () => {
    const to = uniqueAddress();
    await callAs('everything', crypto.randomUUID(), mail(to));
    await callAs('everything', crypto.randomUUID(), mail(to));
    expect(await emailsTo(acs, to)).toHaveLength(2);
  });

  test('the same request without a key, a second later', async () => {
    const to = uniquePhone();
    const connection = connectionOf(switchboard);
    for (const time of [Date.now() - 1000, Date.now()]) await call(connection, { ...sms(to), date: new Date(time) });
    expect(await smsTo(acs, to)).toHaveLength(2);
  });
});
