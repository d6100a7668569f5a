import { describe, expect, test } from 'vitest';
import { pathBelow, type Signer, signedRequest } from '../../../../shared/docs/page/signedRequest.ts';
import { importWebKey } from '../../../../shared/docs/page/webSigning.ts';
import { importKey } from '../../../../shared/signing/sign.ts';
import { DATE, KEY } from '../../../../shared/signing/vectors.ts';
import { verify } from '../../../../shared/signing/verify.ts';

const HOST = 'switchboard.contoso.com';
const UUID = '9b2f7c1e-4a5d-4e8b-8f3a-2c6d1e0b7a94';
const environment = { now: () => new Date(DATE), randomUUID: () => UUID };
const change = { isPublic: false, takesIdempotencyKey: true };

const signer = async (base = `https://${HOST}`): Promise<Signer> => ({
  ...{ key: await importWebKey(KEY), host: HOST, base },
});

type Sent = Awaited<ReturnType<typeof signedRequest>>;

/** As Switchboard checks what the browser sends. @param target as it arrives there */
function verified({ method, headers, body }: Sent, target: string) {
  const bytes = new TextEncoder().encode(typeof body === 'string' ? body : '');
  const received = { method, target, hosts: [HOST], body: bytes, header: (name: string) => headers[name] };
  return verify(received, [importKey(KEY)], new Date(DATE));
}

const POST = { url: `https://${HOST}/sms?api-version=2024-03-15`, method: 'POST' };

describe('a signed request is accepted', () => {
  test.each([
    ['without a body', undefined],
    ['with a body outside ASCII', '{"message":"Grüße 👋 \\"quoted\\" it’s"}'],
    ['with half a surrogate pair, which is sent as U+FFFD', '{"message":"\ud83d"}'],
  ])('%s', async (_, body) => {
    const headers = { 'Content-Type': 'application/json' };
    const sent = await signedRequest({ ...POST, headers, body }, change, await signer(), environment);
    expect(verified(sent, '/sms?api-version=2024-03-15')).toEqual({ ok: true, keyIndex: 0 });
  });

  test('behind a gateway that removes a path of its own', async () => {
    const url = 'https://api.contoso.com/acs/sms/batches?top=2&x=a%20b';
    const sent = await signedRequest(
      ...([
        { url, method: 'GET', headers: {} },
        change,
        await signer('https://api.contoso.com/acs'),
        environment,
      ] as const),
    );
    expect(verified(sent, '/sms/batches?top=2&x=a%20b')).toEqual({ ok: true, keyIndex: 0 });
    expect(verified(sent, '/acs/sms/batches?top=2&x=a%20b')).toMatchObject({ ok: false, part: 'signature' });
  });

  test('with the headers that Switchboard verifies in the signature', async () => {
    const headers = {
      'acting-user': ' 8:acs:anna ',
      'Idempotency-Key': 'order 17; a',
      'Content-Type': 'application/json',
    };
    const sent = await signedRequest({ ...POST, headers, body: '{}' }, change, await signer(), environment);
    expect(Object(sent.headers).authorization).toMatch(
      /SignedHeaders=x-ms-date;host;x-ms-content-sha256;idempotency-key;acting-user;content-type&/,
    );
    expect(verified(sent, '/sms?api-version=2024-03-15')).toMatchObject({ ok: true });
  });
});

test('a change gets an idempotency key, unless it has one', async () => {
  const send = async (headers: Readonly<Record<string, string>>, facts = change) =>
    (await signedRequest({ ...POST, headers }, facts, await signer(), environment)).headers['idempotency-key'];
  expect(await send({})).toBe(UUID);
  expect(await send({ 'Idempotency-Key': 'order-17' })).toBe('order-17');
  expect(await send({}, { ...change, takesIdempotencyKey: false })).toBeUndefined();
});

test('the request has neither the key nor a Host header, which browsers set', async () => {
  const sent = await signedRequest({ ...POST, headers: {}, body: '{}' }, change, await signer(), environment);
  expect(JSON.stringify(sent)).not.toContain(KEY.slice(0, 12));
  expect(Object.keys(sent.headers)).not.toContain('host');
});

test('what cannot be signed is refused', async () => {
  const withUser = { ...POST, headers: { 'acting-user': 'Zoë' } };
  await expect(signedRequest(withUser, change, await signer(), environment)).rejects.toThrow(/printable ASCII/);
  const withForm = { ...POST, headers: {}, body: new FormData() };
  await expect(signedRequest(withForm, change, await signer(), environment)).rejects.toThrow(/text only/);
});

test.each([
  ['https://a.example', 'https://a.example/sms?x=1', '/sms?x=1'],
  ['https://a.example/acs', 'https://a.example/acs/sms', '/sms'],
  ['https://a.example/acs/', 'https://a.example/acs/sms', '/sms'],
])('below %s, %s is %s', (base, url, path) => {
  expect(pathBelow(base, url)).toBe(path);
});
