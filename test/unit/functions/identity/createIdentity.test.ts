import { expect, test } from 'vitest';
import { createIdentity } from '../../../../functions/identity/createIdentity.ts';
import { anyOperation, rig } from '../../operation/fixtures.ts';

const OPERATION = anyOperation(createIdentity);
const TARGET = { target: '/identities?api-version=2024-03-15', params: {} };
const USER = { identity: { id: '8:acs:a_b' } };
const TOKEN = { token: 'eyJ.a.b', expiresOn: '2026-01-15T09:30:00+00:00' };

test.each(['', '{}'])('an identity is made with the body %j', async (body) => {
  const { http, sent } = rig({ acs: () => ({ status: 201, body: USER }) });
  expect(await http(OPERATION, { ...TARGET, body })).toMatchObject({ status: 201, body: USER });
  expect(sent).toEqual([
    { service: 'identity', method: 'POST', path: '/identities', body: {}, repetition: 'harmless' },
  ]);
});

test('an identity is made with a token', async () => {
  const { http, sent } = rig({ acs: () => ({ status: 201, body: { ...USER, accessToken: TOKEN } }) });
  const body = { createTokenWithScopes: ['chat'], expiresInMinutes: 60 };
  expect(await http(OPERATION, { ...TARGET, body })).toMatchObject({ body: { ...USER, accessToken: TOKEN } });
  expect(sent).toMatchObject([{ body }]);
});

test('a queue message gets the token only where it says where to', async () => {
  const { deliver, storage } = rig({ acs: () => ({ status: 201, body: { ...USER, accessToken: TOKEN } }) });
  const body = { createTokenWithScopes: ['chat'] };
  await deliver(OPERATION, { id: 'm1', body });
  await deliver(OPERATION, { id: 'm2', body, replyTo: 'answers' });
  expect(storage.messages('outcomes')).toMatchObject([{ httpstatus: 201, data: USER }]);
  expect(JSON.stringify(storage.messages('outcomes'))).not.toContain(TOKEN.token);
  expect(storage.messages('answers')).toMatchObject([{ data: { accessToken: TOKEN } }]);
});

test('a queue message without a token to withhold gets all', async () => {
  const { deliver, storage } = rig({ acs: () => ({ status: 201, body: USER }) });
  await deliver(OPERATION, {});
  expect(storage.messages('outcomes')).toMatchObject([{ data: USER }]);
});
