import { describe, expect, test, vi } from 'vitest';
import { sendSms } from '../../../../functions/sms/sendSms.ts';
import type { SmsDeliveryReport } from '../../../../shared/contract/acsEvent.ts';
import { outcomeEvent } from '../../../../shared/contract/queueMessage.ts';
import { derivedIds, wireId } from '../../../../shared/idempotency/wireIds.ts';
import { recordSmsReport } from '../../../../shared/smsreports/smsReports.ts';
import { TEST_SECRET } from '../../../setup/credentials.ts';
import type { SentRequest } from '../../acs/fixtures.ts';
import { anyOperation, KEYS, NOW, rig } from '../../operation/fixtures.ts';
import { received } from '../../optouts/fixtures.ts';
import { sentBody } from '../../smsbatch/fixtures.ts';

const OPERATION = anyOperation(sendSms);
const BODY = { from: '+18005550100', smsRecipients: [{ to: '+14255550123' }], message: 'Hello' };
const RESULT = { value: [{ to: '+14255550123', messageId: 'm', httpStatusCode: 202, successful: true }] };
const acs = () => ({ status: 202, body: RESULT });

test('a text is sent under ids from the Idempotency-Key, first now', async () => {
  const { http, sent } = rig({ acs });
  const headers = { 'idempotency-key': 'order-1' };
  const answer = await http(OPERATION, { target: '/sms?api-version=2024-03-15', params: {}, body: BODY, headers });
  expect(answer).toMatchObject({ status: 202, body: RESULT });
  const name = ['client', 'shop', 'http', 'sendSms', 'order-1'];
  const repeatabilityRequestId = derivedIds(TEST_SECRET, name, NOW).uuid(0);
  const ids = { repeatabilityRequestId, repeatabilityFirstSent: NOW.toUTCString() };
  expect(sent).toMatchObject([{ path: '/sms', body: { ...BODY, smsRecipients: [{ to: '+14255550123', ...ids }] } }]);
});

test('an id that the caller chose for a recipient lives in the caller’s own namespace', async () => {
  const own = '3FA85F64-5717-4562-B3FC-2C963F66AFA6';
  const recipient = { repeatabilityRequestId: own, repeatabilityFirstSent: NOW.toUTCString() };
  const body = { ...BODY, smsRecipients: [{ ...BODY.smsRecipients[0], ...recipient }] };
  const { http, sent } = rig({ acs });
  const call = { target: '/sms?api-version=2024-03-15', params: {}, body };
  await http(OPERATION, call);
  const lower = { ...recipient, repeatabilityRequestId: own.toLowerCase() };
  await http(OPERATION, { ...call, body: { ...body, smsRecipients: [{ ...BODY.smsRecipients[0], ...lower }] } });
  await http(OPERATION, { ...call, key: KEYS.office });
  const ids = sent.map((it) => sentBody.parse(it.body).smsRecipients[0]?.repeatabilityRequestId);
  const wire = wireId(TEST_SECRET, 'sms', ['client', 'shop'], own);
  expect(ids).toEqual([wire, wire, wireId(TEST_SECRET, 'sms', ['client', 'office'], own)]);
  expect(new Set([...ids, own.toLowerCase()]).size).toBe(3);
});

test('a text from a queue is sent for its client', async () => {
  const { deliver, storage } = rig({ acs });
  await deliver(OPERATION, { id: 'm1', client: 'shop', body: BODY });
  await deliver(OPERATION, { id: 'm2', client: 'desk', body: BODY });
  expect(storage.messages('outcomes')).toMatchObject([
    { type: 'switchboard.sendSms.succeeded', data: RESULT },
    { type: 'switchboard.sendSms.failed', httpstatus: 403 },
  ]);
});

describe('delivery reports', () => {
  const headers = { 'idempotency-key': 'order-1' };
  const options = (enableDeliveryReport: boolean) => ({ ...BODY, smsSendOptions: { enableDeliveryReport, tag: 't1' } });
  const call = { target: '/sms?api-version=2024-03-15', params: {} };
  const report: SmsDeliveryReport = {
    ...{ messageId: 'm', from: '+18005550100', to: '+14255550123', tag: 't1' },
    ...{ status: 'Delivered', details: 'No error.', receivedOn: NOW.getTime() },
  };

  test('that were asked for are told to the client under its own name for the request', async () => {
    const { http, runtime, storage } = rig({ acs });
    await http(OPERATION, { ...call, body: options(true), headers });
    expect(await recordSmsReport(runtime.smsReports, report)).toBe('recorded');
    expect(storage.messages('outcomes').map((it) => outcomeEvent.parse(it))).toEqual([
      {
        ...{ specversion: '1.0', id: expect.any(String), source: '/switchboard', time: NOW.toISOString() },
        ...{ type: 'switchboard.sendSms.delivered', subject: 'order-1', client: 'shop' },
        datacontenttype: 'application/json',
        data: {
          ...{ messageId: 'm', from: '+18005550100', to: '+14255550123', tag: 't1' },
          ...{ deliveryStatus: 'Delivered', details: 'No error.', receivedOn: NOW.toISOString() },
        },
      },
    ]);
  });

  test('go to the queue that the message named, and without a name are told by the message’s id', async () => {
    const { deliver, runtime, storage } = rig({ acs });
    await deliver(OPERATION, { id: 'm1', client: 'shop', body: options(true), replyTo: 'answers' });
    await recordSmsReport(runtime.smsReports, { ...report, status: 'Failed' });
    const undelivered = { type: 'switchboard.sendSms.undelivered', subject: 'm1', client: 'shop' };
    expect(storage.messages('answers')).toMatchObject([{ type: 'switchboard.sendSms.succeeded' }, undelivered]);
    const other = rig({ acs });
    await other.http(OPERATION, { ...call, body: options(true) });
    await recordSmsReport(other.runtime.smsReports, report);
    expect(other.storage.messages('outcomes')).toMatchObject([{ subject: 'm' }]);
  });

  test('of the recipients of one request are told under ids of their own', async () => {
    const value = ['m', 'n'].map((messageId) => ({ ...RESULT.value[0], messageId }));
    const { http, runtime, storage } = rig({ acs: () => ({ status: 202, body: { value } }) });
    await http(OPERATION, { ...call, body: options(true), headers });
    await recordSmsReport(runtime.smsReports, report);
    await recordSmsReport(runtime.smsReports, { ...report, messageId: 'n' });
    const events = storage.messages('outcomes').map((it) => outcomeEvent.parse(it));
    expect(new Set(events.map(({ id }) => id)).size).toBe(2);
    expect(new Set(events.map(({ subject }) => subject))).toEqual(new Set(['order-1']));
  });

  test('that nobody asked for cost no call of storage', async () => {
    const { http, storage } = rig({ acs });
    const table = storage.tables.table('smsmessages');
    const calls = (['get', 'insert', 'replace'] as const).map((name) => vi.spyOn(table, name));
    await http(OPERATION, { ...call, body: BODY });
    await http(OPERATION, { ...call, body: options(false) });
    for (const spy of calls) expect(spy).not.toHaveBeenCalled();
    await http(OPERATION, { ...call, body: options(true) });
    expect(calls.map((spy) => spy.mock.calls.length)).toEqual([0, 1, 0]);
  });
});

test('who has opted out is not sent to; where nobody is left, ACS is not asked at all', async () => {
  const { http, sent, runtime } = rig({ acs });
  await runtime.optOuts.record(received('STOP', { from: '+14255550199' }));
  const send = (...numbers: string[]) => {
    const body = { ...BODY, smsRecipients: numbers.map((to) => ({ to })) };
    return http(OPERATION, { target: '/sms?api-version=2024-03-15', params: {}, body });
  };
  const refusal = { to: '+14255550199', httpStatusCode: 400, successful: false, errorMessage: 'OptedOut' };
  expect(await send('+14255550199')).toMatchObject({ status: 202, body: { value: [refusal] } });
  expect(sent).toEqual([]);
  expect(await send('+14255550199', '+14255550123')).toMatchObject({
    status: 202,
    body: { value: [refusal, ...RESULT.value] },
  });
  expect(sent).toMatchObject([{ body: { smsRecipients: [{ to: '+14255550123' }] } }]);
});

test('who answers with a keyword of the settings is not sent to', async () => {
  const { http, sent, runtime } = rig({ acs, variables: { SMS_OPT_OUT_KEYWORDS: 'ARRET, no more' } });
  for (const [index, word] of ['Arrêt !', 'NO MORE', 'stop'].entries()) {
    const to = `+1425555019${index}`;
    await runtime.optOuts.record(received(word, { from: to }));
    const body = { ...BODY, smsRecipients: [{ to }] };
    const answer = await http(OPERATION, { target: '/sms?api-version=2024-03-15', params: {}, body });
    expect(answer, word).toMatchObject({ body: { value: [{ to, errorMessage: 'OptedOut' }] } });
  }
  expect(sent).toEqual([]);
});

describe('a recipient that is no number', () => {
  // As recorded: https://github.com/Azure/azure-sdk-for-js, sdk/communication/communication-sms/recordings
  const failed = (to: string) => ({
    ...{ to, httpStatusCode: 400, errorMessage: 'Invalid To phone number format.', successful: false },
  });
  const service = ({ body }: SentRequest) => {
    const { smsRecipients } = sentBody.parse(body);
    const value = smsRecipients.map(({ to }) => (to === '+14255550123' ? RESULT.value[0] : failed(to)));
    return { status: 202, body: { value } };
  };
  const bodyTo = (...numbers: string[]) => ({ ...BODY, smsRecipients: numbers.map((to) => ({ to })) });
  const call = { target: '/sms?api-version=2024-03-15', params: {} };

  test.each([
    ['+14255550123', '14255550124'],
    ['+14255550123', '+1425555012345'],
    ['Anna', '', '+14255550123'],
    ['Anna', '+1'],
  ])('is judged by ACS in an item of its own: %j', async (...numbers) => {
    const { http, deliver, storage } = rig({ acs: service });
    const value = numbers.map((to) => (to === '+14255550123' ? RESULT.value[0] : failed(to)));
    const smsSendOptions = { enableDeliveryReport: true, tag: 't1' };
    expect(await http(OPERATION, { ...call, body: { ...bodyTo(...numbers), smsSendOptions } })).toMatchObject({
      status: 202,
      body: { value },
    });
    await deliver(OPERATION, { id: 'm1', client: 'shop', body: bodyTo(...numbers) });
    expect(storage.messages('outcomes')).toMatchObject([
      { type: 'switchboard.sendSms.succeeded', httpstatus: 202, data: { value } },
    ]);
  });

  test.each(['14255550199', '+1 425 555 0199', '+1 (425) 555-0199', ' +14255550199', '＋１４２５５５５０１９９'])(
    'cannot evade an opt-out by its spelling: %j',
    async (to) => {
      const { http, sent, runtime } = rig({ acs: service });
      await runtime.optOuts.record(received('STOP', { from: '+14255550199' }));
      expect(await http(OPERATION, { ...call, body: bodyTo(to, '+14255550123') })).toMatchObject({
        status: 202,
        body: { value: [{ to, errorMessage: 'OptedOut', successful: false }, RESULT.value[0]] },
      });
      expect(sent).toMatchObject([{ body: { smsRecipients: [{ to: '+14255550123' }] } }]);
    },
  );

  test('of another type is a wrong request', async () => {
    const { http, sent } = rig({ acs: service });
    const body = { ...BODY, smsRecipients: [{ to: '+14255550123' }, { to: 5 }] };
    expect(await http(OPERATION, { ...call, body })).toMatchObject({
      status: 400,
      body: { error: { target: 'smsRecipients[1].to' } },
    });
    expect(sent).toEqual([]);
  });
});
