import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Rig, rigForTest, startRig } from './harness.ts';

// Values are those of the examples in Azure/azure-rest-api-specs, specification/communication/data-plane/Sms.

let rig: Rig;

beforeAll(async () => {
  rig = await startRig();
});

afterAll(() => rig.close());

function send(version: string, smsSendOptions?: object, more: object = {}) {
  const body = { from: '+18005550100', smsRecipients: [{ to: '+14255550123' }], message: 'Hello', smsSendOptions };
  return rig.call('POST', `/sms?api-version=${version}`, { body: { ...body, ...more } });
}

async function storedOptions() {
  const { body } = await rig.call('GET', '/_emulator/sms?top=1', { key: null });
  return body.value[0].smsSendOptions;
}

const TRACE_ID = /^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/;

describe('message ids', () => {
  // Sms/stable/2026-01-23/examples/SmsSend.json and Sms/preview/2025-08-01-preview/examples/SmsSend.json
  test.each([
    ['2026-01-23', /^\d{14}[0-9a-f]{8}-[0-9a-f-]{27}$/],
    ['2025-08-01-preview', /^Outgoing_\d{14}[0-9a-f]{8}-[0-9a-f-]{27}_noam$/],
    ['2021-03-07', /^Outgoing_\d{14}[0-9a-f]{8}-[0-9a-f-]{27}_noam$/],
  ])('of %s', async (version, form) => {
    expect((await send(version)).body.value[0].messageId).toMatch(form);
  });
});

describe('validation errors', () => {
  test('are problem+json with a trace id since 2026-01-23', async () => {
    const { headers, ...answer } = await send('2026-01-23', undefined, { from: '1' });
    expect(headers.get('content-type')).toContain('application/problem+json');
    expect(answer).toEqual({
      status: 400,
      body: {
        type: 'https://tools.ietf.org/html/rfc9110#section-15.5.1',
        title: 'One or more validation errors occurred.',
        status: 400,
        errors: { From: ['Invalid from phone number format.'] },
        traceId: expect.stringMatching(TRACE_ID),
      },
    });
  });

  test('of a delivery report that does not exist have one, too', async () => {
    const { body } = await rig.call('GET', '/deliveryReports/none?api-version=2026-01-23');
    expect(body).toEqual({
      type: 'https://tools.ietf.org/html/rfc9110#section-15.5.5',
      title: 'Not Found',
      status: 404,
      traceId: expect.stringMatching(TRACE_ID),
    });
  });

  test('of an api-version distinguish a malformed one from one without the operation', async () => {
    const check = (version: string) => rig.call('POST', `/sms/optouts:remove?api-version=${version}`, { body: {} });
    const { body } = await check('2024-12-10w-preview');
    expect(body.error).toEqual({
      code: 'InvalidApiVersion',
      message: expect.stringContaining("/sms/optouts:remove' does not support the API version '2024-12-10w-preview'."),
      innerError: null,
    });
    expect((await check('2021-03-07')).body.error.code).toBe('UnsupportedApiVersion');
    const none = await rig.call('POST', '/sms/optouts:check', { body: {} });
    expect(none.body.error).toEqual({
      code: 'ApiVersionUnspecified',
      message: 'An API version is required, but was not specified.',
      innerError: null,
    });
  });
});

describe('deliveryReportTimeoutInSeconds', () => {
  const options = (seconds: unknown) => ({ enableDeliveryReport: true, deliveryReportTimeoutInSeconds: seconds });

  test.each([60, 43_200])('%i is accepted', async (seconds) => {
    expect((await send('2026-01-23', options(seconds))).status).toBe(202);
    expect(await storedOptions()).toEqual(options(seconds));
  });

  test.each([59, 43_201, 60.5, '60'])('%j is an error of its own field', async (seconds) => {
    const { status, body } = await send('2026-01-23', options(seconds));
    expect([status, Object.keys(body.errors)]).toEqual([400, ['SmsSendOptions.DeliveryReportTimeoutInSeconds']]);
  });

  test('is ignored by versions that do not have it', async () => {
    for (const version of ['2021-03-07', '2024-01-14-preview']) {
      expect((await send(version, options(59))).status).toBe(202);
      expect(await storedOptions()).toEqual({ enableDeliveryReport: true });
    }
    expect((await send('2024-02-05-preview', options(59))).status).toBe(400);
  });
});

describe('messagingConnect', () => {
  const options = (messagingConnect: unknown) => ({ enableDeliveryReport: true, messagingConnect });
  const partnerParams = { apiKey: 'FAKE_API_KEY_1234567890abcdef' };
  const [withParams, withKey] = [
    { partner: 'Connect_Partner', partnerParams },
    { partner: 'Connect_Partner', ...partnerParams },
  ];

  test.each([
    ['2026-01-23', withParams],
    ['2025-08-01-preview', withKey],
    ['2025-05-29-preview', withKey],
  ])('has the form of %s, and is stored without the key', async (version, connect) => {
    expect((await send(version, options(connect))).status).toBe(202);
    expect(await storedOptions()).toMatchObject({ messagingConnect: { partner: 'Connect_Partner' } });
    expect(JSON.stringify(await storedOptions())).not.toContain('FAKE_API_KEY');
  });

  test.each([
    ['2026-01-23', { partner: 'p' }, 'SmsSendOptions.MessagingConnect.PartnerParams'],
    ['2026-01-23', { partner: 'p', partnerParams: {} }, 'SmsSendOptions.MessagingConnect.PartnerParams'],
    ['2026-01-23', withKey, 'SmsSendOptions.MessagingConnect.PartnerParams'],
    ['2026-01-23', { partnerParams }, 'SmsSendOptions.MessagingConnect.Partner'],
    ['2025-08-01-preview', withParams, 'SmsSendOptions.MessagingConnect.ApiKey'],
    ['2025-05-29-preview', { apiKey: 'k' }, 'SmsSendOptions.MessagingConnect.Partner'],
  ])('%s refuses %j', async (version, connect, field) => {
    const { status, body } = await send(version, options(connect));
    expect([status, Object.keys(body.errors ?? body)]).toEqual([400, [field]]);
  });

  test('is ignored by versions that do not have it', async () => {
    expect((await send('2024-12-10-preview', options({ partner: 1 }))).status).toBe(202);
    expect(await storedOptions()).toEqual({ enableDeliveryReport: true });
  });

  test('adds the partner’s message id to the report, where the version has it', async () => {
    const { body } = await send('2026-01-23', options(withParams));
    const read = (version: string) =>
      rig.call('GET', `/deliveryReports/${body.value[0].messageId}?api-version=${version}`);
    expect((await read('2026-01-23')).body).toMatchObject({ messagingConnectPartnerMessageId: expect.any(String) });
    expect((await read('2025-08-01-preview')).body).not.toHaveProperty('messagingConnectPartnerMessageId');
  });
});

describe('opt-outs', () => {
  test('of an invalid number are an item with 400', async () => {
    for (const action of ['add', 'remove', 'check']) {
      const body = { from: '+18001234567', recipients: [{ to: '+14255550123' }, { to: '+123' }] };
      const answer = await rig.call('POST', `/sms/optouts:${action}?api-version=2026-01-23`, { body });
      expect(answer).toMatchObject({ status: 200, body: { value: [{ httpStatusCode: 200 }, expect.anything()] } });
      expect(answer.body.value[1]).toEqual({
        ...{ to: '+123', httpStatusCode: 400, errorMessage: 'Invalid recipient phone number format' },
      });
    }
  });

  test('of a sender of another resource are a 401', async () => {
    const owned = await rigForTest({ senders: ['+18005550100'] });
    const body = { from: '+18005550199', recipients: [{ to: '+14255550123' }] };
    expect(await owned.call('POST', '/sms/optouts:remove?api-version=2026-01-23', { body })).toMatchObject({
      status: 401,
      body: { error: { code: 'Unauthorized', message: '' } },
    });
  });
});
