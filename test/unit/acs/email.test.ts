import { describe, expect, test } from 'vitest';
import { getEmailOperation, sendEmail } from '../../../shared/acs/email.ts';
import { SwitchboardError } from '../../../shared/contract/switchboarderror.ts';
import { fakeSession } from './fixtures.ts';

const ID = '3fa85f64-5717-4562-b3fc-2c963f66afa6';
const MAIL = {
  senderAddress: 'news@contoso.com',
  recipients: { to: [{ address: 'anna@contoso.com' }] },
  content: { subject: 'Hello' },
};
const LOCATION = `https://contoso.communication.azure.com/emails/operations/${ID}?api-version=2025-09-01`;
const OWN_LOCATION = `https://switchboard.example/emails/operations/${ID}?api-version=2025-09-01`;

const refusal = (status: number) =>
  new SwitchboardError('UpstreamRejected', 'x', { upstream: { status, code: 'Conflict' } });

describe('a mail', () => {
  test('is sent under its operation id, and its status is to be asked for at Switchboard', async () => {
    const headers = { 'operation-location': LOCATION, 'retry-after': '30' };
    const acs = fakeSession(() => ({ status: 202, body: { id: ID, status: 'Running', error: null }, headers }));
    expect(await sendEmail(acs, MAIL, ID)).toEqual({
      operation: { id: ID, status: 'Running', error: null },
      retryAfterSeconds: 30,
      operationLocation: OWN_LOCATION,
    });
    expect(acs.sent).toEqual([
      {
        ...{ service: 'email', method: 'POST', path: '/emails:send', body: MAIL, repetition: 'recognised' },
        headers: { 'operation-id': ID },
      },
    ]);
  });

  test('without Operation-Location is still to be found', async () => {
    const acs = fakeSession(() => ({ status: 202, body: { id: ID, status: 'Running' } }));
    expect(await sendEmail(acs, MAIL, ID)).toMatchObject({
      operationLocation: OWN_LOCATION,
      retryAfterSeconds: undefined,
    });
  });

  test('that ACS has already is looked up instead of sent again', async () => {
    const acs = fakeSession(({ method }) => {
      if (method === 'POST') throw refusal(409);
      return { body: { id: ID, status: 'Succeeded' } };
    });
    expect(await sendEmail(acs, MAIL, ID)).toMatchObject({ operation: { id: ID, status: 'Succeeded' } });
    expect(acs.sent.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /emails:send',
      `GET /emails/operations/${ID}`,
    ]);
  });

  test.each([refusal(400), refusal(404), new SwitchboardError('UpstreamInDoubt', 'x'), new Error('x')])(
    'that fails otherwise is not looked up: %s',
    async (error) => {
      const acs = fakeSession(() => {
        throw error;
      });
      await expect(sendEmail(acs, MAIL, ID)).rejects.toBe(error);
      expect(acs.sent).toHaveLength(1);
    },
  );
});

test('the status of a failed mail keeps its reason', async () => {
  const body = { id: ID, status: 'Failed', error: { code: 'EmailDropped', message: 'Dropped.', additionalInfo: [] } };
  const acs = fakeSession(() => ({ body }));
  expect((await getEmailOperation(acs, ID)).operation).toEqual(body);
  expect(acs.sent[0]).toMatchObject({ repetition: 'harmless', path: `/emails/operations/${ID}` });
});
