import { describe, expect, test } from 'vitest';
import { getEmailOperation } from '../../../../functions/email/getEmailOperation.ts';
import { sendEmail } from '../../../../functions/email/sendEmail.ts';
import { SwitchboardError } from '../../../../shared/contract/switchboarderror.ts';
import { anyOperation, KEYS, NOW, rig } from '../../operation/fixtures.ts';

const OPERATION = anyOperation(getEmailOperation);
const ID = '3fa85f64-5717-4562-b3fc-2c963f66afa6';
const BODY = {
  senderAddress: 'news@contoso.com',
  recipients: { to: [{ address: 'anna@contoso.com' }] },
  content: { subject: 'Hello' },
};
const ask = (operationId = ID, key = KEYS.shop) => ({
  ...{ target: `/emails/operations/${operationId}?api-version=2024-03-15`, params: { operationId }, key },
});

async function rigWithMail() {
  const it = rig({ acs: () => ({ status: 202, body: { id: ID, status: 'Running', error: null } }) });
  const sent = {
    target: '/emails:send?api-version=2024-03-15',
    params: {},
    body: BODY,
    headers: { 'operation-id': ID },
  };
  await it.http(anyOperation(sendEmail), sent);
  return it;
}

describe('a mail of the caller', () => {
  test('is answered from its row, with the time to ask again', async () => {
    const { http, sent } = await rigWithMail();
    expect(await http(OPERATION, ask(ID.toUpperCase()))).toMatchObject({
      status: 200,
      headers: { 'retry-after': '60' },
      body: { id: ID, status: 'Running', error: null },
    });
    expect(sent.filter(({ method }) => method === 'GET')).toEqual([]);
  });

  test('that has ended tells what became of it at each recipient, and is not to be asked for again', async () => {
    const { http, runtime } = await rigWithMail();
    const report = { messageId: ID, sender: 'news@contoso.com', recipient: 'anna@contoso.com', details: 'No error.' };
    await runtime.emails.record({ ...report, status: 'Delivered', attemptedOn: NOW.getTime() });
    const answer = await http(OPERATION, ask());
    expect(answer.headers).not.toHaveProperty('retry-after');
    expect(answer.body).toEqual({
      ...{ id: ID, status: 'Succeeded', error: null },
      deliveries: [
        {
          ...{ recipient: 'anna@contoso.com', status: 'Delivered', details: 'No error.' },
          attemptedOn: NOW.toISOString(),
        },
      ],
    });
  });

  test('is nobody else’s to see', async () => {
    const { http } = await rigWithMail();
    expect(await http(OPERATION, ask(ID, KEYS.office))).toMatchObject({
      status: 404,
      body: { error: { code: 'NotFound', target: 'operationId' } },
    });
  });
});

describe('a mail without a row', () => {
  test('is asked for at ACS', async () => {
    const body = { id: ID, status: 'Failed', error: { code: 'EmailDropped', message: 'Dropped.' } };
    const { http, sent } = rig({ acs: () => ({ body }) });
    expect(await http(OPERATION, ask())).toMatchObject({ status: 200, body });
    expect(sent).toMatchObject([{ method: 'GET', isCounted: true }]);
  });

  test('that ACS does not know either is not there', async () => {
    const upstream = { status: 404, code: 'NotFound' };
    const { http } = rig({
      acs: () => {
        throw new SwitchboardError('UpstreamRejected', 'x', { upstream });
      },
    });
    expect(await http(OPERATION, ask())).toMatchObject({ status: 404, body: { error: { code: 'NotFound' } } });
  });

  test('is not asked for more often than ACS takes it', async () => {
    const { http, sent } = rig({ acs: () => ({ body: { id: ID, status: 'Running' } }) });
    const statuses: (number | undefined)[] = [];
    for (let call = 0; call < 11; call += 1) statuses.push((await http(OPERATION, ask())).status);
    // Of ten in a minute for Azure's domains: nobody knows which kind of domain sent it.
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 200), 429]);
    expect(sent).toHaveLength(10);
  });
});

test('what is no operation id is told', async () => {
  expect(await rig().http(OPERATION, ask('latest'))).toMatchObject({
    status: 400,
    body: { error: { target: 'operationId' } },
  });
});
