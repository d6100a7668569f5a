import { describe, expect, test } from 'vitest';
import { sendSms } from '../../../../functions/sms/sendSms.ts';
import { readAcsError } from '../../../../shared/acs/acsError.ts';
import type { SentRequest } from '../../acs/fixtures.ts';
import { anyOperation, rig } from '../../operation/fixtures.ts';

const OPERATION = anyOperation(sendSms);
const KEY = 'FAKE_API_KEY_1234567890abcdef';
const messagingConnect = { partner: 'Connect_Partner', partnerParams: { apiKey: KEY } };
const body = (smsSendOptions: object = { enableDeliveryReport: true, messagingConnect }) => ({
  ...{ from: '+18005550100', smsRecipients: [{ to: '+14255550123' }], message: 'Hello', smsSendOptions },
});
const call = { target: '/sms?api-version=2026-01-23', params: {}, headers: { 'idempotency-key': 'order-1' } };
const variables = { AUDIT_RETENTION_DAYS: '30' };

const accepted = () => ({
  status: 202,
  body: { value: [{ to: '+14255550123', messageId: 'm', httpStatusCode: 202, successful: true }] },
});

const quoting = () => ({
  status: 202,
  body: {
    value: [{ to: '+14255550123', httpStatusCode: 400, successful: false, errorMessage: `The key ${KEY} is wrong.` }],
  },
});

/** ACS rejects the request, and quotes the key. */
const rejecting = (status: number) => (request: SentRequest) => {
  const text = JSON.stringify({ title: 'x', status, errors: { 'SmsSendOptions.MessagingConnect': [`Wrong: ${KEY}`] } });
  throw readAcsError({ status, text, header: () => undefined }, { ...request, clientRequestId: '' }, false);
};

describe('a partner’s key', () => {
  test.each([
    ['is accepted', accepted, 202],
    ['is refused for one recipient', quoting, 202],
    ['is refused', rejecting(400), 400],
    ['is lost in a failure', rejecting(500), 504],
  ])('that %s reaches ACS, and no log, audit entry, response or row', async (_case, acs, status) => {
    const { http, sent, storage, log } = rig({ acs, variables });
    const answer = await http(OPERATION, { ...call, body: body() });
    expect(answer.status).toBe(status);
    expect(sent).toMatchObject([{ body: { smsSendOptions: { messagingConnect } } }]);
    await http(OPERATION, { ...call, body: body() });
    expect(storage.contents()).toMatch(/"state":"(?:ended|running)"/); // the stored response
    for (const text of [JSON.stringify(answer), storage.contents(), log.join('\n')]) expect(text).not.toContain(KEY);
  });

  test('of a queue message is in no outcome', async () => {
    const { deliver, sent, storage, log } = rig({ acs: quoting, variables });
    await deliver(OPERATION, { id: 'm1', client: 'shop', body: body() });
    expect(sent).toMatchObject([{ body: { smsSendOptions: { messagingConnect } } }]);
    expect(storage.messages('outcomes')).toMatchObject([{ type: 'switchboard.sendSms.succeeded' }]);
    expect(storage.contents() + log.join('\n')).not.toContain(KEY);
  });
});

describe('options', () => {
  test.each([
    [{ deliveryReportTimeoutInSeconds: 59 }, 'smsSendOptions.deliveryReportTimeoutInSeconds'],
    [{ deliveryReportTimeoutInSeconds: 43_201 }, 'smsSendOptions.deliveryReportTimeoutInSeconds'],
    [{ messagingConnect: { partner: 'p' } }, 'smsSendOptions.messagingConnect.partnerParams'],
    [{ messagingConnect: { partner: 'p', partnerParams: {} } }, 'smsSendOptions.messagingConnect.partnerParams'],
    [{ messagingConnect: { ...messagingConnect, apiKey: KEY } }, 'smsSendOptions.messagingConnect.partnerParams'],
    [{ messagingConnect: { partnerParams: { a: 1 } } }, 'smsSendOptions.messagingConnect.partner'],
    [{ messagingConnect: { partner: '', apiKey: KEY } }, 'smsSendOptions.messagingConnect.partner'],
    [{ messagingConnect: { partner: 'p', apiKey: '' } }, 'smsSendOptions.messagingConnect.apiKey'],
    [{ messagingConnect: { partner: 'p', apiKey: 5 } }, 'smsSendOptions.messagingConnect.apiKey'],
    [{ messagingConnect: 'p' }, 'smsSendOptions.messagingConnect'],
  ])('%j are refused at %s', async (options, target) => {
    const { http, sent, log } = rig({ acs: accepted });
    const answer = await http(OPERATION, { ...call, body: body(options) });
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 'InvalidRequest', target } } });
    expect(sent).toEqual([]);
    expect(JSON.stringify(answer) + log.join('\n')).not.toContain(KEY);
  });

  test('that the configured version does not have are refused although nothing would be sent', async () => {
    const it = rig({ acs: accepted, variables: { ACS_API_VERSION_SMS: '2021-03-07' } });
    const smsSendOptions = { deliveryReportTimeoutInSeconds: 300 };
    await it.runtime.optOuts.record({
      ...{ messageId: 'i', from: '+14255550123', to: '+18005550100', message: 'STOP', receivedOn: 0 },
    });
    expect(await it.http(OPERATION, { ...call, body: body(smsSendOptions) })).toMatchObject({
      status: 400,
      body: { error: { target: 'smsSendOptions.deliveryReportTimeoutInSeconds' } },
    });
    await it.deliver(OPERATION, { id: 'm1', client: 'shop', body: body(smsSendOptions) });
    expect(it.storage.messages('outcomes')).toMatchObject([{ type: 'switchboard.sendSms.failed', httpstatus: 400 }]);
  });
});
