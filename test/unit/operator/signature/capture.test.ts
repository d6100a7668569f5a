import { describe, expect, test } from 'vitest';
import { parseCapture } from '../../../../infra/operator/signature/capture.ts';

const parsed = (text: string) => parseCapture(Buffer.from(text));
const HEAD = 'POST /sms?a=1 HTTP/1.1\r\nHost: a.example\r\nX-MS-Date:  Thu \r\n';

describe('the bytes of HTTP', () => {
  test('request line, headers, body', () => {
    const { headers, body, ...rest } = parsed(`${HEAD}\r\nHello`);
    expect(rest).toEqual({ method: 'POST', target: '/sms?a=1' });
    expect(Object.fromEntries(headers)).toEqual({ host: 'a.example', 'x-ms-date': 'Thu' });
    expect(body?.toString()).toBe('Hello');
  });

  test.each([
    ['as long as Content-Length says', 'Content-Length: 5\r\n', 'Hello\n', 'Hello'],
    ['as long as it is, when Content-Length says otherwise', 'Content-Length: 3\r\n', 'Hello', 'Hello'],
    ['with its own line end', 'Content-Length: 6\r\n', 'Hello\n', 'Hello\n'],
    ['as its hash says', 'x-ms-content-sha256: GF+NsyJx/iX1Yab8k4suJkMG7DBO2lGAB9F2SCY4GWk=\r\n', 'Hello\n', 'Hello'],
    ['empty', '', '', ''],
    ['absent', 'Content-Length: 5\r\n', '', undefined],
  ])('a body %s', (_what, header, rest, body) => {
    expect(parsed(`${HEAD}${header}\r\n${rest}`).body?.toString()).toBe(body);
  });

  test('an editor’s line ends and no body', () => {
    const { target, headers, body } = parsed(`${HEAD.replaceAll('\r', '')}\n`);
    expect({ target, host: headers.get('host'), body: body?.length }).toEqual({
      target: '/sms?a=1',
      host: 'a.example',
      body: 0,
    });
  });

  test('an absolute URL from a proxy', () => {
    const { target, headers } = parsed('GET https://a.example:8443/x?y=%20 HTTP/1.1\naccept: */*\n');
    expect({ target, host: headers.get('host') }).toEqual({ target: '/x?y=%20', host: 'a.example:8443' });
  });

  test('a binary body is unchanged', () => {
    const bytes = Buffer.of(0, 255, 13, 10, 13, 10, 200);
    const { body } = parseCapture(Buffer.concat([Buffer.from(`${HEAD}Content-Length: 7\r\n\r\n`), bytes]));
    expect(body?.equals(bytes)).toBe(true);
  });
});

test('curl -v: what was sent, and when the response arrived', () => {
  const lines = [
    '* Connected',
    '> POST /sms HTTP/1.1',
    '> Host: a.example',
    '> Content-Length: 5',
    '>',
    '< HTTP/1.1 401 Unauthorized',
  ];
  const capture = parsed([...lines, '< Date: Thu, 15 Jan 2026 08:30:00 GMT', '<', '{"error":{}}'].join('\n'));
  expect(capture).toMatchObject({ method: 'POST', target: '/sms', body: undefined });
  expect(Object.fromEntries(capture.headers)).toEqual({ host: 'a.example', 'content-length': '5' });
  expect(capture.answeredOn).toEqual(new Date('2026-01-15T08:30:00Z'));
});

describe('HAR', () => {
  const request = {
    method: 'POST',
    url: 'https://a.example/sms?a=1',
    headers: [{ name: 'Authorization', value: 'HMAC-SHA256 x' }],
    postData: { text: 'Hello' },
  };
  const wanted = { method: 'POST', target: '/sms?a=1', body: Buffer.from('Hello') };

  test.each([
    [
      'an archive: the signed request',
      { log: { entries: [{ request: { ...request, url: 'https://a.example/', headers: [] } }, { request }] } },
    ],
    ['an entry', { request }],
    ['a request', request],
    ['a plain one', { method: 'POST', url: request.url, headers: { Authorization: 'HMAC-SHA256 x' }, body: 'Hello' }],
  ])('%s', (_what, json) => {
    const capture = parsed(JSON.stringify(json));
    expect(capture).toMatchObject(wanted);
    expect(Object.fromEntries(capture.headers)).toEqual({ host: 'a.example', authorization: 'HMAC-SHA256 x' });
  });
});

test.each(['', 'Hello', 'POST\n', 'POST /sms HTTP/1.1\nno header here\n\n', '{', '{"method":1}'])(
  '%j is not a request',
  (text) => {
    expect(() => parsed(text)).toThrow(/request line|not a header|JSON/);
  },
);
