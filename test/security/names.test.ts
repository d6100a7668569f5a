import { TableClient } from '@azure/data-tables';
import { describe, expect, inject, test } from 'vitest';
import { findConnection } from '../../infra/local/client/connection.ts';
import { tokenAt } from '../setup/credentials.ts';
import { EMAIL_SENDER, emailTo } from '../setup/emails.ts';
import { createChatUser, emailsTo, smsTo } from '../setup/emulator.ts';
import { SENDER, uniqueAddress, uniquePhone, uniqueTopic } from '../setup/names.ts';
import { answerOf, type ClientName, call, connectionOf } from '../setup/switchboard.ts';

const { switchboard, acs, acsConnectionString, storage } = inject('stack');
const VICTIM: ClientName = 'everything';
const OTHER: ClientName = 'plain';

const asClient = (client: ClientName) => (request: Parameters<typeof call>[1]) =>
  call(connectionOf(switchboard, client), request);
const [asVictim, asOther] = [asClient(VICTIM), asClient(OTHER)];

/** A call with a bearer token and no signature. */
async function asBearer(token: string, target: string, body: unknown, headers: Record<string, string> = {}) {
  const url = `${switchboard}${target}?api-version=2024-03-15`;
  const sent = { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers };
  return answerOf(await fetch(url, { method: 'POST', headers: sent, body: JSON.stringify(body) }));
}

/** How many operations the ledger holds. */
async function answersKept(): Promise<number> {
  const table = TableClient.fromConnectionString(storage ?? '', 'answers', { allowInsecureConnection: true });
  let count = 0;
  for await (const _ of table.listEntities({ queryOptions: { select: ['rowKey'] } })) count += 1;
  return count;
}

describe('a stranger with a client’s Idempotency-Key', () => {
  const body = (topic: string) => ({ topic });

  test('reads nothing that the client has stored, and learns nothing of it', async () => {
    const headers = { 'Idempotency-Key': crypto.randomUUID() };
    const topic = uniqueTopic();
    const own = await asVictim({ method: 'POST', target: '/chat/threads', body: body(topic), headers });
    expect(own.status).toBe(201);
    for (const token of [VICTIM, tokenAt(new Date()), tokenAt(new Date(), { skypeid: VICTIM })]) {
      for (const text of [topic, 'another body']) {
        expect((await asBearer(token, '/chat/threads', body(text), headers)).status).toBe(401);
      }
    }
  });

  test('does not use it up, and leaves no row behind', async () => {
    const headers = { 'Idempotency-Key': crypto.randomUUID() };
    const before = await answersKept();
    const tokens = [VICTIM, tokenAt(new Date()), tokenAt(new Date(), { skypeid: `acs:a_${crypto.randomUUID()}` })];
    for (const token of tokens) {
      expect((await asBearer(token, '/chat/threads', body('occupied'), headers)).status).toBe(401);
    }
    expect(await answersKept()).toBe(before);
    const own = await asVictim({ method: 'POST', target: '/chat/threads', body: body(uniqueTopic()), headers });
    expect(own.status).toBe(201);
  });

  test('is kept apart from a genuine user, who is served once for its key', async () => {
    const { token } = await createChatUser(acsConnectionString);
    const headers = { 'Idempotency-Key': crypto.randomUUID() };
    const topic = uniqueTopic();
    const own = await asVictim({ method: 'POST', target: '/chat/threads', body: body(topic), headers });
    const user = await asBearer(token, '/chat/threads', body(topic), headers);
    const again = await asBearer(token, '/chat/threads', body(topic), headers);
    expect([user.status, again.status]).toEqual([201, 201]);
    expect(again.body).toEqual(user.body);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(user.body).not.toEqual(own.body);
  });
});

describe('an id that another client has chosen before', () => {
  test('does not keep an email from being sent', async () => {
    const id = crypto.randomUUID();
    const [decoy, to] = [uniqueAddress(), uniqueAddress()];
    const headers = { 'Operation-Id': id };
    const send = (address: string) => ({
      ...{ method: 'POST', target: '/emails:send', headers },
      body: emailTo([address], { senderAddress: EMAIL_SENDER }),
    });
    expect((await asOther(send(decoy))).status).toBe(202);
    expect(await asVictim(send(to))).toMatchObject({ status: 202, body: { id } });
    expect(await emailsTo(acs, to)).toHaveLength(1);
    expect(await emailsTo(acs, decoy)).toHaveLength(1);
  });

  test('does not keep an SMS message from being sent', async () => {
    const ids = { repeatabilityRequestId: crypto.randomUUID(), repeatabilityFirstSent: new Date().toUTCString() };
    const [decoy, to] = [uniquePhone(), uniquePhone()];
    const send = (number: string) => ({
      ...{ method: 'POST', target: '/sms' },
      body: { from: SENDER, message: 'Hello', smsRecipients: [{ to: number, ...ids }] },
    });
    expect((await asOther(send(decoy))).status).toBe(202);
    expect(await asVictim(send(to))).toMatchObject({ status: 202, body: { value: [{ successful: true }] } });
    expect(await smsTo(acs, to)).toHaveLength(1);
  });

  test('does not keep a thread from being made', async () => {
    const headers = { 'repeatability-request-id': crypto.randomUUID() };
    const create = (topic: string) => ({ method: 'POST', target: '/chat/threads', headers, body: { topic } });
    const theirs = await asOther(create(uniqueTopic()));
    const own = await asVictim(create(uniqueTopic()));
    expect([theirs.status, own.status]).toEqual([201, 201]);
    expect(own.body).not.toEqual(theirs.body);
  });
});

describe('an email that another app has sent directly', () => {
  test('is a 404 for every client, under every id and however often', async () => {
    const id = crypto.randomUUID();
    const address = uniqueAddress();
    const sent = await call(findConnection(acsConnectionString), {
      method: 'POST',
      target: '/emails:send?api-version=2025-09-01',
      body: emailTo([address]),
      headers: { 'Operation-Id': id },
    });
    expect(sent.status).toBe(202);
    const answers = await Promise.all(
      [id, ...Array.from({ length: 40 }, () => crypto.randomUUID())].map((it) =>
        asOther({ method: 'GET', target: `/emails/operations/${it}` }),
      ),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([404]));
  });

  test('is not taken over by sending with its id', async () => {
    const id = crypto.randomUUID();
    const [theirs, own] = [uniqueAddress(), uniqueAddress()];
    const headers = { 'Operation-Id': id };
    await call(findConnection(acsConnectionString), {
      method: 'POST',
      target: '/emails:send?api-version=2025-09-01',
      body: emailTo([theirs]),
      headers,
    });
    const answer = await asVictim({ method: 'POST', target: '/emails:send', body: emailTo([own]), headers });
    expect(answer).toMatchObject({ status: 202, body: { id } });
    expect(await emailsTo(acs, own)).toHaveLength(1);
  });
});
