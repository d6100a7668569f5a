import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contentHash, importKey, signature } from '../../../shared/signing/sign.ts';
import { authorizationOf, DATE, EMPTY_HASH, KEY, OTHER_KEY, VECTORS } from '../../../shared/signing/vectors.ts';
import { type Verification, verify } from '../../../shared/signing/verify.ts';
import { type Arrival, arrivalOf, received } from './received.ts';

const key = importKey(KEY);
const now = new Date(DATE);
const [sms] = VECTORS;
if (!sms) throw new Error('There are no vectors.');
const arrival = arrivalOf(sms);
const SIGNED = 'x-ms-date;host;x-ms-content-sha256';

function verified(change: Partial<Arrival>, at = now): Verification {
  return verify(received({ ...arrival, ...change }), [key], at);
}

function withHeader(name: string, value: string | undefined): Verification {
  return verified({ headers: { ...arrival.headers, [name]: value } });
}

test('the request is accepted before anything is changed', () => {
  expect(verified({})).toEqual({ ok: true, keyIndex: 0 });
});

describe.each([
  ['authorization', 'Authorization'],
  ['x-ms-date', 'x-ms-date'],
  ['x-ms-content-sha256', 'x-ms-content-sha256'],
])('without %s', (header, shown) => {
  test.each([undefined, ''])('(%j) the message says so', (value) => {
    expect(withHeader(header, value)).toEqual({
      ok: false,
      part: 'missing header',
      message: `The header '${shown}' is missing.`,
    });
  });
});

describe('a malformed Authorization', () => {
  test.each([
    ['another scheme', `HMAC-SHA512 SignedHeaders=${SIGNED}&Signature=${sms.signature}`],
    ['the scheme in lower case', `hmac-sha256 SignedHeaders=${SIGNED}&Signature=${sms.signature}`],
    ['a bearer token', 'Bearer eyJhbGciOiJSUzI1NiJ9.e30.AA'],
    ['no scheme', `SignedHeaders=${SIGNED}&Signature=${sms.signature}`],
    [
      'another order of headers',
      `HMAC-SHA256 SignedHeaders=host;x-ms-date;x-ms-content-sha256&Signature=${sms.signature}`,
    ],
    ['fewer headers', `HMAC-SHA256 SignedHeaders=x-ms-date;host&Signature=${sms.signature}`],
    ['more headers', `HMAC-SHA256 SignedHeaders=${SIGNED};date&Signature=${sms.signature}`],
    ['another order of parts', `HMAC-SHA256 Signature=${sms.signature}&SignedHeaders=${SIGNED}`],
    ['a comma between the parts', `HMAC-SHA256 SignedHeaders=${SIGNED}, Signature=${sms.signature}`],
    ['two spaces', `HMAC-SHA256  SignedHeaders=${SIGNED}&Signature=${sms.signature}`],
    ['a space in front', ` ${authorizationOf(sms.signature)}`],
    ['a line break at the end', `${authorizationOf(sms.signature)}\n`],
    ['a credential in front', `HMAC-SHA256 Credential=x&SignedHeaders=${SIGNED}&Signature=${sms.signature}`],
    ['something behind', `${authorizationOf(sms.signature)}&x=y`],
    ['no signature', authorizationOf('')],
    ['a percent-encoded signature', authorizationOf(encodeURIComponent(sms.signature))],
    ['a signature without padding', authorizationOf(sms.signature.slice(0, -1))],
    ['a signature in base64url', authorizationOf(`${'-_'.repeat(21)}A=`)],
    ['a signature of 31 bytes', authorizationOf(Buffer.alloc(31).toString('base64'))],
    ['a signature of 33 bytes', authorizationOf(Buffer.alloc(33).toString('base64'))],
    ['a second spelling of the right signature', authorizationOf(sms.signature.replace('AA=', 'AB='))],
  ])('%s', (_, value) => {
    expect(withHeader('authorization', value)).toMatchObject({ ok: false, part: 'malformed' });
  });

  test('the last one spells the same bytes', () => {
    const second = Buffer.from(sms.signature.replace('AA=', 'AB='), 'base64');
    expect(second.toString('base64')).toBe(sms.signature);
  });
});

test('a signature is malformed unless it is how base64 is written, for every last digit and any text', () => {
  const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const lastDigits = [...digits].map((it) => `${'A'.repeat(42)}${it}=`);
  const isWritten = (text: string) => {
    const bytes = Buffer.from(text, 'base64');
    return bytes.length === 32 && bytes.toString('base64') === text;
  };
  const partOf = (text: string) => verified({ headers: { ...arrival.headers, authorization: authorizationOf(text) } });
  for (const text of lastDigits) {
    expect(partOf(text)).toMatchObject({ part: isWritten(text) ? 'signature' : 'malformed' });
  }
  expect(lastDigits.filter(isWritten)).toHaveLength(16);
  const anyDigits = fc.array(fc.constantFrom(...digits, ...'-_= é'), { minLength: 42, maxLength: 45 });
  fc.assert(
    fc.property(anyDigits, fc.constantFrom('', '=', '=='), (characters, end) => {
      const text = characters.join('') + end;
      expect(partOf(text)).toMatchObject({ part: isWritten(text) ? 'signature' : 'malformed' });
    }),
    { numRuns: 2000 },
  );
});

test.each([
  ['ISO 8601', '2026-01-15T08:30:00Z'],
  ['epoch seconds', '1768465800'],
  ['the wrong day of the week', 'Fri, 15 Jan 2026 08:30:00 GMT'],
  ['no day of the week', '15 Jan 2026 08:30:00 GMT'],
  ['a zone in numbers', 'Thu, 15 Jan 2026 08:30:00 +0000'],
  ['UTC for GMT', 'Thu, 15 Jan 2026 08:30:00 UTC'],
  ['another zone', 'Thu, 15 Jan 2026 08:30:00 PST'],
  ['no zone', 'Thu, 15 Jan 2026 08:30:00'],
  ['RFC 850', 'Thursday, 15-Jan-26 08:30:00 GMT'],
  ['asctime', 'Thu Jan 15 08:30:00 2026'],
  ['lower case', 'thu, 15 jan 2026 08:30:00 gmt'],
  ['no leading zero', 'Thu, 15 Jan 2026 8:30:00 GMT'],
  ['no seconds', 'Thu, 15 Jan 2026 08:30 GMT'],
  ['a day that does not exist', 'Mon, 30 Feb 2026 08:30:00 GMT'],
  ['a space at the end', `${DATE} `],
  ['two dates', `${DATE}, ${DATE}`],
  ['words', 'now'],
  ['Invalid Date', 'Invalid Date'],
])('a malformed date: %s', (_, value) => {
  expect(withHeader('x-ms-date', value)).toMatchObject({ ok: false, part: 'malformed' });
});

test.each([
  ['hexadecimal', Buffer.from(sms.contentHash, 'base64').toString('hex')],
  ['without padding', sms.contentHash.slice(0, -1)],
  ['of another length', Buffer.alloc(20).toString('base64')],
  ['a second spelling', sms.contentHash.replace('h2w=', 'h2x=')],
  ['a space at the end', `${sms.contentHash} `],
  ['words', 'UNSIGNED-PAYLOAD'],
])('a malformed hash: %s', (_, value) => {
  expect(withHeader('x-ms-content-sha256', value)).toMatchObject({ ok: false, part: 'malformed' });
});

describe('the clocks', () => {
  const minutes5 = 5 * 60 * 1000;

  test.each([-minutes5, -1, 0, 1, minutes5])('%i ms apart are close enough', (difference) => {
    expect(verified({}, new Date(now.getTime() + difference))).toMatchObject({ ok: true });
  });

  test.each([-minutes5 - 1000, -minutes5 - 1, minutes5 + 1, minutes5 + 1000])('%i ms apart are not', (difference) => {
    const server = new Date(now.getTime() + difference);
    const verification = verified({}, server);
    expect(verification).toMatchObject({ ok: false, part: 'date' });
    expect(verification).toMatchObject({ message: expect.stringContaining(server.toUTCString()) });
  });
});

describe('the hash', () => {
  test.each<[string, Partial<Arrival>]>([
    ['another body', { body: `${sms.body} ` }],
    ['another hash, itself well signed', signedOver(EMPTY_HASH)],
  ])('%s', (_, change) => {
    expect(verified(change)).toMatchObject({
      ok: false,
      part: 'hash',
      message: expect.stringMatching(/generated content hash\.$/),
    });
  });

  test('the message names the likely reason when no body arrived', () => {
    expect(verified({ body: '' })).toMatchObject({ part: 'hash', message: expect.stringContaining('Content-Length') });
  });

  function signedOver(hash: string): Partial<Arrival> {
    const text = sms?.stringToSign.replace(sms.contentHash, hash) ?? '';
    const authorization = authorizationOf(signature(text, key));
    return { headers: { ...arrival.headers, authorization, 'x-ms-content-sha256': hash } };
  }
});

test.each<[string, Partial<Arrival>]>([
  ['method', { method: 'PUT' }],
  ['path', { target: arrival.target.replace('/sms', '/smz') }],
  ['path, in upper case', { target: arrival.target.replace('/sms', '/SMS') }],
  ['path, with a slash at its end', { target: arrival.target.replace('/sms', '/sms/') }],
  ['query', { target: `${arrival.target}&tag=x` }],
  ['query, absent', { target: '/sms' }],
  ['host', { hosts: ['fabrikam.communication.azure.com'] }],
  ['host, absent', { hosts: [] }],
  ['date', { headers: { ...arrival.headers, 'x-ms-date': 'Thu, 15 Jan 2026 08:30:01 GMT' } }],
])('the signature is for another %s', (_, change) => {
  expect(verified(change)).toMatchObject({ ok: false, part: 'signature' });
});

test('a signature for no host opens nothing', () => {
  const forNone = signature(sms.stringToSign.replace(`;${sms.host};`, ';;'), key);
  const headers = { ...arrival.headers, authorization: authorizationOf(forNone) };
  expect(verified({ headers, hosts: [''] })).toMatchObject({ ok: true });
  expect(verified({ headers, hosts: [] })).toMatchObject({ ok: false, part: 'signature' });
});

test('no key, no entry', () => {
  expect(verify(received(arrival), [], now)).toMatchObject({ ok: false, part: 'signature' });
});

test('no message gives away the signature or the hash that would have been right', () => {
  const wrong = [
    verify(received(arrival), [importKey(OTHER_KEY)], now),
    verified({ body: 'another' }),
    verified({ body: '' }),
    verified({ method: 'PUT' }),
    verified({}, new Date(0)),
    withHeader('authorization', 'HMAC-SHA256'),
    withHeader('x-ms-content-sha256', 'x'),
  ];
  const secrets = [
    ...[contentHash('another'), EMPTY_HASH, contentHash(sms.body), sms.signature, KEY],
    signature(sms.stringToSign.replace('POST', 'PUT'), key),
    signature(sms.stringToSign, importKey(OTHER_KEY)),
  ];
  for (const verification of wrong) {
    expect(verification.ok).toBe(false);
    for (const secret of secrets) expect(JSON.stringify(verification)).not.toContain(secret);
  }
});
