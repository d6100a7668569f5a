import { createHmac } from 'node:crypto';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { importKey } from '../../../shared/signing/sign.ts';
import { KEY } from '../../../shared/signing/vectors.ts';

test('a key holds the decoded bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1 }), fc.string(), (bytes, text) => {
      const { hmac } = importKey(Buffer.from(bytes).toString('base64'));
      expect(hmac(text)).toBe(createHmac('sha256', bytes).update(text).digest('base64'));
    }),
  );
});

test.each([
  ['empty', ''],
  ['a space in front', ` ${KEY}`],
  ['a line break at the end', `${KEY}\n`],
  ['padding missing', KEY.slice(0, -1)],
  ['too much padding', `${KEY}=`],
  ['padding in the middle', 'QQ==QUJD'],
  ['padding alone', '===='],
  ['base64url', 'ab-_'],
  ['a setting that follows', `${KEY};Foo=bar`],
])('refused: %s', (_, text) => {
  expect(() => importKey(text)).toThrow(new TypeError('An access key must be non-empty base64.'));
});

describe('a key does not show itself', () => {
  const key = importKey(KEY);
  const secrets = [KEY, Buffer.from(KEY, 'base64').toString(), Buffer.from(KEY, 'base64').toString('hex')];

  test.each([
    ['JSON', JSON.stringify(key)],
    ['inspect', inspect(key, { depth: 9, showHidden: true })],
    ['text', `${key.hmac}${String(key)}`],
  ])('as %s', (_, shown) => {
    for (const secret of secrets) expect(shown).not.toContain(secret);
  });
});
