import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  hostForms,
  reserialisedQuery,
  signedTarget,
  stringToSign,
  targetForms,
} from '../../../shared/signing/canonical.ts';
import { DATE, EMPTY_HASH, VECTORS } from '../../../shared/signing/vectors.ts';
import { anyText } from './arbitraries.ts';

test.each(VECTORS)('$name: the string to sign is one of those that the server tries', (vector) => {
  const { method, contentHash } = vector;
  const tried = [...targetForms(vector.target, false)].flatMap((target) =>
    hostForms([vector.host]).map((host) => stringToSign(method, target, DATE, host, contentHash)),
  );
  expect(tried).toContain(vector.stringToSign);
  expect(tried.length).toBeLessThanOrEqual(4);
});

test('the string to sign has three lines and no newline at its end', () => {
  expect(stringToSign('GET', '/a?b=c', DATE, 'h', EMPTY_HASH)).toBe(`GET\n/a?b=c\n${DATE};h;${EMPTY_HASH}`);
});

describe('reserialisedQuery', () => {
  test.each([
    ['api-version=2021-03-07', 'api-version=2021-03-07'],
    ['a=1&b=2&a=3', 'a=1&b=2&a=3'],
    ['a', 'a='],
    ['a=', 'a='],
    ['=a', '=a'],
    ['a=b=c', 'a=b%3Dc'],
    ['a=1&&b=2&', 'a=1&b=2'],
    ['&', ''],
    ['?a=b', '%3Fa=b'],
    ['a=b c', 'a=b+c'],
    ['a=b%20c', 'a=b+c'],
    ["t=!'()~:*", 't=%21%27%28%29%7E%3A*'],
    ['u=%c3%a9', 'u=%C3%A9'],
    ['u=é', 'u=%C3%A9'],
    ['broken=%zz', 'broken=%25zz'],
  ])('%s becomes %s', (query, expected) => {
    expect(reserialisedQuery(query)).toBe(expected);
  });

  test('is what the URL of a request says, for every character in every place', () => {
    const url = new URL('https://h.example/');
    for (let code = 0x20; code < 0x100; code += 1) {
      const character = String.fromCharCode(code);
      for (const text of [`a=${character}`, `${character}=b`, `a=b&c=${character}`, `a=b&${character}=d`]) {
        url.search = `?${text}`;
        expect(reserialisedQuery(url.search.slice(1))).toBe(url.searchParams.toString());
      }
    }
  });

  test('is what the URL of a request says, whatever the query', () => {
    const plain = fc.stringMatching(/^[\w.*&=-]*$/);
    fc.assert(
      fc.property(fc.oneof(plain, anyText), (text) => {
        const url = new URL('https://h.example/');
        url.search = `?${text}`;
        expect(reserialisedQuery(url.search.slice(1))).toBe(url.searchParams.toString());
      }),
      { numRuns: 2000 },
    );
  });
});

test.each([
  ['/p', '', '/p'],
  ['/p', '&', '/p'],
  ['/p', 'a', '/p?a='],
  ['', 'a=b', '?a=b'],
])('signedTarget(%j, %j) is %j', (path, query, expected) => {
  expect(signedTarget(path, query)).toBe(expected);
});

describe('targetForms', () => {
  test.each([
    ['/sms', ['/sms']],
    ['/sms?api-version=2021-03-07', ['/sms?api-version=2021-03-07']],
    ['/sms?', ['/sms?', '/sms']],
    ['/a?x=y:z', ['/a?x=y:z', '/a?x=y%3Az']],
    ['/a?b?c', ['/a?b?c', '/a?b%3Fc=']],
    ['/8:acs:x', ['/8:acs:x']],
  ])('of %s as received: %j', (target, expected) => {
    expect([...targetForms(target, false)]).toEqual(expected);
  });

  test.each([
    ['/sms', ['/sms']],
    ['/8:x?a=b', ['/8:x?a=b', '/8%3Ax?a=b', '/8%3ax?a=b']],
    [
      '/i/8:x/:go',
      [
        ...['/i/8:x/:go', '/i/8%3Ax/:go', '/i/8%3ax/:go'],
        ...['/i/8%3Ax/%3Ago', '/i/8%3ax/%3ago', '/i/8:x/%3Ago', '/i/8:x/%3ago'],
      ],
    ],
    ['/a b%2Fc', ['/a b%2Fc', '/a%20b%2Fc', '/a%20b%2fc']],
    ['/50%', ['/50%']],
    ['/\ud800', ['/\ud800']],
    ['/8:x?y=:', ['/8:x?y=:', '/8:x?y=%3A', '/8%3Ax?y=:', '/8%3Ax?y=%3A', '/8%3ax?y=:', '/8%3ax?y=%3A']],
  ])('of %s with its path decoded: %j', (target, expected) => {
    expect([...targetForms(target, true)]).toEqual(expected);
  });

  test('are few, however many segments a stranger sends', () => {
    expect([...targetForms(`${'/:'.repeat(1000)}?a=:`, true)]).toHaveLength(6);
    expect([...targetForms(`${'/:'.repeat(3000)}?a=:`, true)]).toHaveLength(2); // only as received
    const everything = [...targetForms(`${"/a:@!$&'()*+,;=".repeat(130)}?a=:`, true)];
    expect(everything.length).toBeGreaterThan(2);
    expect(everything.length).toBeLessThanOrEqual(66); // 4 choices in 2 letter cases and as received, 2 queries
  });
});

describe('hostForms', () => {
  test.each([
    [['contoso.example'], ['contoso.example']],
    [['localhost:8787'], ['localhost:8787', 'localhost']],
    [['127.0.0.1:8787:8787'], ['127.0.0.1:8787:8787', '127.0.0.1']],
    [['[::1]'], ['[::1]']],
    [['[::1]:8787'], ['[::1]:8787', '[::1]']],
    [
      ['a', 'a:1', 'b:2'],
      ['a', 'a:1', 'b:2', 'b'],
    ],
    [[], []],
  ])('of %j: %j', (hosts, expected) => {
    expect(hostForms(hosts)).toEqual(expected);
  });

  test.each([
    ['ports without end', `h${':1'.repeat(60_000)}x`],
    ['colons', ':'.repeat(120_000)],
    ['digits', `h:${'1'.repeat(120_000)}x`],
    ['brackets', '[:1'.repeat(40_000)],
  ])('of a long host of %s are found without delay', (_, host) => {
    const before = performance.now();
    expect(hostForms([host])).toEqual([host]);
    expect(performance.now() - before).toBeLessThan(200);
  });
});
