import { describe, expect, test } from 'vitest';
import { createChatThread } from '../../../../functions/chat/createChatThread.ts';
import { revokeAccessTokens } from '../../../../functions/identity/revokeAccessTokens.ts';
import { SwitchboardError } from '../../../../shared/contract/switchboardError.ts';
import { tokenAt } from '../../../setup/credentials.ts';
import type { SentRequest } from '../../acs/fixtures.ts';
import { anyOperation, KEYS, NOW, rig } from '../../operation/fixtures.ts';

const OPERATION = anyOperation(revokeAccessTokens);
const ID = '8:acs:a_b';
const SENT = { target: `/identities/${ID}/:revokeAccessTokens?api-version=2024-03-15`, params: { id: ID } };
const revoked = { method: 'POST', path: '/identities/8%3Aacs%3Aa_b/:revokeAccessTokens' };

test('the tokens of an identity are revoked', async () => {
  const { http, sent } = rig({ acs: () => ({ status: 204 }) });
  expect(await http(OPERATION, { ...SENT, key: KEYS.office })).toMatchObject({ status: 204, body: undefined });
  expect(sent).toEqual([expect.objectContaining(revoked)]);
  expect(sent[0]?.body).toBeUndefined();
});

test('another client’s identity is refused without a call of ACS', async () => {
  const { http, sent, deliver, storage } = rig();
  const forbidden = { error: { code: 'Forbidden', target: 'id' } };
  expect(await http(OPERATION, SENT)).toMatchObject({ status: 403, body: forbidden });
  await deliver(OPERATION, { client: 'shop', params: { id: ID } });
  expect(storage.messages('outcomes')).toMatchObject([{ httpstatus: 403, data: forbidden }]);
  expect(sent).toEqual([]);
});

test('an identity that ACS does not know is not found', async () => {
  const acs = () => {
    throw new SwitchboardError('UpstreamRejected', 'x', { upstream: { status: 404, code: 'IdentityNotFound' } });
  };
  const answer = await rig({ acs }).http(OPERATION, { ...SENT, key: KEYS.office });
  expect(answer).toMatchObject({ status: 404, body: { error: { code: 'IdentityNotFound' } } });
});

test('a queue message gets an outcome without data', async () => {
  const { deliver, storage } = rig({ acs: () => ({ status: 204 }) });
  await deliver(OPERATION, { params: { id: ID } });
  await deliver(OPERATION, { params: { id: ID }, body: { scopes: ['chat'] } });
  expect(storage.messages('outcomes')).toMatchObject([
    { type: 'switchboard.revokeAccessTokens.succeeded', httpstatus: 204, data: null },
    { type: 'switchboard.revokeAccessTokens.failed', httpstatus: 400 },
  ]);
});

describe('afterwards', () => {
  const THREAD = { chatThread: { id: '19:x@thread.v2', topic: 'Lunch', createdOn: '2026-01-15T08:30:00Z' } };
  const CREATION = anyOperation(createChatThread);
  const target = '/chat/threads?api-version=2024-03-15';

  /** ACS: the proof of a token fails once tokens are revoked. */
  function chat() {
    const state = { revocations: 0, tokens: 0 };
    return ({ path, method }: SentRequest) => {
      if (path.endsWith(':revokeAccessTokens')) {
        state.revocations += 1;
        return { status: 204 };
      }
      if (path.endsWith(':issueAccessToken')) {
        state.tokens += 1;
        return { body: { token: `token${state.tokens}`, expiresOn: '2026-01-15T09:30:00Z' } };
      }
      if (method === 'POST') return { status: 201, body: THREAD };
      if (state.revocations === 0) return { body: { value: [] } };
      throw new SwitchboardError('UpstreamRejected', 'x', { upstream: { status: 401, code: 'Unauthorized' } });
    };
  }

  test('a user token that was just verified gets no stored answer any more', async () => {
    const { http } = rig({ acs: chat() });
    const headers = { authorization: `Bearer ${tokenAt(NOW)}`, 'idempotency-key': 'lunch' };
    const create = () => http(CREATION, { target, params: {}, body: { topic: 'Lunch' }, key: null, headers });
    expect(await create()).toMatchObject({ status: 201 });
    expect(await create()).toMatchObject({ status: 201, headers: { 'idempotent-replayed': 'true' } });
    await http(OPERATION, { ...SENT, key: KEYS.office });
    expect(await create()).toMatchObject({ status: 401, body: { error: { code: 'Unauthorized' } } });
  });

  test('a client that acts as the user gets a new token', async () => {
    const { http, sent } = rig({ acs: chat() });
    const create = (topic: string) =>
      http(CREATION, { target, params: {}, body: { topic }, key: KEYS.office, headers: { 'acting-user': ID } });
    await create('one');
    await create('two');
    await http(OPERATION, { ...SENT, key: KEYS.office });
    await create('three');
    const used = sent.filter(({ path }) => path === '/chat/threads').map(({ userToken }) => userToken);
    expect(used).toEqual(['token1', 'token1', 'token2']);
  });
});
