import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { diagnosisText } from '../../../../infra/operator/signature/runSign.ts';
import { KEY, OTHER_KEY, VECTORS } from '../../../../shared/signing/vectors.ts';
import { captured, diagnosed, NOW, withHeaders } from './fixtures.ts';

const URL_OF_SMS = 'https://switchboard.contoso.com/sms?api-version=2024-03-15';
const BODY = '{"from":"+18005550100","message":"Hello\\nAnna"}';
const right = captured({ method: 'POST', url: URL_OF_SMS, body: BODY });
const authorization = (text: string, key: string | Buffer = Buffer.from(KEY, 'base64')) =>
  `HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=${createHmac('sha256', key).update(text).digest('base64')}`;
const stringOf = (changes: Partial<Record<'method' | 'target' | 'date' | 'host' | 'hash', string>>) => {
  const it = {
    method: 'POST',
    target: right.target,
    date: NOW.toUTCString(),
    host: 'switchboard.contoso.com',
    hash: right.headers.get('x-ms-content-sha256') ?? '',
    ...changes,
  };
  return `${it.method}\n${it.target}\n${it.date};${it.host};${it.hash}`;
};

test.each(VECTORS.map((vector) => [vector.name, vector] as const))('%s: nothing is wrong', (_name, vector) => {
  const { method, target, host, body, contentHash, signature } = vector;
  const headers = new Map(Object.entries({ host, 'x-ms-date': NOW.toUTCString(), 'x-ms-content-sha256': contentHash }));
  headers.set('authorization', `HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=${signature}`);
  const { part } = diagnosed({ method, target, headers, body: Buffer.from(body) });
  // One official client doubles an explicit port.
  expect(part).toBe(vector.stringToSign.includes(`${host}:`) ? 'host' : 'nothing');
});

describe('finds what clients do wrong', () => {
  test.each([
    ['method', 'in lower case', stringOf({ method: 'post' }), /the method post/],
    ['path', 'without the slash', stringOf({ target: right.target.slice(1) }), /another path: sms/],
    ['path', 'with the whole address', stringOf({ target: URL_OF_SMS }), /another path: https:/],
    [
      'path',
      'without the prefix that a gateway adds',
      stringOf({ target: '/api/sms?api-version=2024-03-15' }),
      /\/api\/sms/,
    ],
    ['query', 'without the query', stringOf({ target: '/sms' }), /another query: \/sms/],
    ['date', 'in ISO 8601', stringOf({ date: NOW.toISOString() }), /the date 2026-01-15T08:30:00\.000Z/],
    ['host', 'with the default port', stringOf({ host: 'switchboard.contoso.com:443' }), /:443/],
    ['host', 'of the backend', stringOf({ host: 'localhost' }), /the host localhost/],
    ['signature', 'with a trailing line end', `${stringOf({})}\n`, /a trailing \\n/],
    ['signature', 'with \\r\\n', stringOf({}).replaceAll('\n', '\r\n'), /separated by \\r\\n/],
  ])('%s: %s', (part, _what, text, message) => {
    expect(diagnosed(withHeaders(right, { authorization: authorization(text) }))).toMatchObject({
      part,
      message: expect.stringMatching(message),
    });
  });

  test('sign with the key of another client', () => {
    const { part, message } = diagnosed(captured({ method: 'POST', url: URL_OF_SMS, body: BODY, key: OTHER_KEY }));
    expect({ part, message }).toEqual({
      part: 'key',
      message: "The request was signed with a key of the client 'desk'.",
    });
  });

  test('sign with an unknown key', () => {
    const unknown = authorization(stringOf({}), 'an unknown key');
    expect(diagnosed(withHeaders(right, { authorization: unknown }))).toMatchObject({ part: 'key' });
  });

  test.each([
    ['authorization', 'header', /authorization is missing/],
    ['x-ms-date', 'header', /x-ms-date is missing/],
    ['x-ms-content-sha256', 'header', /x-ms-content-sha256 is missing/],
  ])('leave out %s', (name, part, message) => {
    expect(diagnosed(withHeaders(right, { [name]: undefined }))).toMatchObject({
      part,
      message: expect.stringMatching(message),
    });
  });

  test.each([
    [{ authorization: 'Bearer eyJ' }, 'header'],
    [{ authorization: (right.headers.get('authorization') ?? '').replace('host;', '') }, 'header'],
    [{ 'x-ms-date': 'Thu, 15 Jan 2026 8:30:00 GMT' }, 'date'],
    [{ 'x-ms-content-sha256': 'a'.repeat(64) }, 'body'],
  ])('write %o', (headers, part) => {
    expect(diagnosed(withHeaders(right, headers))).toMatchObject({ part });
  });
});

describe('a signature over Date', () => {
  const OTHER_DATE = 'Thu, 15 Jan 2026 08:31:00 GMT';
  const signingDate = (text = stringOf({})) => authorization(text).replace('=x-ms-date;', '=date;');
  const diagnosedWith = (headers: Readonly<Record<string, string | undefined>>) =>
    diagnosed(withHeaders(right, { date: NOW.toUTCString(), authorization: signingDate(), ...headers }));

  test.each([undefined, OTHER_DATE])('is right, whatever x-ms-date says: %s', (date) => {
    expect(diagnosedWith({ 'x-ms-date': date })).toMatchObject({ part: 'nothing' });
  });

  test('is compared with that date', () => {
    const wrong = diagnosedWith({ date: OTHER_DATE, 'x-ms-date': undefined });
    expect(wrong).toMatchObject({ part: 'date', ours: { date: OTHER_DATE } });
  });

  test('created for x-ms-date when only Date was sent is explained', () => {
    const wrong = diagnosedWith({ authorization: authorization(stringOf({})), 'x-ms-date': undefined });
    expect(wrong).toMatchObject({
      part: 'header',
      message: expect.stringMatching(/x-ms-date is missing.*date instead/),
    });
    expect(wrong.remedy).toContain('SignedHeaders=date;host;x-ms-content-sha256');
  });

  test('is rejected if Date is not an RFC 1123 date', () => {
    const { part, message } = diagnosedWith({ date: NOW.toISOString() });
    expect({ part, message }).toEqual({ part: 'date', message: expect.stringMatching(/^date is '2026-01-15T/) });
  });

  test('that is too old is measured by that date', () => {
    const date = 'Thu, 15 Jan 2026 08:20:00 GMT';
    const old = diagnosedWith({ date, authorization: signingDate(stringOf({ date })) });
    expect(old).toMatchObject({ part: 'date', message: expect.stringMatching(/^date is 600 s behind/) });
  });
});

test('every spelling of the path that the server accepts is correct', () => {
  const url = 'https://switchboard.contoso.com/identities/8%3aacs%3ax%2by/:go?api-version=2024-03-15';
  const { target, ...rest } = captured({ method: 'POST', url });
  expect(diagnosed({ ...rest, target })).toMatchObject({ part: 'nothing' });
  expect(diagnosed({ ...rest, target: target.replaceAll('%3a', ':').replace('%2b', '+') })).toMatchObject({
    part: 'nothing',
  });
});

describe('finds how a body was changed', () => {
  const changed = (body: string, signed = BODY) =>
    diagnosed({ ...captured({ method: 'POST', url: URL_OF_SMS, body: signed }), body: Buffer.from(body) }).message;

  test.each([
    ['other line ends', '{\r\n}', '{\n}', /line ends were \\n and/],
    ['other line ends the other way', '{\n}', '{\r\n}', /line ends were \\r\\n/],
    ['other white space', JSON.stringify(JSON.parse(BODY), undefined, 2), BODY, /the same JSON/],
    ['Python’s white space', '{"a":[1,2],"b":{}}', '{"a": [1, 2], "b": {}}', /the same JSON/],
    ['a trailing line end', `${BODY}\n`, BODY, /no surrounding white space/],
    ['a body where none was signed', BODY, '', /it was empty/],
    ['something else', 'Hello', 'Hallo', /5 bytes.* has the hash/],
  ])('%s', (_what, arrived, signed, message) => {
    expect(changed(arrived, signed)).toMatch(message);
  });

  test('a body missing from the file is not compared with the hash', () => {
    const { part, message } = diagnosed({ ...right, body: undefined });
    expect(part).toBe('nothing');
    expect(message).toMatch(/--body/);
  });
});

test('shows both sides below each other, with a caret under the first difference', () => {
  const wrong = withHeaders(right, {
    authorization: authorization(stringOf({ target: '/sms?api-version=2024-03-16' })),
  });
  const lines = diagnosisText(diagnosed(wrong)).split('\n');
  const at = lines.findIndex((line) => line.startsWith('  path and query'));
  expect(lines.slice(at - 1, at + 4)).toEqual([
    '  verb            both    POST',
    '  path and query  theirs  /sms?api-version=2024-03-16',
    '                  ours    /sms?api-version=2024-03-15',
    '                                                    ^',
    '  date            both    Thu, 15 Jan 2026 08:30:00 GMT',
  ]);
  expect(lines.join('\n')).toContain(`"${JSON.stringify(stringOf({})).slice(1, -1)}"`);
  expect(lines.at(-2)).toContain((right.headers.get('authorization') ?? '').split('Signature=')[1]);
});
