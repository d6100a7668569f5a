import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { importKey, sign } from '../../../shared/signing/sign.ts';
import { DATE, KEY } from '../../../shared/signing/vectors.ts';
import { type DifferingPart, MAXIMUM_CLOCK_SKEW_MILLISECONDS, verify } from '../../../shared/signing/verify.ts';
import { type Arrival, arrivalOfSigned, received } from './received.ts';

const key = importKey(KEY);
const now = new Date(DATE);
const ALPHANUMERIC = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'];
const PRINTABLE = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index));
/** The base64 of 32 bytes: of the last character only the upper four bits count, the others are zero. */
const DIGEST = /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/;

const signedRequest = fc
  .record({
    method: fc.constantFrom('GET', 'POST', 'DELETE'),
    host: fc.constantFrom('contoso.communication.azure.com', '127.0.0.1:8787', 'localhost:80', '[::1]:7071'),
    path: fc.constantFrom('/sms', '/emails:send', '/identities/8%3Aacs%3Ax_y/:issueAccessToken', '/a%20b/c~d'),
    query: fc.constantFrom('', '?api-version=2021-03-07', '?a=1&a=2&b', "?t=it's%20(x)*:~&u=%C3%A9", '?a=b=c'),
    body: fc.uint8Array({ maxLength: 60 }),
  })
  .map(({ method, host, path, query, body }): Arrival => {
    const url = `http://${host}${path}${query}`;
    return arrivalOfSigned(method, url, body, sign({ method, url, body, date: now }, key));
  });

/** A text with one character changed into another one of `alphabet`. */
function changed(text: string, at: number, alphabet: readonly string[], pick: number): string {
  const index = at % text.length;
  const others = alphabet.filter((character) => character !== text[index]);
  return text.slice(0, index) + others[pick % others.length] + text.slice(index + 1);
}

type Mutation = (arrival: Arrival, at: number, pick: number) => { arrival: Arrival; part: DifferingPart } | undefined;

function mutatedHeader(name: string, partOf: (value: string) => DifferingPart): Mutation {
  return (arrival, at, pick) => {
    const value = changed(arrival.headers[name] ?? '', at, PRINTABLE, pick);
    return { arrival: { ...arrival, headers: { ...arrival.headers, [name]: value } }, part: partOf(value) };
  };
}

function partOfDate(value: string): DifferingPart {
  const time = new Date(value);
  if (Number.isNaN(time.getTime()) || time.toUTCString() !== value) return 'malformed';
  return Math.abs(time.getTime() - now.getTime()) > MAXIMUM_CLOCK_SKEW_MILLISECONDS ? 'date' : 'signature';
}

function partOfAuthorization(value: string): DifferingPart {
  const [, signature = ''] =
    /^HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=(.*)$/.exec(value) ?? [];
  return DIGEST.test(signature) ? 'signature' : 'malformed';
}

const MUTATIONS: Readonly<Record<string, Mutation>> = {
  method: (arrival, at, pick) => ({
    arrival: { ...arrival, method: changed(arrival.method, at, ALPHANUMERIC.slice(0, 26), pick) },
    part: 'signature',
  }),
  target: (arrival, at, pick) => {
    const target = changed(arrival.target, at, ALPHANUMERIC, pick);
    const parsed = new URL(`http://h${target.replace(/^[^/]/, '/?')}`);
    const before = new URL(`http://h${arrival.target}`);
    // Two spellings of one query (`%3a`, `%3A`) are the same request.
    const same = parsed.pathname === before.pathname && `${parsed.searchParams}` === `${before.searchParams}`;
    return same ? undefined : { arrival: { ...arrival, target }, part: 'signature' };
  },
  host: (arrival, at, pick) => {
    const [host = ''] = arrival.hosts;
    return { arrival: { ...arrival, hosts: [changed(host, at, ALPHANUMERIC, pick)] }, part: 'signature' };
  },
  body: (arrival, at, pick) => {
    const body = Buffer.from(arrival.body);
    if (body.length > 0) body[at % body.length] = ((body[at % body.length] ?? 0) + 1 + (pick % 255)) % 256;
    return { arrival: { ...arrival, body: body.length > 0 ? body : Buffer.of(pick % 256) }, part: 'hash' };
  },
  date: mutatedHeader('x-ms-date', partOfDate),
  hash: mutatedHeader('x-ms-content-sha256', (value) => (DIGEST.test(value) ? 'hash' : 'malformed')),
  authorization: mutatedHeader('authorization', partOfAuthorization),
};

describe.each(Object.entries(MUTATIONS))('one character of the %s changed', (_, mutate) => {
  test('is refused for that part', () => {
    fc.assert(
      fc.property(signedRequest, fc.nat(), fc.nat(), (arrival, at, pick) => {
        const mutation = mutate(arrival, at, pick);
        fc.pre(mutation !== undefined);
        expect(verify(received(arrival), [key], now)).toEqual({ ok: true, keyIndex: 0 });
        expect(verify(received(mutation.arrival), [key], now)).toMatchObject({ ok: false, part: mutation.part });
      }),
      { numRuns: 500 },
    );
  });
});
