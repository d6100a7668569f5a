import { expect, test } from 'vitest';
import { issueAccessToken } from '../../../../functions/identity/issueAccessToken.ts';
import { anyOperation, KEYS, rig } from '../../operation/fixtures.ts';

const OPERATION = anyOperation(issueAccessToken);
const PARAMS = { id: '8:acs:a_b' };
const TOKEN = { token: 'eyJ.a.b', expiresOn: '2026-01-15T09:30:00+00:00' };
const acs = () => ({ status: 200, body: TOKEN });

test('a token is issued', async () => {
  const { http, sent } = rig({ acs });
  const target = '/identities/8:acs:a_b/:issueAccessToken?api-version=2024-03-15';
  const body = { scopes: ['chat', 'voip'], expiresInMinutes: 1440 };
  expect(await http(OPERATION, { target, params: PARAMS, body, key: KEYS.office })).toMatchObject({
    status: 200,
    body: TOKEN,
  });
  expect(sent).toMatchObject([{ method: 'POST', path: '/identities/8%3Aacs%3Aa_b/:issueAccessToken', body }]);
});

test('a queue message gets the token only where it says where to', async () => {
  const { deliver, storage } = rig({ acs });
  const message = { params: PARAMS, body: { scopes: ['chat'] } };
  await deliver(OPERATION, { ...message, id: 'm1' });
  await deliver(OPERATION, { ...message, id: 'm2', replyTo: 'answers' });
  const { token: _, ...rest } = TOKEN;
  expect(storage.messages('outcomes')).toEqual([expect.objectContaining({ data: rest })]);
  expect(storage.messages('answers')).toMatchObject([{ data: TOKEN }]);
});
