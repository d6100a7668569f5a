import { describe, expect, test } from 'vitest';
import { getEmailOperation } from '../../../../functions/email/getEmailOperation.ts';
import { sendEmail } from '../../../../functions/email/sendEmail.ts';
import { createMailStore } from '../../../../shared/email/emailStore.ts';
import { domainKind } from '../../../../shared/email/limits.ts';
import { newMail } from '../../../../shared/email/merge.ts';
import { wireId } from '../../../../shared/idempotency/wireIds.ts';
import { TEST_SECRET } from '../../../setup/secrets.ts';
import { anyOperation, KEYS, NOW, rig } from '../../operation/fixtures.ts';

const OPERATION = anyOperation(getEmailOperation);
const ID = '3fa85f64-5717-4562-b3fc-2c963f66afa6';
const WIRE_ID = wireId(TEST_SECRET, 'email', ['client', 'shop'], ID);
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
    const report = {
      messageId: WIRE_ID,
      sender: 'news@contoso.com',
      recipient: 'anna@contoso.com',
      details: 'No error.',
    };
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

describe('no email of the caller', () => {
  const notFound = { status: 404, body: { error: { code: 'NotFound', target: 'operationId' } } };

  test('is what has no row, and ACS is not asked', async () => {
    const { http, sent } = rig({ acs: () => ({ body: { id: ID, status: 'Succeeded', error: null } }) });
    for (let call = 0; call < 100; call += 1) expect(await http(OPERATION, ask())).toMatchObject(notFound);
    expect(sent).toEqual([]);
  });

  test('is what only a report is known of: another app has sent it', async () => {
    const { http, runtime, sent } = rig();
    const report = { messageId: ID, sender: 'news@contoso.com', recipient: 'anna@contoso.com', details: '' };
    await runtime.emails.record({ ...report, status: 'Delivered', attemptedOn: NOW.getTime() });
    expect(await http(OPERATION, ask())).toMatchObject(notFound);
    expect(sent).toEqual([]);
  });

  test('is one under the id by which ACS knows it', async () => {
    const { http } = await rigWithMail();
    expect(await http(OPERATION, ask(WIRE_ID))).toMatchObject(notFound);
  });
});

describe('a row of an older version', () => {
  test('is found by the id that its owner chose, and by nobody else', async () => {
    const { http, runtime, storage } = rig();
    const mails = createMailStore(storage.tables);
    const kind = domainKind(BODY.senderAddress);
    const owner = { client: 'shop', sender: BODY.senderAddress, kind, subject: ID, replyTo: undefined };
    await mails.change(ID, () => newMail(ID, owner, runtime.now().getTime()));
    expect(await http(OPERATION, ask(ID.toUpperCase()))).toMatchObject({ status: 200, body: { id: ID } });
    expect(await http(OPERATION, ask(ID, KEYS.office))).toMatchObject({ status: 404 });
  });
});

test('what is no operation id is told', async () => {
  expect(await rig().http(OPERATION, ask('latest'))).toMatchObject({
    status: 400,
    body: { error: { target: 'operationId' } },
  });
});
