import { expect, test } from 'vitest';
import { deleteIdentity } from '../../../../functions/identity/deleteIdentity.ts';
import { SwitchboardError } from '../../../../shared/contract/switchboardError.ts';
import { anyOperation, KEYS, rig } from '../../operation/fixtures.ts';

const OPERATION = anyOperation(deleteIdentity);
const SENT = { target: '/identities/8:acs:a_b?api-version=2024-03-15', params: { id: '8:acs:a_b' } };

test('an identity is deleted under its encoded id', async () => {
  const { http, sent } = rig({ acs: () => ({ status: 204 }) });
  expect(await http(OPERATION, { ...SENT, key: KEYS.office })).toMatchObject({ status: 204, body: undefined });
  expect(sent).toMatchObject([{ method: 'DELETE', path: '/identities/8%3Aacs%3Aa_b' }]);
});

test('an unknown identity counts as deleted', async () => {
  const acs = () => {
    throw new SwitchboardError('UpstreamRejected', 'x', { upstream: { status: 404, code: 'NotFound' } });
  };
  expect(await rig({ acs }).http(OPERATION, { ...SENT, key: KEYS.office })).toMatchObject({ status: 204 });
});

test('a queue message gets an outcome without data', async () => {
  const { deliver, storage } = rig({ acs: () => ({ status: 204 }) });
  await deliver(OPERATION, { params: { id: '8:acs:a_b' } });
  await deliver(OPERATION, { id: 'm2', params: { id: '..' } });
  expect(storage.messages('outcomes')).toMatchObject([
    { type: 'switchboard.deleteIdentity.succeeded', httpstatus: 204, data: null },
    { type: 'switchboard.deleteIdentity.failed', httpstatus: 400 },
  ]);
});
