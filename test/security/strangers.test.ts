import { request } from 'node:http';
import { expect, inject, test } from 'vitest';
import { otherStrings } from '../../shared/signing/canonical.ts';
import { importKey, type SigningKey } from '../../shared/signing/sign.ts';
import { verifyHeaders } from '../../shared/signing/verify.ts';
import { createDice } from '../setup/random.ts';

const { switchboard } = inject('stack');
const dice = createDice('strangers');
const RESERVED = ":@!$&'()*+,;=";
const EMPTY_HASH = '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=';
const SIGNATURE = dice.base64(32);
const AUTHORIZATION = `HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=${SIGNATURE}`;

/** The keys of 50 clients, and how often one of them was used. */
function fiftyClients(): { readonly keys: readonly SigningKey[]; readonly used: () => number } {
  let count = 0;
  const { hmac } = importKey(dice.base64(48));
  const key: SigningKey = {
    hmac: (text) => {
      count += 1;
      return hmac(text);
    },
  };
  return { keys: Array.from({ length: 100 }, () => key), used: () => count };
}

function hmacsFor(target: string, headers: Readonly<Record<string, string>>): number {
  const { keys, used } = fiftyClients();
  const now = new Date();
  const all: Record<string, string> = { 'x-ms-date': now.toUTCString(), 'x-ms-content-sha256': EMPTY_HASH, ...headers };
  const hosts = ['switchboard.contoso.com', 'app.azurewebsites.net:443'];
  const received = { method: 'POST', target, pathWasDecoded: true, hosts, header: (name: string) => all[name] };
  expect(verifyHeaders(received, keys, now)).toMatchObject({ ok: false });
  return used();
}

test.each([
  ['just under 2,048 characters', `/g/${RESERVED.repeat(156)}?a=:`],
  ['every reserved character', `/g/${RESERVED}/${RESERVED}?a=:`],
  ['a query as long as a request can be', `/sms/batches?message=${':'.repeat(15_900)}`],
])('a stranger costs at most 40 signatures a key, with %s', (_, target) => {
  const facts = { date: new Date().toUTCString(), contentHash: EMPTY_HASH, more: [] };
  const hosts = ['switchboard.contoso.com', 'app.azurewebsites.net:443'];
  const others = [...otherStrings({ method: 'POST', target, pathWasDecoded: true, hosts }, facts)];
  const hmacs = hmacsFor(target, { authorization: AUTHORIZATION });
  expect(hmacs).toBe(100 * (1 + others.length));
  expect(hmacs).toBeLessThanOrEqual(100 * 40);
});

test.each([
  ['no Authorization', {}],
  ['another scheme', { authorization: `Basic ${SIGNATURE}` }],
  ['a signature that is none', { authorization: AUTHORIZATION.replace(SIGNATURE, 'AAAA') }],
  ['an unknown header', { authorization: AUTHORIZATION.replace('sha256&', 'sha256;x-other&') }],
  ['a date of yesterday', { authorization: AUTHORIZATION, 'x-ms-date': 'Thu, 15 Jan 2026 08:30:00 GMT' }],
])('no key is tried for %s', (_, headers) => {
  expect(hmacsFor('/sms?api-version=2024-03-15', headers)).toBe(0);
});

/** A request without any help of the signing client. */
function statusOf(headers: Readonly<Record<string, string>>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const outgoing = request(`${switchboard}/chat/threads?api-version=2024-03-15`, { method: 'POST', headers });
    outgoing.once('response', (incoming) => {
      incoming.resume();
      resolve(incoming.statusCode);
    });
    outgoing.once('error', reject);
    outgoing.end('{}');
  });
}

test.each([
  ['a client’s name', 'Bearer everything'],
  ['a token without end', `Bearer eyJ${'a'.repeat(9000)}.eyJ.a`],
  ['a signature of nobody', AUTHORIZATION],
  ['nothing', 'HMAC-SHA256'],
])('who brings %s as Authorization is refused', async (_, authorization) => {
  const headers = { authorization, 'x-ms-date': new Date().toUTCString(), 'x-ms-content-sha256': EMPTY_HASH };
  expect(await statusOf(headers)).toBe(401);
});
