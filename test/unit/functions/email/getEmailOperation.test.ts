import { describe, expect, test } from 'vitest';
import { getEmailOperation } from '../../../../functions/email/getEmailOperation.ts';
import { sendEmail } from '../../../../functions/email/sendEmail.ts';
import { domainKind } from '../../../../shared/email/email.ts';
import { createEmailStore } from '../../../../shared/email/emailStore.ts';
import { newEmail } from '../../../../shared/email/merge.ts';
import { recordEmailReport } from '../../../../shared/email/recordFact.ts';
import { wireId } from '../../../../shared/idempotency/wireIds.ts';
import { TEST_SECRET } from '../../../setup/credentials.ts';
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

async function rigWithEmail() {
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

describe('an email of the caller', () => {
  test('is returned from its row, with Retry-After', async () => {
    const { http, sent } = await rigWithEmail();
    expect(await http(OPERATION, ask(ID.toUpperCase()))).toMatchObject({
      status: 200,
      headers: { 'retry-after': '60' },
      body: { id: ID, status: 'Running', error: null },
    });
    expect(sent.filter(({ method }) => method === 'GET')).toEqual([]);
  });

  test('with a final status has a delivery status for each recipient, and no Retry-After', async () => {
    const { http, runtime } = await rigWithEmail();
    const report = {
      messageId: WIRE_ID,
      sender: 'news@contoso.com',
      recipient: 'anna@contoso.com',
      details: 'No error.',
    };
    await recordEmailReport(runtime.emails, { ...report, status: 'Delivered', attemptedOn: NOW.getTime() });
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

  test('is not found by another client', async () => {
    const { http } = await rigWithEmail();
    expect(await http(OPERATION, ask(ID, KEYS.office))).toMatchObject({
      status: 404,
      body: { error: { code: 'NotFound', target: 'operationId' } },
    });
  });
});

describe('not found is', () => {
  const notFound = { status: 404, body: { error: { code: 'NotFound', target: 'operationId' } } };

  test('an email without a row, and ACS is not asked', async () => {
    const { http, sent } = rig({ acs: () => ({ body: { id: ID, status: 'Succeeded', error: null } }) });
    for (let call = 0; call < 100; call += 1) expect(await http(OPERATION, ask())).toMatchObject(notFound);
    expect(sent).toEqual([]);
  });

  test('an email known only from a report, because another app sent it', async () => {
    const { http, runtime, sent } = rig();
    const report = { messageId: ID, sender: 'news@contoso.com', recipient: 'anna@contoso.com', details: '' };
    await recordEmailReport(runtime.emails, { ...report, status: 'Delivered', attemptedOn: NOW.getTime() });
    expect(await http(OPERATION, ask())).toMatchObject(notFound);
    expect(sent).toEqual([]);
  });

  test('an email under its id at ACS', async () => {
    const { http } = await rigWithEmail();
    expect(await http(OPERATION, ask(WIRE_ID))).toMatchObject(notFound);
  });
});

describe('a row of an older version', () => {
  test('is found by the id that its owner chose, and not by other clients', async () => {
    const { http, runtime, storage } = rig();
    const emails = createEmailStore(storage.tables);
    const kind = domainKind(BODY.senderAddress);
    const owner = { client: 'shop', sender: BODY.senderAddress, kind, subject: ID, replyTo: undefined };
    await emails.change(ID, () => newEmail(ID, owner, runtime.now().getTime()));
    expect(await http(OPERATION, ask(ID.toUpperCase()))).toMatchObject({ status: 200, body: { id: ID } });
    expect(await http(OPERATION, ask(ID, KEYS.office))).toMatchObject({ status: 404 });
  });
});

test('an invalid operation id is a 400', async () => {
  expect(await rig().http(OPERATION, ask('latest'))).toMatchObject({
    status: 400,
    body: { error: { target: 'operationId' } },
  });
});
