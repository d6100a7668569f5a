import { expect, test } from 'vitest';
import { signedFetch } from '../../../../infra/local/client/signedFetch.ts';
import { acsServer } from '../../acs/fixtures.ts';

// RFC 8259 §11 and RFC 7396 §4
test.each([
  ['POST', '{}', {}, 'application/json'],
  ['PATCH', '{}', {}, 'application/merge-patch+json'],
  ['PATCH', '{}', { 'Content-Type': 'application/json' }, 'application/json'],
  ['DELETE', undefined, {}, undefined],
])('a %s with the body %s and the headers %j has the content type %s', async (method, body, headers, type) => {
  const { url: endpoint, seen } = await acsServer({ status: 204 });
  const connection = { endpoint, accessKey: Buffer.from('a key').toString('base64') };
  await signedFetch(connection, { method, target: '/x', headers, ...(body === undefined ? {} : { body }) });
  expect(seen.map((it) => [it.method, it.body, it.headers['content-type']])).toEqual([[method, body ?? '', type]]);
});
