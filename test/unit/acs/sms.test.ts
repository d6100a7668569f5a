import { describe, expect, test } from 'vitest';
import { type SmsRepeatability, sendSms } from '../../../shared/acs/sms.ts';
import type { SendSmsRequest, SmsSendOptions } from '../../../shared/contract/sms.ts';
import { API_VERSIONS, fakeSession } from './fixtures.ts';

const FIRST_SENT = 'Thu, 15 Jan 2026 08:30:00 GMT';
const repeatability: SmsRepeatability = {
  requestId: (index) => `00000000-0000-4000-8000-00000000000${index}`,
  firstSent: new Date(FIRST_SENT),
  assertMayStart: () => undefined,
};
const request = (more: Partial<SendSmsRequest> = {}): SendSmsRequest => ({
  ...{ from: '+18005550100', smsRecipients: [{ to: '+14255550123' }, { to: '+14255550124' }], message: 'Hello' },
  ...more,
});
const item = (to: string) => ({ to, messageId: `Outgoing_${to}`, httpStatusCode: 202, successful: true });

function acs(sms = API_VERSIONS.sms) {
  const reply = { status: 202, body: { value: [item('+14255550123'), item('+14255550124')] } };
  return fakeSession(() => reply, { apiVersions: { ...API_VERSIONS, sms } });
}

test('a request that may no longer start is not sent', async () => {
  const session = acs();
  const assertMayStart = () => {
    throw new Error('too late');
  };
  await expect(sendSms(session, request(), { ...repeatability, assertMayStart })).rejects.toThrow('too late');
  expect(session.sent).toEqual([]);
});

test('each recipient has its own id and the first-sent time', async () => {
  const session = acs();
  const result = await sendSms(session, request(), repeatability);
  expect(result.value.map(({ to }) => to)).toEqual(['+14255550123', '+14255550124']);
  expect(session.sent).toEqual([
    {
      ...{ service: 'sms', method: 'POST', path: '/sms', repetition: 'recognised', senderKind: 'tollFree' },
      body: request({
        smsRecipients: ['+14255550123', '+14255550124'].map((to, index) => ({
          to,
          repeatabilityRequestId: repeatability.requestId(index),
          repeatabilityFirstSent: FIRST_SENT,
        })),
      }),
    },
  ]);
});

test('an id from the caller is kept', async () => {
  const own = {
    to: '+14255550123',
    repeatabilityRequestId: '8b3f5c1e-2a47-4f0e-9d55-7c1b60a4d8f2',
    repeatabilityFirstSent: 'Thu, 15 Jan 2026 08:00:00 GMT',
  };
  const session = acs();
  await sendSms(session, request({ smsRecipients: [own, { to: '+14255550124' }] }), repeatability);
  expect(session.sent[0]?.body).toMatchObject({
    smsRecipients: [own, { repeatabilityRequestId: repeatability.requestId(1), repeatabilityFirstSent: FIRST_SENT }],
  });
});

describe('options', () => {
  const sentOptions = async (smsSendOptions: SmsSendOptions, version?: string) => {
    const session = acs(version);
    await sendSms(session, request({ smsSendOptions }), repeatability);
    return session.sent[0]?.body;
  };

  test('always state whether a delivery report is requested', async () => {
    expect(await sentOptions({})).toMatchObject({ smsSendOptions: { enableDeliveryReport: false } });
    expect(await sentOptions({ tag: 't', enableDeliveryReport: true })).toMatchObject({
      smsSendOptions: { enableDeliveryReport: true, tag: 't' },
    });
  });

  test('are absent if none were given', async () => {
    const session = acs();
    await sendSms(session, request(), repeatability);
    expect(session.sent[0]?.body).not.toHaveProperty('smsSendOptions');
  });

  test('are those of the configured version', async () => {
    const options = { messagingConnect: { partner: 'p', apiKey: 'a key of the partner' } };
    expect(await sentOptions(options, '2026-01-23')).toMatchObject({
      smsSendOptions: { messagingConnect: { partner: 'p', partnerParams: { apiKey: 'a key of the partner' } } },
    });
    await expect(sentOptions(options, '2024-12-10-preview')).rejects.toMatchObject({ code: 'InvalidRequest' });
  });
});

test('a partner’s key that ACS quotes is not part of the result', async () => {
  const [first, second] = [item('+14255550123'), { ...item('+14255550124'), successful: false }];
  const quoting = {
    ...second,
    errorMessage: 'The key p-key-1/p-key-1-long is invalid.',
    partner: { request: ['p-key-1'], status: 401 },
  };
  const session = fakeSession(() => ({ status: 202, body: { value: [first, quoting], note: 'p-key-1' } }), {
    apiVersions: { ...API_VERSIONS, sms: '2026-01-23' },
  });
  const partnerParams = {
    apiKey: 'p-key-1',
    nested: { token: ['p-key-1-long'] },
    channel: 'sms',
    callback: '+14255550123',
  };
  const smsSendOptions = { messagingConnect: { partner: 'p', partnerParams } };
  const result = await sendSms(session, request({ smsSendOptions }), repeatability);
  const masked = { errorMessage: 'The key •••/••• is invalid.', partner: { request: ['•••'], status: 401 } };
  expect(result).toEqual({ value: [first, { ...second, ...masked }], note: '•••' });
  expect(session.sent).toMatchObject([{ secrets: expect.arrayContaining(['p-key-1-long', 'p-key-1']) }]);
});

test('a response without results is not accepted', async () => {
  const session = fakeSession(() => ({ status: 202, body: {} }));
  await expect(sendSms(session, request(), repeatability)).rejects.toMatchObject({ code: 'UpstreamInDoubt' });
});
