import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contentHash, importKey, sign, signature } from '../../../shared/signing/sign.ts';
import { authorizationOf, DATE, EMPTY_HASH, KEY, VECTORS } from '../../../shared/signing/vectors.ts';
import { anyUrl } from './arbitraries.ts';

const key = importKey(KEY);
const date = new Date(DATE);
const ours = VECTORS.filter(({ signer }) => signer === undefined);

test('seven of the nine vectors are for our signer', () => {
  expect(ours.map(({ name }) => name.split(':')[0])).toEqual(['V1', 'V2', 'V2b', 'V2c', 'V3', 'V3b', 'V4']);
  expect(VECTORS).toHaveLength(9);
});

describe.each(ours)('$name', (vector) => {
  const expected = {
    host: vector.host,
    'x-ms-date': DATE,
    'x-ms-content-sha256': vector.contentHash,
    authorization: authorizationOf(vector.signature),
  };

  test('is produced from text', () => {
    expect(sign({ method: vector.method, url: vector.url, body: vector.body, date }, key)).toEqual(expected);
  });

  test('is produced from a lower-case method, a URL object and bytes', () => {
    const request = {
      method: vector.method.toLowerCase(),
      url: new URL(vector.url),
      body: new TextEncoder().encode(vector.body),
      date,
    };
    expect(sign(request, key)).toEqual(expected);
  });
});

test.each(VECTORS)('$name: the string to sign has this signature', ({ stringToSign, signature: expected }) => {
  expect(signature(stringToSign, key)).toBe(expected);
});

test.each([
  ['undefined', undefined],
  ['empty text', ''],
  ['no bytes', new Uint8Array()],
])('a body of %s has the hash of nothing', (_, body) => {
  expect(contentHash(body)).toBe(EMPTY_HASH);
  expect(sign({ method: 'GET', url: 'https://h.example/', body, date }, key)['x-ms-content-sha256']).toBe(EMPTY_HASH);
});

test('a URL that is not absolute is refused', () => {
  expect(() => sign({ method: 'GET', url: '/sms', date }, key)).toThrow(TypeError);
});

/** One origin, other paths and queries: most of these need no URL parser. */
const related = fc.tuple(
  fc.constantFrom(
    'https://h.example',
    'http://h.example:8787',
    'https://u:p@h.example',
    'https://H.example',
    'foo://h',
  ),
  fc.oneof(
    fc.stringMatching(/^\/[\w.~%:@!$&'()*+,;=/?#\\-]*$/),
    anyUrl.map((url) => url.replace(/^\w+:\/\/[^/?]*/, '')),
    fc.constantFrom(
      '',
      '/',
      '?a=b',
      '/a/../b',
      '/%2e%2E/b',
      '/.',
      '/a/.%2e',
      '/a?',
      '/a?b',
      '/a?b=c#d',
      '\\a',
      '@x.example/a',
    ),
  ),
);

test('a URL is signed as `URL` reads it, whichever URL was signed before', () => {
  fc.assert(
    fc.property(fc.array(related, { minLength: 2, maxLength: 6 }), (parts) => {
      for (const url of parts.map((it) => it.join('')).filter((it) => URL.canParse(it))) {
        expect(sign({ method: 'GET', url, date }, key)).toEqual(sign({ method: 'GET', url: new URL(url), date }, key));
      }
    }),
    { numRuns: 500 },
  );
});

test.each(['blob:https://h.example/a', 'foo://h.example/a', 'data:,a'])('%s leaves nothing behind', (url) => {
  sign({ method: 'GET', url, date }, key);
  for (const next of ['null/sms', '/sms'])
    expect(() => sign({ method: 'GET', url: next, date }, key)).toThrow(TypeError);
  expect(sign({ method: 'GET', url: 'https://h.example/sms', date }, key).host).toBe('h.example');
});

test('nothing is carried over from one signature to the next', () => {
  const urls = ['https://one.example/a?x=1', 'https://two.example/b', 'https://one.example/a?x=1'];
  const times = [DATE, 'Thu, 15 Jan 2026 08:30:01 GMT'];
  const calls = urls.flatMap((url) => times.map((time) => ({ method: 'GET', url, date: new Date(time) })));
  const signed = calls.map((request) => sign(request, key));
  expect(signed.map((headers) => [headers.host, headers['x-ms-date']])).toEqual(
    calls.map(({ url, date: at }) => [new URL(url).host, at.toUTCString()]),
  );
  expect(new Set(signed.map(({ authorization }) => authorization)).size).toBe(4);
});

test('a URL object that is changed between two signatures is read again', () => {
  const url = new URL('https://one.example/a');
  const first = sign({ method: 'GET', url, date }, key);
  url.pathname = '/b';
  expect(sign({ method: 'GET', url, date }, key).authorization).not.toBe(first.authorization);
});

test('milliseconds are cut off, before 1970 too', () => {
  const dateOf = (milliseconds: number) =>
    sign({ method: 'GET', url: 'https://h.example/', date: new Date(milliseconds) }, key)['x-ms-date'];
  fc.assert(
    fc.property(fc.date({ noInvalidDate: true }), (at) => {
      expect(dateOf(at.getTime())).toBe(at.toUTCString());
    }),
  );
  expect(dateOf(-1)).toBe('Wed, 31 Dec 1969 23:59:59 GMT');
});

test('any bytes are hashed and any key signs as plain node:crypto does it', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ minLength: 1, maxLength: 100 }), (body, secret) => {
      const signed = sign(
        { method: 'PUT', url: 'https://h.example/p', body, date },
        importKey(Buffer.from(secret).toString('base64')),
      );
      const hash = createHash('sha256').update(body).digest('base64');
      const text = `PUT\n/p\n${DATE};h.example;${hash}`;
      expect(signed['x-ms-content-sha256']).toBe(hash);
      expect(signed.authorization).toBe(authorizationOf(createHmac('sha256', secret).update(text).digest('base64')));
    }),
  );
});
