import { describe, expect, inject, test } from 'vitest';
import { errorEnvelope } from '../../shared/contract/common.ts';
import { contentHash, importKey, signature } from '../../shared/signing/sign.ts';
import { createChatUser, smsTo } from '../setup/emulator.ts';
import { SENDER, uniquePhone, uniqueTopic } from '../setup/names.ts';
import {
  answerOf,
  call,
  connectionOf,
  type JsonAnswer,
  sendChunked,
  signatureOf,
  TEST_CLIENTS,
} from '../setup/switchboard.ts';

const { switchboard, acs, acsConnectionString } = inject('stack');
const everything = connectionOf(switchboard);
const url = `${switchboard}/sms?api-version=2024-03-15`;
const MINUTE_MILLISECONDS = 60_000;

function smsBody(to = uniquePhone()): string {
  return JSON.stringify({ from: SENDER, smsRecipients: [{ to }], message: 'Hello' });
}

async function post(headers: Readonly<Record<string, string>>, body: string): Promise<JsonAnswer> {
  return answerOf(await fetch(url, { method: 'POST', headers, body }));
}

function expectDenied({ status, headers, body }: JsonAnswer, message: RegExp): void {
  const { error } = errorEnvelope.parse(body);
  expect({ status, code: error.code }).toEqual({ status: 401, code: 'Denied' });
  expect(error.message).toMatch(message);
  expect(headers.get('x-ms-error-code')).toBe('Denied');
}

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * MINUTE_MILLISECONDS);

describe('a signature', () => {
  test.each([6, -6])('made %i minutes ago is refused', async (minutes) => {
    const body = smsBody();
    const headers = signatureOf(everything, 'POST', url, { body, date: minutesAgo(minutes) });
    expectDenied(await post({ ...headers }, body), /x-ms-date.*more than 5 minutes/);
  });

  test.each([4, -4])('made %i minutes ago is taken', async (minutes) => {
    const body = smsBody();
    const headers = signatureOf(everything, 'POST', url, { body, date: minutesAgo(minutes) });
    expect((await post({ ...headers }, body)).status).toBe(202);
  });

  test('by a key that no client has is refused, and the right one is not told', async () => {
    const body = smsBody();
    const stranger = { ...everything, accessKey: Buffer.from('nobody').toString('base64') };
    const answer = await post({ ...signatureOf(stranger, 'POST', url, { body }) }, body);
    expectDenied(answer, /signature differs/);
    const { authorization } = signatureOf(everything, 'POST', url, { body });
    expect(JSON.stringify(answer.body)).not.toContain(authorization.split('Signature=')[1]);
  });

  test("by a client's second key is taken", async () => {
    const body = smsBody();
    const second = { ...everything, accessKey: TEST_CLIENTS.everything.keys[1] };
    expect((await post({ ...signatureOf(second, 'POST', url, { body }) }, body)).status).toBe(202);
  });

  test('of another body is refused, and nothing is sent', async () => {
    const to = uniquePhone();
    const headers = signatureOf(everything, 'POST', url, { body: smsBody() });
    expectDenied(await post({ ...headers }, smsBody(to)), /x-ms-content-sha256/);
    expect(await smsTo(acs, to)).toEqual([]);
  });

  test('of another method, path or query is refused', async () => {
    const body = smsBody();
    for (const [method, signedUrl] of [
      ['PUT', url],
      ['POST', url.replace('/sms', '/identities')],
      ['POST', url.replace('2024', '2025')],
      ['POST', url.replace('127.0.0.1', 'contoso.com')],
    ] as const) {
      const headers = signatureOf(everything, method, signedUrl, { body });
      expectDenied(await post({ ...headers }, body), /signature differs/);
    }
  });

  test.each(['authorization', 'x-ms-date', 'x-ms-content-sha256'])('without %s is refused', async (missing) => {
    const body = smsBody();
    const headers = Object.entries(signatureOf(everything, 'POST', url, { body }));
    const rest = Object.fromEntries(headers.filter(([name]) => name !== missing));
    expectDenied(await post(rest, body), new RegExp(missing, 'i'));
  });

  test('for a body in chunks is refused with a hint: the platform hands on no such body', async () => {
    const body = smsBody();
    const headers = signatureOf(everything, 'POST', url, { body });
    const answer = await sendChunked(url, 'POST', { ...headers }, [body.slice(0, 9), body.slice(9)]);
    expectDenied(answer, /no body arrived .*Content-Length/);
  });
});

describe('a request signed by hand', () => {
  const host = new URL(switchboard).host;

  function signedHeaders(target: string, body: string, dateHeader = 'x-ms-date'): Record<string, string> {
    const date = new Date().toUTCString();
    const hash = contentHash(body);
    const text = signature(`POST\n${target}\n${date};${host};${hash}`, importKey(everything.accessKey));
    const authorization = `HMAC-SHA256 SignedHeaders=${dateHeader};host;x-ms-content-sha256&Signature=${text}`;
    return { [dateHeader]: date, 'x-ms-content-sha256': hash, authorization };
  }

  test('over Date, as in the Postman tutorial, is taken', async () => {
    const body = smsBody();
    const headers = signedHeaders('/sms?api-version=2024-03-15', body, 'date');
    expect((await post(headers, body)).status).toBe(202);
    const later = new Date(Date.now() + MINUTE_MILLISECONDS).toUTCString();
    expectDenied(await post({ ...headers, date: later }, body), /signature differs/);
  });

  test('without the slash in front, as the Python client does over http, is taken', async () => {
    const body = smsBody();
    expect((await post(signedHeaders('sms?api-version=2024-03-15', body), body)).status).toBe(202);
    expectDenied(await post(signedHeaders('ms?api-version=2024-03-15', body), body), /signature differs/);
  });

  test.each([
    ['lower-case escapes', (id: string) => id.replaceAll(':', '%3a')],
    ['a mixed spelling', (id: string) => id.replace(':', '%3A')],
    ['an escaped digit', (id: string) => id.replace(/^8/, '%38')],
  ])('over a path with %s is taken', async (_what, spell) => {
    const { id } = await createChatUser(acsConnectionString);
    const target = `/identities/${spell(id)}/:issueAccessToken?api-version=2024-03-15`;
    const body = '{"scopes":["chat"]}';
    const send = (signed: string) =>
      fetch(switchboard + target, { method: 'POST', headers: signedHeaders(signed, body), body });
    expect((await send(target)).status).toBe(200);
    expect((await send(target.replace(/_[0-9a-f]{4}/, '_ffff'))).status).toBe(401);
  });
});

describe('a user token', () => {
  test('is taken for chat, and its user acts', async () => {
    const user = await createChatUser(acsConnectionString);
    const answer = await answerOf(
      await fetch(`${switchboard}/chat/threads?api-version=2024-03-15`, {
        method: 'POST',
        headers: { authorization: `Bearer ${user.token}` },
        body: JSON.stringify({ topic: uniqueTopic() }),
      }),
    );
    const createdBy = { communicationUserId: user.id };
    const chatThread = { createdByCommunicationIdentifier: createdBy };
    expect(answer).toMatchObject({ status: 201, body: { chatThread } });
  });

  test('is refused at once when it is none, whatever else is wrong with the request', async () => {
    for (const body of [JSON.stringify({ topic: uniqueTopic() }), '{"topic":5}', '{']) {
      const headers = { authorization: 'Bearer abc' };
      const answer = await answerOf(await fetch(`${switchboard}/chat/threads`, { method: 'POST', headers, body }));
      expectDenied(answer, /not a user access token/);
    }
  });

  test('is refused for everything else', async () => {
    const user = await createChatUser(acsConnectionString);
    expectDenied(await post({ authorization: `Bearer ${user.token}` }, smsBody()), /User tokens are for chat/);
  });
});

test('the health of the instance needs no key', async () => {
  const answer = await answerOf(await fetch(`${switchboard}/health`));
  expect(answer).toMatchObject({ status: 200, body: { status: 'healthy' } });
});

test('no answer says which client exists', async () => {
  const answer = await call(
    { ...everything, accessKey: Buffer.from('nobody').toString('base64') },
    {
      method: 'GET',
      target: '/chat/threads',
    },
  );
  const names = Object.values(TEST_CLIENTS).map(({ name }) => name);
  for (const name of names) expect(JSON.stringify(answer.body)).not.toContain(`'${name}'`);
});
