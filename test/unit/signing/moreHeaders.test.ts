import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAuthorization, SIGNABLE_HEADERS, stringToSign } from '../../../shared/signing/canonical.ts';
import { contentHash, importKey, sign, signature } from '../../../shared/signing/sign.ts';
import { DATE, EMPTY_HASH, KEY, MORE_HEADERS_VECTOR as VECTOR } from '../../../shared/signing/vectors.ts';
import { verify, verifyHeaders } from '../../../shared/signing/verify.ts';
import { type Arrival, received } from './received.ts';

const key = importKey(KEY);
const now = new Date(DATE);
const { method, url, target, host, body, headers } = VECTOR;

/** The published request as it arrives, with other headers; undefined removes one. */
function arrival(changes: Record<string, string | undefined> = {}): Arrival {
  const signed = { 'x-ms-date': DATE, 'x-ms-content-sha256': VECTOR.contentHash, authorization: VECTOR.authorization };
  return { method, target, hosts: [host], body, headers: { ...headers, ...signed, ...changes } };
}

const verified = (it: Arrival) => verify(received(it), [key], now);
const signedHeaders = (list: string) => VECTOR.authorization.replace('acting-user;idempotency-key', list);

describe('further signed headers', () => {
  test('are signed as the published vector says', () => {
    expect(contentHash(body)).toBe(VECTOR.contentHash);
    expect(signature(VECTOR.stringToSign, key)).toBe(VECTOR.signature);
    expect(sign({ method, url, body, headers, date: now }, key)).toEqual({
      ...{ host, 'x-ms-date': DATE, 'x-ms-content-sha256': VECTOR.contentHash },
      authorization: VECTOR.authorization,
    });
  });

  test('are verified and named', () => {
    expect(verified(arrival())).toEqual({ ok: true, keyIndex: 0 });
    expect(verifyHeaders(received(arrival()), [key], now)).toMatchObject({
      moreHeaders: ['acting-user', 'idempotency-key'],
      signature: VECTOR.signature,
      signedOn: now,
    });
  });

  test.each([
    ['with another value', { 'acting-user': '8:acs:other' }],
    ['with one value more', { 'acting-user': `${headers['acting-user']}, 8:acs:other` }],
    ['with the values exchanged', { 'acting-user': 'order-17;a', 'idempotency-key': headers['acting-user'] }],
    ['in another order', { authorization: signedHeaders('idempotency-key;acting-user') }],
    ['one of them left out of the list', { authorization: signedHeaders('acting-user') }],
    ['the list cut to the three', { authorization: VECTOR.authorization.replace(/;acting-user;idempotency-key/, '') }],
    [
      'a value presented as that of another header',
      { authorization: signedHeaders('acting-user;operation-id'), 'operation-id': 'order-17;a' },
    ],
  ])('are refused %s', (_, changes) => {
    expect(verified(arrival(changes))).toMatchObject({ ok: false, part: 'signature' });
  });

  test.each([
    ['absent', { 'acting-user': undefined }, 'missing header', /'acting-user' is listed in SignedHeaders/],
    ['empty', { 'acting-user': '' }, 'missing header', /'acting-user' is listed in SignedHeaders/],
    ['not ASCII', { 'acting-user': 'é' }, 'malformed', /printable ASCII/],
    ['two lines', { 'acting-user': 'a\nidempotency-key:b' }, 'malformed', /printable ASCII/],
    ['named twice', { authorization: signedHeaders('acting-user;acting-user') }, 'malformed', /must read/],
    ['unknown', { authorization: signedHeaders('acting-user;x-other') }, 'malformed', /must read/],
    ['in capitals', { authorization: signedHeaders('Acting-User') }, 'malformed', /must read/],
  ])('that are %s are refused', (_, changes, part, message) => {
    expect(verified(arrival(changes))).toEqual({ ok: false, part, message: expect.stringMatching(message) });
  });

  test('are nothing that ACS takes', () => {
    expect(verified({ ...arrival(), isAcsScheme: true })).toMatchObject({ ok: false, part: 'malformed' });
    const three = sign({ method, url, body, date: now }, key);
    expect(verified({ ...arrival({ ...three }), isAcsScheme: true })).toMatchObject({ ok: true });
  });

  test.each([
    ['x-other', 'a'],
    ['acting-user', ''],
    ['acting-user', ' a'],
    ['acting-user', 'a\nb'],
    ['acting-user', 'é'],
  ])('cannot be signed: %s of %j', (name, value) => {
    expect(() => sign({ method, url, date: now, headers: { [name]: value } }, key)).toThrow(TypeError);
  });
});

test('no two lists of headers have one string to sign', () => {
  const value = fc.stringMatching(/^[!-~](?:[ -~]{0,8}[!-~])?$/);
  const list = fc
    .shuffledSubarray([...SIGNABLE_HEADERS])
    .chain((names) => fc.tuple(...names.map((name) => fc.tuple(fc.constant(name), value))));
  fc.assert(
    fc.property(list, list, (one, other) => {
      const [text, otherText] = [one, other].map((it) => stringToSign('GET', '/a', DATE, 'h', EMPTY_HASH, it));
      expect(text === otherText).toBe(JSON.stringify(one) === JSON.stringify(other));
    }),
    { numRuns: 500 },
  );
});

test('what is signed with further headers verifies, for every list of them', () => {
  const value = fc.stringMatching(/^[!-~](?:[ -~]{0,8}[!-~])?$/);
  const record = fc.dictionary(fc.constantFrom(...SIGNABLE_HEADERS), value);
  fc.assert(
    fc.property(record, (more) => {
      const signed = sign({ method, url, body, headers: more, date: now }, key);
      expect(verified({ method, target, hosts: [host], body, headers: { ...more, ...signed } })).toMatchObject({
        ok: true,
      });
      expect(parseAuthorization(signed.authorization)?.moreHeaders).toEqual(Object.keys(more));
    }),
    { numRuns: 200 },
  );
});
