import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { importKey, type SigningKey, sign } from '../../../shared/signing/sign.ts';
import { DATE, KEY } from '../../../shared/signing/vectors.ts';
import { verify } from '../../../shared/signing/verify.ts';
import { type Arrival, arrivalOfSigned, received } from './received.ts';

const key = importKey(KEY);
const now = new Date(DATE);
const QUERY = '?api-version=2024-03-15';
const GUID = '11111111-2222-3333-4444-555555555555_00000006-aaaa-bbbb-cccc-dddddddddddd';

/** A request signed for one spelling of its path, as it arrives from a host that shows another. */
function arrival(signed: string, shown: string): Arrival {
  const url = `https://h.example${signed}${QUERY}`;
  const it = arrivalOfSigned('POST', url, '{}', sign({ method: 'POST', url, body: '{}', date: now }, key));
  return { ...it, target: shown + QUERY, pathWasDecoded: true };
}

const verified = (signed: string, shown: string) => verify(received(arrival(signed, shown)), [key], now);

describe('a path whose encoding the host has undone', () => {
  // Each is the path as a client sent and signed it: escapes in either case, all characters or some.
  test.each([
    ['lower-case escapes', `/identities/8%3aacs%3a${GUID}`, `/identities/8:acs:${GUID}`],
    ['a mixed spelling', '/chat/threads/19:abc%40thread.v2/messages', '/chat/threads/19:abc@thread.v2/messages'],
    ['the other mixed one', '/chat/threads/19%3Aabc@thread.v2/messages', '/chat/threads/19:abc@thread.v2/messages'],
    ['lower-case and an action', `/identities/8%3aacs%3a${GUID}/:go`, `/identities/8:acs:${GUID}/:go`],
    ['an escaped action', '/chat/threads/19%3aabc%40thread.v2/%3ago', '/chat/threads/19:abc@thread.v2/:go'],
    ['an action behind an id', '/sms/batches/b%2B1:cancel', '/sms/batches/b+1:cancel'],
    ['escapes of .NET', '/identities/it%27s%20%28x%29%2A%21', "/identities/it's%20(x)*!"],
    ['text outside ASCII, lower-case', '/greetings/%c3%a9', '/greetings/%C3%A9'],
    ['a space and a colon, lower-case', '/greetings/a%20b%3ac%c3%a9', '/greetings/a%20b:c%C3%A9'],
    ['a slash inside a segment', '/greetings/8%3aa%2fb', '/greetings/8:a%2fb'],
    ['four choices', '/g/8%3Aa@b%2Bc/:go', '/g/8:a@b+c/:go'],
    ['many characters, all escaped', '/g/%3A%40%2B%3D%2C%3B', '/g/:@+=,;'],
    ['many characters, and a raw action', '/g/8%3A%40%2B%3D%2C%3B/:go', '/g/8:@+=,;/:go'],
  ])('is accepted with %s', (_, signed, shown) => {
    expect(verified(signed, shown)).toEqual({ ok: true, keyIndex: 0 });
  });

  test('is accepted however its few reserved characters were spelled', () => {
    const piece = fc.constantFrom('8', 'acs', 'thread.v2', '+1425', 'x_y', 'é');
    const separator = fc.constantFrom(':', '@', '+');
    const segments = fc.array(fc.tuple(piece, separator, piece), { minLength: 1, maxLength: 3 });
    const spell = (isLower: boolean, set: ReadonlySet<string>, text: string) =>
      [...text]
        .map((it) => (/[\w.-]/.test(it) || (':@+'.includes(it) && !set.has(it)) ? it : encodeURIComponent(it)))
        .join('')
        .replace(/%../g, (it) => (isLower ? it.toLowerCase() : it));
    fc.assert(
      fc.property(segments, fc.boolean(), fc.subarray([':', '@', '+']), (parts, isLower, escaped) => {
        const texts = parts.map((it) => it.join(''));
        const signed = texts.map((it) => `/${spell(isLower, new Set(escaped), it)}`).join('');
        const shown = texts.map((it) => `/${it.replaceAll('é', '%C3%A9')}`).join('');
        expect(verified(signed, shown)).toEqual({ ok: true, keyIndex: 0 });
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ['another id', '/identities/8%3aacs%3ax', '/identities/8:acs:y'],
    ['a slash where an escape was', '/identities/8%2facs', '/identities/8/acs'],
    ['an escape where a slash was', '/identities/8/acs', '/identities/8%2Facs'],
    ['an escaped escape', '/identities/8%253Aacs', '/identities/8:acs'],
    ['an escape undone once more', '/identities/8:acs', '/identities/8%253Aacs'],
    ['an unreserved character in the other case', '/identities/8:ACS', '/identities/8:acs'],
  ])('is refused for %s', (_, signed, shown) => {
    expect(verified(signed, shown)).toMatchObject({ ok: false, part: 'signature' });
  });
});

test('a long target is accepted as it was received', () => {
  const path = `/greetings/8:acs:${'x'.repeat(5000)}`;
  expect(verified(path, path)).toMatchObject({ ok: true });
});

describe('a refusal is cheap', () => {
  /** Counts the signatures made with it. */
  function counting(): { readonly key: SigningKey; readonly made: () => number } {
    let count = 0;
    const other = importKey(Buffer.from('another key').toString('base64'));
    return {
      key: {
        hmac: (text) => {
          count += 1;
          return other.hmac(text);
        },
      },
      made: () => count,
    };
  }

  test.each<[string, string, number, string?]>([
    ['an ordinary path', '/sms', 1],
    ['an identity', `/identities/8:acs:${GUID}/:issueAccessToken`, 8],
    ['a thread', '/chat/threads/19:abc@thread.v2/messages', 8],
    ['every reserved character', "/g/:@!$&'()*+,;=/:@!$&'()*+,;=", 40],
    ['thousands of segments', '/:@+'.repeat(3000), 1],
    ['thousands of characters', `/${":@!$&'()*+,;=".repeat(3000)}`, 1],
    ['a query of thousands of characters', `/identities/8:acs:${GUID}`, 1, 'x'.repeat(15_000)],
  ])('for %s', (_, path, most, value = 'b') => {
    const { key: counted, made } = counting();
    const it = { ...arrival('/sms', path), target: `${path}?a=${value}` };
    expect(verify(received(it), [counted], now)).toMatchObject({ part: 'signature' });
    expect(made()).toBeGreaterThan(0);
    expect(made()).toBeLessThanOrEqual(most);
  });
});

describe('a path signed without its leading slash', () => {
  const url = 'http://127.0.0.1:7071/sms?api-version=2021-03-07';
  // azure-communication-sms for Python cuts len(host) + 8 characters off the URL, which is one too many over http:
  // https://github.com/Azure/azure-sdk-for-python/blob/main/sdk/communication/azure-communication-sms/azure/communication/sms/_shared/policy.py
  const withoutSlash = (): Arrival => {
    const it = arrivalOfSigned('POST', url, '{}', sign({ method: 'POST', url, body: '{}', date: now }, key));
    const text = `POST\nsms?api-version=2021-03-07\n${DATE};127.0.0.1:7071;${it.headers['x-ms-content-sha256']}`;
    const authorization = `HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=${signatureOf(text)}`;
    return { ...it, headers: { ...it.headers, authorization } };
  };

  test('is accepted over http on this machine only', () => {
    expect(verify(received({ ...withoutSlash(), isLoopbackHttp: true }), [key], now)).toMatchObject({ ok: true });
    expect(verify(received(withoutSlash()), [key], now)).toMatchObject({ ok: false, part: 'signature' });
  });

  test('is still no signature for another path', () => {
    const other = { ...withoutSlash(), target: '/smz?api-version=2021-03-07', isLoopbackHttp: true };
    expect(verify(received(other), [key], now)).toMatchObject({ ok: false, part: 'signature' });
  });
});

function signatureOf(text: string): string {
  return createHmac('sha256', Buffer.from(KEY, 'base64')).update(text).digest('base64');
}
