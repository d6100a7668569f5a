import { describe, expect, test } from 'vitest';
import { callOptOuts } from '../../../shared/acs/optOuts.ts';
import { createSession } from '../../../shared/acs/session.ts';
import { sendSms } from '../../../shared/acs/sms.ts';
import { createTransport } from '../../../shared/acs/transport.ts';
import type { SmsSendOptions } from '../../../shared/contract/sms.ts';
import { PRIMARY_KEY, rigForTest } from '../local/acs-emulator/harness.ts';
import { API_VERSIONS } from './fixtures.ts';

// Our calls against the emulator, which answers each version as its specification shows.

const FROM = '+18005550100';
const TO = '+14255550123';

async function resource(sms: string) {
  const { emulator, clock, call } = await rigForTest({ senders: [FROM, '+1'] });
  const apiVersions = { ...API_VERSIONS, sms };
  const access = { kind: 'keys', endpoint: emulator.url, accessKeys: [PRIMARY_KEY] } as const;
  const transport = createTransport({ access, apiVersions, now: clock.now });
  const session = createSession(transport, { publicUrl: '', apiVersions, clientRequestId: crypto.randomUUID() });
  const ids = { requestId: () => crypto.randomUUID(), firstSent: clock.now(), assertMayStart: () => undefined };
  return {
    session,
    send: (smsSendOptions?: SmsSendOptions, from = FROM) =>
      sendSms(
        session,
        { from, smsRecipients: [{ to: TO }], message: 'Hello', ...(smsSendOptions ? { smsSendOptions } : {}) },
        ids,
      ),
    stored: async () => (await call('GET', '/_emulator/sms?top=1', { key: null })).body.value[0].smsSendOptions,
  };
}

const TIMEOUT = { deliveryReportTimeoutInSeconds: 300 };
const CONNECT = { messagingConnect: { partner: 'Connect_Partner', apiKey: 'FAKE_API_KEY_1234567890abcdef' } };

describe.each([
  ['2021-03-07', {}],
  ['2024-02-05-preview', TIMEOUT],
  ['2024-12-10-preview', TIMEOUT],
  ['2025-05-29-preview', { ...TIMEOUT, ...CONNECT }],
  ['2025-08-01-preview', { ...TIMEOUT, ...CONNECT }],
  ['2026-01-23', { ...TIMEOUT, ...CONNECT }],
] as const)('sending with %s', (version, options) => {
  test('takes every option that it has', async () => {
    const { send, stored } = await resource(version);
    expect((await send({ tag: 't', ...options })).value).toMatchObject([{ to: TO, successful: true }]);
    const names = ['enableDeliveryReport', 'tag', ...Object.keys(options)];
    expect(new Set(Object.keys(await stored()))).toEqual(new Set(names));
  });

  test('names a sender that is invalid, or of another resource', async () => {
    const { send } = await resource(version);
    const field = { target: 'from', details: [{ code: 'InvalidField', target: 'from' }], status: 400 };
    await expect(send({}, '+1')).rejects.toMatchObject(field);
    const foreign = { publicCode: 'InvalidSender', target: 'from', status: 400 };
    await expect(send({}, '+18005550199')).rejects.toMatchObject(foreign);
  });
});

const request = { from: FROM, recipients: [{ to: TO }] };

test.each(['2024-12-10-preview', '2025-05-29-preview', '2025-08-01-preview', '2026-01-23'])(
  '%s has opt-outs',
  async (version) => {
    const { session } = await resource(version);
    await callOptOuts(session, 'add', request);
    expect(await callOptOuts(session, 'check', request)).toMatchObject({ value: [{ to: TO, isOptedOut: true }] });
    await callOptOuts(session, 'remove', request);
    expect(await callOptOuts(session, 'check', request)).toMatchObject({ value: [{ to: TO, isOptedOut: false }] });
    const foreign = { publicCode: 'InvalidSender', target: 'from' };
    await expect(callOptOuts(session, 'add', { ...request, from: '+18005550199' })).rejects.toMatchObject(foreign);
  },
);

test.each(['2021-03-07', '2024-02-05-preview'])('%s has no opt-outs, and is not asked', async (version) => {
  const { session } = await resource(version);
  await expect(callOptOuts(session, 'check', request)).rejects.toMatchObject({
    message: expect.stringContaining(`ACS_API_VERSION_SMS, now ${version}`),
  });
});
