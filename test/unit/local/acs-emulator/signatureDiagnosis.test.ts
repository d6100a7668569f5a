import { describe, expect, test } from 'vitest';
import type { KnownKey } from '../../../../infra/local/acs-emulator/outbox/signature/keyUses.ts';
import { diagnoseSignature } from '../../../../infra/local/acs-emulator/outbox/signatureDiagnosis.ts';
import { authorizationOf, DATE, KEY, OTHER_KEY, VECTORS } from '../../../../shared/signing/vectors.ts';
import {
  BODY,
  type Client,
  diagnose,
  HOST,
  hex256,
  KEYS,
  LISTED,
  line,
  NOW,
  primary,
  request,
  sha256,
  TARGET,
} from './signingClient.ts';

const IDENTITY = '/identities/8%3Aacs%3Ax_y/:issueAccessToken?api-version=2023-10-01';
const URL_DATE = 'Fri, 02 Jan 2026 08:30:00 GMT';

describe('a mistake that people make', () => {
  test.each<[name: string, client: Client, part: string, reason: RegExp]>([
    ['the path without its query', { signed: { target: '/sms' } }, 'target', /without its query/],
    [
      'a query without api-version',
      { sentTarget: '/sms?a=b&api-version=2021-03-07', signed: { target: '/sms?a=b' } },
      'target',
      /without api-version/,
    ],
    ['a decoded path', { sentTarget: IDENTITY, signed: { target: decodeURIComponent(IDENTITY) } }, 'target', /decoded/],
    [
      'another percent-encoding',
      { sentTarget: IDENTITY, signed: { target: IDENTITY.replaceAll('%3A', '%3a') } },
      'target',
      /percent-encoding/,
    ],
    [
      'a path in lower case',
      { sentTarget: '/SMS?api-version=1', signed: { target: '/sms?api-version=1' } },
      'target',
      /lower case/,
    ],
    ['no leading slash over TLS', { isHttps: true, signed: { target: TARGET.slice(1) } }, 'target', /leading slash/],
    ['two leading slashes', { signed: { target: `/${TARGET}` } }, 'target', /two leading slashes/],
    [
      'two leading slashes sent',
      { isHttps: true, sentTarget: `/${TARGET}`, signed: { target: TARGET } },
      'target',
      /sent the path with two/,
    ],
    ['the whole URL', { signed: { target: `http://${HOST}${TARGET}` } }, 'target', /whole URL/],
    ['a question mark without a query', { sentTarget: '/sms', signed: { target: '/sms?' } }, 'target', /question mark/],
    [
      'parameters in another order',
      { sentTarget: '/sms?z=1&a=2', signed: { target: '/sms?a=2&z=1' } },
      'target',
      /another order/,
    ],
    ['localhost for 127.0.0.1', { signed: { host: 'localhost:8787' } }, 'host', /'localhost:8787'/],
    ['localhost without the port', { signed: { host: 'localhost' } }, 'host', /'localhost'/],
    ['the host with its scheme', { signed: { host: `http://${HOST}` } }, 'host', /scheme/],
    ['the host with a slash', { signed: { host: `${HOST}/` } }, 'host', /host with a trailing slash/],
    ['another port', { signed: { host: '127.0.0.1:443' } }, 'host', /port/],
    ['a method in lower case', { signed: { method: 'post' } }, 'method', /lower case/],
    ['another method', { signed: { method: 'GET' } }, 'method', /signed the method GET but sent POST/],
    ['an ISO date', { signed: { date: '2026-01-15T08:30:00.000Z' } }, 'date', /another format/],
    [
      'a date without leading zero',
      { date: URL_DATE, signed: { date: 'Fri, 2 Jan 2026 08:30:00 GMT' } },
      'date',
      /another format/,
    ],
    ['a date of the next second', { signed: { date: 'Thu, 15 Jan 2026 08:30:01 GMT' } }, 'date', /clock twice/],
    [
      'Date, with SignedHeaders of x-ms-date',
      { headers: { Date: 'Thu, 15 Jan 2026 08:30:09 GMT' }, signed: { date: 'Thu, 15 Jan 2026 08:30:09 GMT' } },
      'date',
      /other one of its two dates/,
    ],
    ['a hexadecimal body hash', { signed: { hash: hex256(BODY) } }, 'contentHash', /hexadecimal/],
    ['a body hash without padding', { signed: { hash: sha256(BODY).slice(0, -1) } }, 'contentHash', /padding/],
    ['no body hash', { signed: { hash: '' } }, 'contentHash', /empty value/],
    ['the hash of an empty body', { signed: { hash: sha256('') } }, 'contentHash', /an empty body/],
  ])('%s: the part is found', (_, client, part, reason) => {
    const diagnosis = diagnose(client, KEYS, new Date(client.date ?? DATE));
    expect(diagnosis).toMatchObject({ isCertain: true, differing: [part], reason: expect.stringMatching(reason) });
    expect(diagnosis.advice).not.toBe('');
  });

  test.each<[name: string, hashed: string | Uint8Array, reason: RegExp]>([
    ['nothing', '', /an empty body/],
    ['a newline more', `${BODY}\n`, /newline at its end/],
    ['a byte order mark more', `\uFEFF${BODY}`, /byte order mark/],
    [
      'spaces as of Python',
      BODY.replaceAll('":', '": ')
        .replaceAll(',"', ', "')
        .replaceAll('\u00fc', '\\u00fc')
        .replaceAll('\u00df', '\\u00df'),
      /Python/,
    ],
    [
      'escapes as of PHP',
      BODY.replaceAll('/', '\\/').replaceAll('\u00fc', '\\u00fc').replaceAll('\u00df', '\\u00df'),
      /PHP/,
    ],
    ['indented JSON', JSON.stringify(JSON.parse(BODY), undefined, 2), /indented by 2/],
    ['UTF-16', Buffer.from(BODY, 'utf16le'), /UTF-16/],
    ['Latin-1', Buffer.from(BODY, 'latin1'), /Latin-1/],
    ['a member of the body', '"+18005550100"', /only the member 'from'/],
    ['an object as text', '[object Object]', /not serialized/],
  ])('hashes %s instead of the body', (_, hashed, reason) => {
    const diagnosis = diagnose({ sentHash: sha256(hashed) });
    expect(diagnosis).toMatchObject({
      isCertain: true,
      differing: ['contentHash'],
      reason: expect.stringMatching(reason),
    });
    expect(line('contentHash', diagnosis.lines)).toMatchObject({ client: sha256(hashed), emulator: sha256(BODY) });
  });

  test.each<[name: string, text: string, differing: string[], reason: RegExp]>([
    [
      'a newline at the end',
      `POST\n${TARGET}\n${DATE};${HOST};${sha256(BODY)}\n`,
      ['contentHash'],
      /ends with a newline/,
    ],
    ['CR LF', `POST\r\n${TARGET}\r\n${DATE};${HOST};${sha256(BODY)}`, ['method', 'target'], /CR LF/],
    [
      'a literal backslash n',
      `POST\\n${TARGET}\\n${DATE};${HOST};${sha256(BODY)}`,
      ['method', 'target'],
      /two characters/,
    ],
    [
      'a line for each value',
      `POST\n${TARGET}\n${DATE}\n${HOST}\n${sha256(BODY)}`,
      ['date', 'host'],
      /lines of their own/,
    ],
    ['host before date', `POST\n${TARGET}\n${HOST};${DATE};${sha256(BODY)}`, ['date', 'host'], /Host and date/],
    ['spaces', `POST\n${TARGET}\n${DATE}; ${HOST}; ${sha256(BODY)}`, ['date', 'host'], /spaces/],
  ])('joins the lines with %s', (_, text, differing, reason) => {
    expect(diagnose({ text })).toMatchObject({ isCertain: true, differing, reason: expect.stringMatching(reason) });
  });

  test.each<[name: string, key: string | Uint8Array, reason: RegExp]>([
    ['as text', KEY, /not decoded from base64/],
    ['as text without its equals signs', KEY.replace(/=+$/, ''), /cut before/],
    ['with accesskey= before it', `accesskey=${KEY}`, /'accesskey='/],
    ['with a newline', `${KEY}\n`, /newline/],
    ['in a connection string', `endpoint=http://${HOST}/;accesskey=${KEY}`, /whole connection string/],
    ['that is empty', '', /empty/],
    ['in hexadecimal', Buffer.from(KEY, 'base64').toString('hex'), /hexadecimal text/],
    ['of before it was regenerated', Buffer.from(OTHER_KEY, 'base64'), /made with a former primary key/],
  ])('uses a key %s', (_, key, reason) => {
    expect(diagnose({ key })).toMatchObject({ isCertain: true, differing: [], reason: expect.stringMatching(reason) });
  });

  test.each<[name: string, authorization: (signature: string) => string, reason: RegExp]>([
    [
      'a hexadecimal signature',
      (it) => authorizationOf(Buffer.from(it, 'base64').toString('hex')),
      /signature is hexadecimal/,
    ],
    [
      'the base64 of hexadecimal text',
      (it) => authorizationOf(Buffer.from(Buffer.from(it, 'base64').toString('hex')).toString('base64')),
      /base64 of hexadecimal/,
    ],
    ['a percent-encoded signature', (it) => authorizationOf(encodeURIComponent(it)), /percent-encoded/],
    ['a signature in base64url', (it) => authorizationOf(Buffer.from(it, 'base64').toString('base64url')), /base64url/],
    ['a Credential', (it) => `HMAC-SHA256 Credential=x&SignedHeaders=${LISTED}&Signature=${it}`, /Credential/],
    ['no scheme', (it) => `SignedHeaders=${LISTED}&Signature=${it}`, /does not start with/],
    [
      'another order',
      (it) => `HMAC-SHA256 SignedHeaders=host;x-ms-date;x-ms-content-sha256&Signature=${it}`,
      /another order/,
    ],
    ['a space too many', (it) => `HMAC-SHA256 SignedHeaders=${LISTED}& Signature=${it}`, /spelled differently/],
  ])('sends %s', (_, authorization, reason) => {
    expect(diagnose({ authorization })).toMatchObject({
      isCertain: true,
      differing: [],
      reason: expect.stringMatching(reason),
    });
  });

  // https://stackoverflow.com/questions/71487393
  test('lists more headers, with a two-digit year', () => {
    const date = 'Thu, 15 Jan 26 08:30:00 GMT';
    const text = `POST\n${TARGET}\n${date};${HOST};${sha256(BODY)};application/json;*/*`;
    const diagnosis = diagnose({
      date,
      text,
      headers: { Date: date, 'Content-Type': 'application/json', Accept: '*/*' },
      authorization: (it) =>
        `HMAC-SHA256 Credential=primaryKey&SignedHeaders=Date;host;x-ms-content-sha256;Content-Type;Accept&Signature=${it}`,
    });
    expect(diagnosis).toMatchObject({ isCertain: true, differing: ['date', 'contentHash'] });
    for (const part of [/Credential/, /content-type, accept/, /wrong format/]) expect(diagnosis.reason).toMatch(part);
  });

  test('signs with the key of another mailbox', () => {
    const other: KnownKey = { name: "the key of mailbox 'b'", secret: OTHER_KEY, isValid: false };
    const { reason, isCertain } = diagnose({ key: Buffer.from(OTHER_KEY, 'base64') }, [primary, other]);
    expect({ reason, isCertain }).toEqual({
      reason: "The signature was made with the key of mailbox 'b'.",
      isCertain: true,
    });
  });

  test('makes two mistakes at once', () => {
    const diagnosis = diagnose({ key: KEY, signed: { target: '/sms', host: '127.0.0.1' } });
    expect(diagnosis).toMatchObject({ isCertain: true, differing: ['target'] });
    for (const part of [/not decoded/, /without its query/]) expect(diagnosis.reason).toMatch(part);
  });

  test('signs long before it sends', () => {
    const diagnosis = diagnose({}, KEYS, new Date(NOW.getTime() + 17 * 60_000));
    expect(diagnosis).toMatchObject({ isCertain: true, differing: ['date'] });
    expect(diagnosis.reason).toMatch(/17 minutes behind/);
    expect(line('date', diagnosis.lines)?.emulator).toBe('Thu, 15 Jan 2026 08:47:00 GMT');
  });

  test('has a clock that is fast', () => {
    expect(diagnose({}, KEYS, new Date(NOW.getTime() - 6 * 60_000)).reason).toMatch(/6 minutes ahead of/);
  });

  test('sends another body than it signed', () => {
    const diagnosis = diagnose({ sentHash: sha256('the body before a proxy changed it') });
    expect(diagnosis).toMatchObject({ isCertain: true, differing: ['contentHash'] });
    expect(diagnosis.reason).toMatch(/changed after signing/);
  });
});

describe('a request without a usable signature', () => {
  test('learns which headers are missing', () => {
    const { headers, ...rest } = request({});
    const without = (name: string) => ({ ...rest, headers: headers.filter(([it]) => it.toLowerCase() !== name) });
    expect(diagnoseSignature(without('authorization'), KEYS, NOW)?.reason).toMatch(/Authorization header is missing/);
    expect(diagnoseSignature(without('x-ms-date'), KEYS, NOW)?.reason).toMatch(/x-ms-date is missing/);
    const noHash = diagnoseSignature(without('x-ms-content-sha256'), KEYS, NOW);
    expect(noHash?.reason).toMatch(/x-ms-content-sha256 is missing/);
  });

  test('learns that its key is no signature', () => {
    const headers = [
      ['Host', HOST],
      ['api-key', KEY],
    ] as const;
    const diagnosis = diagnoseSignature({ ...request({}), headers }, KEYS, NOW);
    expect(diagnosis?.reason).toMatch(/access key itself/);
    const asSignature = diagnose({ authorization: () => authorizationOf(KEY) });
    expect(asSignature).toMatchObject({
      isCertain: false,
      reason: expect.stringMatching(/not the base64 of 32 bytes/),
    });
  });

  test('has no diagnosis if it carries a token', () => {
    const headers = [['authorization', 'Bearer abc']] as const;
    expect(diagnoseSignature({ ...request({}), headers }, KEYS, NOW)).toBeUndefined();
  });
});

describe('an unknown key', () => {
  const diagnosis = diagnose({ key: 'unknown' });

  test('is what remains when nothing differs', () => {
    expect(diagnosis).toMatchObject({ isCertain: false, differing: [] });
    expect(diagnosis.reason).toMatch(/the key must differ/);
  });

  test('is not mixed up with a body that differs', () => {
    const { isCertain, reason, differing } = diagnose({ key: 'unknown', sentHash: sha256('x') });
    expect({ isCertain, differing }).toEqual({ isCertain: false, differing: ['contentHash'] });
    expect(reason).toMatch(/not the hash of the body that arrived\.$/);
  });
});

test.each(VECTORS)('the request of a client is understood: $name', (vector) => {
  const headers = { Host: vector.host, 'x-ms-date': DATE, 'x-ms-content-sha256': vector.contentHash };
  const signed = { ...headers, Authorization: authorizationOf(vector.signature) };
  const received = { method: vector.method, target: vector.target, body: Buffer.from(vector.body), isHttps: true };
  const early = new Date(NOW.getTime() - 600_000);
  const diagnosis = diagnoseSignature({ ...received, headers: Object.entries(signed) }, KEYS, early);
  expect(diagnosis?.isCertain).toBe(true);
  expect(diagnosis?.lines.filter((it) => it.differs).map((it) => it.part)).toEqual(['date']);
});
