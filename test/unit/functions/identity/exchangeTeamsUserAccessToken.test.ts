import { describe, expect, test } from 'vitest';
import { exchangeTeamsUserAccessToken } from '../../../../functions/identity/exchangeTeamsUserAccessToken.ts';
import { readAcsError } from '../../../../shared/acs/acsError.ts';
import { teamsRequest, teamsToken } from '../../../setup/teams.ts';
import type { SentRequest } from '../../acs/fixtures.ts';
import { anyOperation, NOW, type Rig, rig } from '../../operation/fixtures.ts';

const OPERATION = anyOperation(exchangeTeamsUserAccessToken);
const EXCHANGED = { token: 'eyJ.exchanged.secret', expiresOn: '2026-01-15T09:30:00.0000000+00:00' };
const { token: _, ...WITHOUT_TOKEN } = EXCHANGED;
const BODY = teamsRequest(NOW);
const acs = () => ({ status: 200, body: EXCHANGED });

/** As ACS answers: azure-sdk-for-python, test_get_token_for_teams_user_with_expired_token.json. */
function expired(request: SentRequest): never {
  const text = JSON.stringify({
    error: { code: 'InvalidAccessToken', message: 'Provided access token is not valid.' },
  });
  throw readAcsError({ status: 401, text, header: () => undefined }, { ...request, clientRequestId: '' }, false);
}

/** A rig and its ACS, which rejects the Teams user's token once it has expired. */
function expiringRig(variables = {}) {
  const state: { isExpired: boolean } = { isExpired: false };
  return { state, it: rig({ acs: (request) => (state.isExpired ? expired(request) : acs()), variables }) };
}
const refused = { status: 401, body: { error: { code: 'InvalidAccessToken' } } };

const exchange = ({ http }: Rig, body: object = BODY, headers = {}) =>
  http(OPERATION, { target: '/teamsUser/:exchangeAccessToken?api-version=2023-10-01', params: {}, body, headers });

test('a token is exchanged in one call', async () => {
  const it = rig({ acs });
  expect(await exchange(it)).toMatchObject({ status: 200, body: EXCHANGED });
  expect(it.sent).toMatchObject([{ method: 'POST', path: '/teamsUser/:exchangeAccessToken', body: BODY }]);
});

test('ACS’s answer about the token reaches the caller', async () => {
  expect(await exchange(rig({ acs: expired }))).toMatchObject(refused);
});

test.each([
  ['token', { ...BODY, token: undefined }],
  ['token', { ...BODY, token: 7 }],
  ['appId', { ...BODY, appId: undefined }],
  ['appId', { ...BODY, appId: 'invalid' }],
  ['userId', { ...BODY, userId: '' }],
  ['userId', { ...BODY, userId: null }],
])('a wrong %s is refused without a call of ACS', async (target, body) => {
  const it = rig();
  expect(await exchange(it, body)).toMatchObject({
    status: 400,
    body: { error: { code: 'InvalidRequest', details: [{ target }] } },
  });
  expect(it.sent).toEqual([]);
});

describe('an Idempotency-Key', () => {
  const KEY = { 'idempotency-key': 'k1' };

  test('that is repeated gets a new token', async () => {
    let calls = 0;
    const it = rig({ acs: () => ({ body: { ...EXCHANGED, token: `eyJ.exchanged.${calls++}` } }) });
    expect(await exchange(it, BODY, KEY)).toMatchObject({ body: { token: 'eyJ.exchanged.0' } });
    expect(await exchange(it, BODY, KEY)).toMatchObject({
      body: { token: 'eyJ.exchanged.1' },
      headers: { 'idempotent-replayed': 'true' },
    });
  });

  test('that is repeated after the Teams user’s token has expired gets ACS’s error, and may be used again', async () => {
    const { state, it } = expiringRig();
    await exchange(it, BODY, KEY);
    state.isExpired = true;
    expect(await exchange(it, BODY, KEY)).toMatchObject(refused);
    state.isExpired = false;
    expect(await exchange(it, BODY, KEY)).toMatchObject({ status: 200, body: EXCHANGED });
  });

  test('of a request that ACS refused may be used again', async () => {
    const { state, it } = expiringRig();
    state.isExpired = true;
    expect(await exchange(it, BODY, KEY)).toMatchObject(refused);
    state.isExpired = false;
    expect(await exchange(it, BODY, KEY)).toMatchObject({ status: 200 });
  });

  test('with another Teams token is another request', async () => {
    const it = rig({ acs });
    await exchange(it, BODY, KEY);
    const other = { ...BODY, token: teamsToken(NOW, { iat: 1 }) };
    expect(await exchange(it, other, KEY)).toMatchObject({ status: 422 });
  });
});

test('neither token is stored, audited, logged or part of an outcome', async () => {
  const { state, it } = expiringRig({ AUDIT_RETENTION_DAYS: '30' });
  await exchange(it, BODY, { 'idempotency-key': 'k1' });
  await it.deliver(OPERATION, { id: 'm1', body: BODY });
  await exchange(it, { ...BODY, appId: BODY.token });
  const stored = it.storage.contents();
  state.isExpired = true;
  await exchange(it, BODY);
  await it.deliver(OPERATION, { id: 'm2', body: BODY });
  const reported = JSON.stringify([it.storage.messages('outcomes'), it.log]);
  expect(stored).toContain(WITHOUT_TOKEN.expiresOn);
  expect(reported).toContain('exchangeTeamsUserAccessToken 401');
  for (const secret of [EXCHANGED.token, BODY.token, BODY.userId]) expect(stored + reported).not.toContain(secret);
});

test('a queue message gets the token only where it says where to', async () => {
  const { deliver, storage } = rig({ acs });
  await deliver(OPERATION, { body: BODY, id: 'm1' });
  await deliver(OPERATION, { body: BODY, id: 'm2', replyTo: 'answers' });
  expect(storage.messages('outcomes')).toEqual([expect.objectContaining({ data: WITHOUT_TOKEN })]);
  expect(storage.messages('answers')).toMatchObject([{ data: EXCHANGED }]);
});

test('a queue message whose token ACS refuses fails at once', async () => {
  const { deliver, storage } = rig({ acs: expired });
  await deliver(OPERATION, { body: BODY, id: 'm1' });
  expect(storage.messages('outcomes')).toMatchObject([
    { type: 'switchboard.exchangeTeamsUserAccessToken.failed', httpstatus: 401, data: refused.body },
  ]);
});
