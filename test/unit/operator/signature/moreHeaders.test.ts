import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { DATE, KEY, MORE_HEADERS_VECTOR as VECTOR } from '../../../../shared/signing/vectors.ts';
import { captured, diagnosed, withHeaders } from './fixtures.ts';

const { method, target, host, body, contentHash, authorization, headers } = VECTOR;
const signed = { host, 'x-ms-date': DATE, 'x-ms-content-sha256': contentHash, authorization, ...headers };
const right = { method, target, headers: new Map(Object.entries(signed)), body: Buffer.from(body) };
const USER = headers['acting-user'];
const [THREE_LINES = ''] = VECTOR.stringToSign.split('\nacting-user');
const signedAs = (text: string) => {
  const signature = createHmac('sha256', Buffer.from(KEY, 'base64')).update(text).digest('base64');
  return { authorization: authorization.replace(/Signature=.*$/, `Signature=${signature}`) };
};

test('nothing is wrong with the published request that signs further headers', () => {
  expect(diagnosed(right)).toMatchObject({ part: 'nothing', ourSignature: VECTOR.signature });
});

test.each<[string, Record<string, string | undefined>, string, RegExp]>([
  ['a missing header', { 'acting-user': undefined }, 'header', /names acting-user, but the request has no/],
  ['a value that cannot be signed', { 'acting-user': 'é' }, 'header', /acting-user, but its value is not printable/],
  ['no line for it', signedAs(THREE_LINES), 'signature', /no line for the further headers/],
  ['values without names', signedAs(`${THREE_LINES};${USER};order-17;a`), 'signature', /headers after the hash/],
  [
    'another order',
    signedAs(`${THREE_LINES}\nidempotency-key:order-17;a\nacting-user:${USER}`),
    'signature',
    /further headers in another order/,
  ],
])('of a further header is found: %s', (_, changes, part, message) => {
  expect(diagnosed(withHeaders(right, changes))).toMatchObject({ part, message: expect.stringMatching(message) });
});

test('an acting user that is not signed is found', () => {
  const three = captured({ method, url: VECTOR.url, body });
  expect(diagnosed(withHeaders(three, { 'acting-user': USER }))).toMatchObject({
    part: 'header',
    message: expect.stringMatching(/acting-user is not signed/),
    remedy: expect.stringMatching(/;acting-user/),
  });
});
