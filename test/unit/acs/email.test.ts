import { describe, expect, test } from 'vitest';
import { getEmailOperation, sendEmail } from '../../../shared/acs/email.ts';
import { SwitchboardError } from '../../../shared/contract/switchboardError.ts';
import { fakeSession } from './fixtures.ts';

const ID = '3fa85f64-5717-4562-b3fc-2c963f66afa6';
const MAIL = {
  senderAddress: 'news@contoso.com',
  recipients: { to: [{ address: 'anna@contoso.com' }] },
  content: { subject: 'Hello' },
};

const refusal = (status: number) =>
  new SwitchboardError('UpstreamRejected', 'x', { upstream: { status, code: 'Conflict' } });

const throwing = (error: Error) =>
  fakeSession(() => {
    throw error;
  });

describe('an email message', () => {
  test('is sent with its operation id', async () => {
    const body = { id: ID, status: 'Running', error: null };
    const acs = fakeSession(() => ({ status: 202, body, headers: { 'retry-after': '30' } }));
    expect(await sendEmail(acs, MAIL, ID)).toEqual({ operation: body, retryAfterSeconds: 30 });
    expect(acs.sent).toEqual([
      {
        ...{ service: 'email', method: 'POST', path: '/emails:send', body: MAIL, repetition: 'recognised' },
        headers: { 'operation-id': ID },
      },
    ]);
  });

  test('that ACS already has counts as submitted, and costs no status read', async () => {
    const acs = throwing(refusal(409));
    expect(await sendEmail(acs, MAIL, ID)).toMatchObject({ operation: { id: ID, status: 'Running' } });
    expect(acs.sent).toHaveLength(1);
  });

  test.each([refusal(400), refusal(404), new SwitchboardError('UpstreamInDoubt', 'x'), new Error('x')])(
    'fails with ACS’s error: %s',
    async (error) => {
      await expect(sendEmail(throwing(error), MAIL, ID)).rejects.toBe(error);
    },
  );
});

describe('the status of an email message', () => {
  test('of a failed one has the reason, and is requested in one attempt', async () => {
    const body = { id: ID, status: 'Failed', error: { code: 'EmailDropped', message: 'Dropped.', additionalInfo: [] } };
    const acs = fakeSession(() => ({ body }));
    expect((await getEmailOperation(acs, ID))?.operation).toEqual(body);
    const request = { repetition: 'harmless', isCounted: true, path: `/emails/operations/${ID}` };
    expect(acs.sent).toMatchObject([request]);
  });

  test('is undefined if ACS does not know it', async () => {
    expect(await getEmailOperation(throwing(refusal(404)), ID)).toBeUndefined();
    await expect(getEmailOperation(throwing(refusal(400)), ID)).rejects.toMatchObject({ upstream: { status: 400 } });
  });
});
