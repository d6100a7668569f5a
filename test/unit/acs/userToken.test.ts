import { expect, test } from 'vitest';
import { isCurrentJwt } from '../../../shared/acs/userToken.ts';
import { jwt, tokenAt } from '../../setup/credentials.ts';
import { NOW } from '../operation/fixtures.ts';

const SECONDS = NOW.getTime() / 1000;

// RFC 7519 §4.1.4: exp is a NumericDate, which may have a fraction, on or after which the token must not be accepted.
test.each([
  ['one that expires in an hour', tokenAt(NOW)],
  ['one that expires in a second', jwt({ exp: SECONDS + 1 })],
  ['one with a fraction', jwt({ exp: SECONDS + 0.5 })],
  ['one of another algorithm', jwt({ exp: SECONDS + 60 }, { alg: 'none' }, 'x')],
])('%s is current', (_, token) => {
  expect(isCurrentJwt(token, NOW)).toBe(true);
});

test.each([
  ['no JWT', 'abc'],
  ['empty', ''],
  ['a long one', jwt({ exp: SECONDS + 60 }, {}, 'x'.repeat(8192))],
  ['two parts', tokenAt(NOW).split('.').slice(0, 2).join('.')],
  ['four parts', `${tokenAt(NOW)}.x`],
  ['an empty signature', jwt({ exp: SECONDS + 60 }, {}, '')],
  ['an empty header', `.${tokenAt(NOW).split('.').slice(1).join('.')}`],
  ['a character that is not base64url', `${tokenAt(NOW)}+`],
  ['padding', jwt({ exp: SECONDS + 60 }, {}, 'abc=')],
  ['a header that is not JSON', jwt({ exp: SECONDS + 60 }, 'header')],
  ['a payload that is not JSON', jwt('payload')],
  ['a payload that is not UTF-8', ['e30', Buffer.from([0xff, 0xfe]).toString('base64url'), 'x'].join('.')],
  ['a header that is no object', jwt({ exp: SECONDS + 60 }, [1])],
  ['a payload that is no object', jwt([{ exp: SECONDS + 60 }])],
  ['a payload that is null', jwt('null')],
  ['no exp', jwt({ iat: SECONDS })],
  ['an exp in text', jwt({ exp: String(SECONDS + 60) })],
  ['an exp that is no number', jwt('{"exp":1e999}')],
  ['an exp that is now', jwt({ exp: SECONDS })],
  ['an exp that has passed', jwt({ exp: SECONDS - 1 })],
])('%s is not', (_, token) => {
  expect(isCurrentJwt(token, NOW)).toBe(false);
});
