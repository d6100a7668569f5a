import { describe, expect, test } from 'vitest';
import { addSmsOptOuts } from '../../../../functions/sms/addSmsOptOuts.ts';
import { listSmsOptOuts } from '../../../../functions/sms/listSmsOptOuts.ts';
import { sendSms } from '../../../../functions/sms/sendSms.ts';
import { anyOperation, KEYS } from '../../operation/fixtures.ts';
import { received } from '../../optouts/fixtures.ts';
import { ANNA, BEN, FAILED, FROM, INVALID, lost, optOutRig } from './optOutService.ts';

const OPERATION = anyOperation(addSmsOptOuts);

test('is sent to ACS, and blocks messages to those whom ACS accepted', async () => {
  const it = optOutRig({ variables: { AUDIT_RETENTION_DAYS: '30' } });
  const failing = '+14255550500';
  const { status, body } = await it.call(OPERATION, [ANNA, '+123', failing]);
  expect([status, body]).toEqual([
    200,
    {
      value: [
        { to: ANNA, httpStatusCode: 200 },
        { to: '+123', ...INVALID },
        { to: failing, ...FAILED },
      ],
    },
  ]);
  expect(it.sent).toMatchObject([
    {
      ...{ service: 'sms', method: 'POST', path: '/sms/optouts:add' },
      body: { from: FROM, recipients: [{ to: ANNA }, { to: '+123' }, { to: failing }] },
    },
  ]);
  expect(await it.blocked(ANNA, BEN, '+123', failing)).toEqual([ANNA]);
  const sending = { from: FROM, smsRecipients: [{ to: ANNA }], message: 'Hello' };
  const target = '/sms?api-version=2026-01-23';
  expect(await it.http(anyOperation(sendSms), { target, params: {}, body: sending })).toMatchObject({
    body: { value: [{ to: ANNA, httpStatusCode: 400, errorMessage: 'OptedOut' }] },
  });
  expect(it.sent).toHaveLength(1);
  const query = { client: undefined, operation: 'addSmsOptOuts', from: undefined, to: undefined, after: undefined };
  const { value } = await it.runtime.auditLog(it.runtime.clients.named('shop'), { ...query, pageSize: 10 });
  expect(value).toMatchObject([{ status: 200, recipients: { accepted: 1, refused: 2 } }]);
});

test('is listed with the time', async () => {
  const it = optOutRig();
  await it.call(OPERATION, [ANNA]);
  const target = '/sms/optouts?api-version=2026-01-23';
  expect(await it.http(anyOperation(listSmsOptOuts), { target, params: {} })).toMatchObject({
    body: { value: [{ from: FROM, to: ANNA, optedOutOn: '2026-01-15T08:30:00.000Z' }] },
  });
});

describe('an opt-out that ACS did not confirm', () => {
  test('is in doubt, is not recorded, and may be repeated under its key', async () => {
    const answers = [lost];
    const it = optOutRig({ acs: (request) => (answers.shift() ?? it.service.answer)(request) });
    const headers = { 'idempotency-key': 'k1' };
    expect(await it.call(OPERATION, [ANNA], { headers })).toMatchObject({
      status: 504,
      body: { error: { code: 'UpstreamInDoubt' } },
    });
    expect(await it.blocked(ANNA)).toEqual([]);
    expect(await it.call(OPERATION, [ANNA], { headers })).toMatchObject({ status: 200 });
    expect(await it.blocked(ANNA)).toEqual([ANNA]);
  });

  test('that Switchboard could not record is recorded by the repetition', async () => {
    const it = optOutRig();
    const table = it.storage.tables.table('smsoptouts');
    const transact = table.transact.bind(table);
    table.transact = () => Promise.reject(new Error('the process dies'));
    const headers = { 'idempotency-key': 'k1' };
    expect((await it.call(OPERATION, [ANNA], { headers })).status).toBe(500);
    expect(it.service.optedOut).toEqual(new Set([ANNA])); // ACS blocks messages to her
    table.transact = transact;
    expect((await it.call(OPERATION, [ANNA], { headers })).status).toBe(200);
    expect(await it.blocked(ANNA)).toEqual([ANNA]);
  });
});

test('a START that was received before does not undo it, however late it arrives', async () => {
  const it = optOutRig();
  await it.call(OPERATION, [ANNA]);
  const start = received('START', { from: ANNA, receivedOn: it.clock.date.getTime() - 1 });
  await it.runtime.optOuts.record(start);
  expect(await it.blocked(ANNA)).toEqual([ANNA]);
  it.clock.date = new Date(it.clock.date.getTime() + 1000);
  await it.runtime.optOuts.record({ ...start, receivedOn: it.clock.date.getTime() });
  expect(await it.blocked(ANNA)).toEqual([]);
});

test.each(['(425) 555-0101', '+1 (425) 555-0101 ext. 5', '+1 (0) 425 555 0101'])(
  'a number that ACS takes as %s is blocked under all that it may mean',
  async (to) => {
    const it = optOutRig({ acs: () => ({ body: { value: [{ to, httpStatusCode: 200 }] } }) });
    await it.call(OPERATION, [to]);
    expect(await it.blocked(ANNA)).toEqual([ANNA]);
  },
);

test('a number that ACS takes, and returns in another spelling, is blocked under all that the request may mean', async () => {
  const it = optOutRig({ acs: () => ({ body: { value: [{ to: '+4255550101', httpStatusCode: 200 }] } }) });
  await it.call(OPERATION, ['4255550101']);
  expect(await it.blocked(ANNA, '+4255550101')).toEqual([ANNA, '+4255550101']);
});

test('a number in E.164 format means that number only, also with a 0 after its country code', async () => {
  const to = '+2250707070707'; // Ivory Coast
  const it = optOutRig();
  await it.call(OPERATION, [to]);
  expect(await it.blocked(to, '+225707070707')).toEqual([to]);
});

describe('a client', () => {
  const variables = {
    CLIENTS: JSON.stringify([
      { name: 'clerk', keys: [KEYS.desk], senders: [FROM] },
      { name: 'local', keys: [KEYS.shop], recipients: [`${ANNA}`] },
      { name: 'reader', keys: [KEYS.office], allow: ['checkSmsOptOuts'] },
    ]),
  };

  const refused = (to: string) => ({ to, httpStatusCode: 403, errorMessage: 'DestinationNotAllowed' });

  test('changes opt-outs of its own senders only', async () => {
    const it = optOutRig({ variables });
    expect((await it.call(OPERATION, [ANNA], { key: KEYS.desk })).status).toBe(200);
    expect(await it.call(OPERATION, [ANNA], { key: KEYS.desk, from: '+18005550101' })).toMatchObject({
      status: 403,
      body: { error: { code: 'Forbidden', target: 'from' } },
    });
    expect(it.sent).toHaveLength(1);
  });

  test('changes none without the right', async () => {
    const it = optOutRig({ variables });
    expect(await it.call(OPERATION, [ANNA], { key: KEYS.office })).toMatchObject({ status: 403 });
    expect(it.sent).toEqual([]);
  });

  test('changes those of recipients that it may send to; the others are items of the response, in order', async () => {
    const it = optOutRig({ variables });
    expect(await it.call(OPERATION, [BEN, ANNA, '+14255550103'])).toMatchObject({
      status: 200,
      body: { value: [refused(BEN), { to: ANNA, httpStatusCode: 200 }, refused('+14255550103')] },
    });
    expect(it.sent).toMatchObject([{ body: { recipients: [{ to: ANNA }] } }]);
    expect(await it.call(OPERATION, [BEN])).toMatchObject({ status: 200, body: { value: [refused(BEN)] } });
    expect(it.sent).toHaveLength(1);
    expect(await it.blocked(ANNA, BEN)).toEqual([ANNA]);
  });

  test('changes none of a recipient whose number may be another with an extension', async () => {
    const to = '+1425555010 ext. 1';
    const it = optOutRig({ variables });
    expect(await it.call(OPERATION, [to])).toMatchObject({ body: { value: [refused(to)] } });
    expect(it.sent).toEqual([]);
  });
});

test.each([
  [{ from: '1', recipients: [{ to: ANNA }] }, 'from'],
  [{ recipients: [{ to: ANNA }] }, 'from'],
  [{ from: FROM }, 'recipients'],
  [{ from: FROM, recipients: [] }, 'recipients'],
  [{ from: FROM, recipients: Array.from({ length: 101 }, () => ({ to: ANNA })) }, 'recipients'],
  [{ from: FROM, recipients: [{ to: ANNA }, {}] }, 'recipients[1].to'],
  [{ from: FROM, recipients: [{ to: '' }] }, 'recipients[0].to'],
  [{ from: FROM, recipients: [ANNA] }, 'recipients[0]'],
])('refuses a wrong request at its field: %#', async (body, target) => {
  const it = optOutRig();
  const answer = await it.http(OPERATION, { target: '/sms/optouts:add?api-version=1970-01-01', params: {}, body });
  expect(answer).toMatchObject({ status: 400, body: { error: { code: 'InvalidRequest', target } } });
  expect(it.sent).toEqual([]);
});

test('a version of ACS without opt-outs is a refusal that names the setting', async () => {
  const it = optOutRig({ variables: { ACS_API_VERSION_SMS: '2021-03-07' } });
  expect(await it.call(OPERATION, [ANNA])).toMatchObject({
    status: 400,
    body: {
      error: { code: 'InvalidRequest', message: expect.stringContaining('ACS_API_VERSION_SMS, now 2021-03-07') },
    },
  });
  expect(it.sent).toEqual([]);
  expect(await it.blocked(ANNA)).toEqual([]);
});

test('works over its queue', async () => {
  const it = optOutRig();
  await it.deliver(OPERATION, { id: 'm1', client: 'shop', body: { from: FROM, recipients: [{ to: ANNA }] } });
  expect(it.storage.messages('outcomes')).toMatchObject([
    {
      type: 'switchboard.addSmsOptOuts.succeeded',
      httpstatus: 200,
      data: { value: [{ to: ANNA, httpStatusCode: 200 }] },
    },
  ]);
  expect(await it.blocked(ANNA)).toEqual([ANNA]);
});
