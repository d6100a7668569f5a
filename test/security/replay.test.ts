import { randomUUID } from 'node:crypto';
import { describe, expect, inject, test } from 'vitest';
import * as z from 'zod';
import { importKey, sign } from '../../shared/signing/sign.ts';
import { emailsTo, identityIds, smsTo, threadsAbout } from '../setup/emulator.ts';
import { SENDER, uniqueAddress, uniquePhone, uniqueTopic } from '../setup/names.ts';
import { answerOf, connectionOf, type JsonAnswer } from '../setup/switchboard.ts';

const { switchboard, acs } = inject('stack');
const key = importKey(connectionOf(switchboard).accessKey);

interface Captured {
  readonly url: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A signed request as somebody on the way has seen it. */
function captured(target: string, json: unknown, headers: Record<string, string> = {}): Captured {
  const [url, body] = [`${switchboard}${target}?api-version=2024-03-15`, JSON.stringify(json)];
  const { host: _, ...signature } = sign({ method: 'POST', url, body, date: new Date() }, key);
  return { url, body, headers: { 'x-ms-client-request-id': randomUUID(), ...headers, ...signature } };
}

async function send({ url, body, headers }: Captured, more: Record<string, string> = {}): Promise<JsonAnswer> {
  return answerOf(await fetch(url, { method: 'POST', headers: { ...headers, ...more }, body }));
}

const smsBody = (to: string) => ({ from: SENDER, smsRecipients: [{ to }], message: 'Hello' });
const replayed = (answer: JsonAnswer) => answer.headers.get('idempotent-replayed');
const identityOf = (answer: JsonAnswer) =>
  z.object({ identity: z.object({ id: z.string() }) }).parse(answer.body).identity.id;
const denied = { status: 401, body: { error: { code: 'Denied', message: expect.stringMatching(/has been used/) } } };

describe('a request that was intercepted, sent again', () => {
  test('sends no second SMS', async () => {
    const to = uniquePhone();
    const request = captured('/sms', smsBody(to));
    const first = await send(request);
    expect(first.status).toBe(202);
    for (const more of [{}, { 'x-ms-client-request-id': randomUUID() }]) {
      const again = await send(request, more);
      expect(again).toMatchObject({ status: 202, body: first.body });
      expect(replayed(again)).toBe('true');
    }
    expect(await smsTo(acs, to)).toHaveLength(1);
  });

  test('sends no second email', async () => {
    const to = uniqueAddress();
    const content = { subject: 'Hello', plainText: 'Hello' };
    const json = { senderAddress: 'news@contoso.com', content, recipients: { to: [{ address: to }] } };
    const request = captured('/emails:send', json);
    const [first, again] = [await send(request), await send(request)];
    expect(again).toMatchObject({ status: 202, body: first.body });
    expect(await emailsTo(acs, to)).toHaveLength(1);
  });

  test('is no second batch', async () => {
    const request = captured('/sms/batches', { from: SENDER, message: 'Hello', recipients: [uniquePhone()] });
    const [first, again] = [await send(request), await send(request)];
    const id = z.object({ id: z.string() });
    expect(id.parse(again.body)).toEqual(id.parse(first.body));
  });

  test('gets no second token', async () => {
    const created = await send(captured('/identities', {}));
    const id = encodeURIComponent(identityOf(created));
    const request = captured(`/identities/${id}/:issueAccessToken`, { scopes: ['chat'] });
    expect((await send(request)).status).toBe(200);
    expect(await send(request)).toMatchObject(denied);
  });

  test('gets no second token under a signed Idempotency-Key either, although that call may be repeated', async () => {
    const created = await send(captured('/identities', {}));
    const url = `${switchboard}/identities/${encodeURIComponent(identityOf(created))}/:issueAccessToken?api-version=2024-03-15`;
    const body = JSON.stringify({ scopes: ['chat'] });
    const headers = { 'idempotency-key': randomUUID() };
    const at = (secondsAgo: number): Captured => {
      const date = new Date(Date.now() - secondsAgo * 1000);
      const { host: _, ...signature } = sign({ method: 'POST', url, body, date, headers }, key);
      return { url, body, headers: { ...headers, ...signature } };
    };
    const request = at(2);
    expect((await send(request)).status).toBe(200);
    expect(await send(request)).toMatchObject(denied);
    expect(await send(at(0))).toMatchObject({ status: 200 }); // its sender repeats it under a new signature
  });

  test('creates nothing under no name', async () => {
    const topic = uniqueTopic();
    const request = captured('/chat/threads', { topic });
    expect((await send(request)).status).toBe(201);
    const { 'x-ms-client-request-id': _, ...unnamed } = request.headers;
    expect(await send({ ...request, headers: unnamed })).toMatchObject(denied);
    expect(await threadsAbout(acs, topic)).toHaveLength(1);
  });
});

test('equal requests of an official client within one second are carried out each', async () => {
  const date = new Date();
  const url = `${switchboard}/identities?api-version=2023-10-01`;
  const { host: _, ...signature } = sign({ method: 'POST', url, body: '{}', date }, key);
  const create = () => send({ url, body: '{}', headers: { ...signature, 'x-ms-client-request-id': randomUUID() } });
  const ids = (await Promise.all([create(), create(), create()])).map(identityOf);
  expect(new Set(ids).size).toBe(3);
  expect(await identityIds(acs)).toEqual(expect.arrayContaining(ids));
});

test('a read may be repeated', async () => {
  const url = `${switchboard}/sms/batches?api-version=2024-03-15`;
  const { host: _, ...headers } = sign({ method: 'GET', url, date: new Date() }, key);
  for (const _time of [1, 2]) expect((await fetch(url, { headers })).status).toBe(200);
});

test('one Idempotency-Key has one effect, also when the signed request is sent again', async () => {
  const to = uniquePhone();
  const request = captured('/sms', smsBody(to), { 'idempotency-key': randomUUID() });
  const [first, again] = [await send(request), await send(request)];
  expect(again).toMatchObject({ status: 202, body: first.body });
  expect(await smsTo(acs, to)).toHaveLength(1);
});
