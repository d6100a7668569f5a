import { describe, expect, test } from 'vitest';
import { withoutSecrets } from '../../../shared/acs/request.ts';
import { assertSupported, secretsOf, wireOptions } from '../../../shared/acs/smsOptions.ts';
import type { SmsSendOptions } from '../../../shared/contract/sms.ts';

// Versions and forms: https://github.com/Azure/azure-rest-api-specs, specification/communication/data-plane/Sms

const KEY = 'FAKE_API_KEY_1234567890abcdef';
const withKey = { partner: 'Connect_Partner', apiKey: KEY };
const withParams = { partner: 'Connect_Partner', partnerParams: { apiKey: KEY } };

const refused = (options: SmsSendOptions, version: string) => {
  try {
    assertSupported(options, version);
  } catch (error) {
    return error;
  }
  return undefined;
};

test.each<[keyof SmsSendOptions, SmsSendOptions, string, readonly string[]]>([
  [
    'deliveryReportTimeoutInSeconds',
    { deliveryReportTimeoutInSeconds: 60 },
    '2024-01-14-preview',
    ['2024-02-05-preview', '2024-12-10-preview', '2026-01-23'],
  ],
  [
    'messagingConnect',
    { messagingConnect: withKey },
    '2024-12-10-preview',
    ['2025-05-29-preview', '2025-08-01-preview', '2026-01-23'],
  ],
])('%s is refused for a version that lacks it, with the setting, not dropped', (name, options, tooOld, has) => {
  for (const version of ['2021-03-07', tooOld]) {
    expect(refused(options, version)).toMatchObject({
      ...{ code: 'InvalidRequest', target: `smsSendOptions.${name}` },
      details: [{ code: 'InvalidField', target: `smsSendOptions.${name}` }],
      message: expect.stringContaining(`ACS_API_VERSION_SMS, now ${version}`),
    });
  }
  for (const version of has) expect(refused(options, version)).toBeUndefined();
});

test.each(['2021-03-07', '2026-01-23'])('tag and delivery report are in every version: %s', (version) => {
  expect(wireOptions({ tag: 't' }, version)).toEqual({ enableDeliveryReport: false, tag: 't' });
  expect(refused({}, version)).toBeUndefined();
});

describe('messagingConnect', () => {
  test.each([
    ['2026-01-23', withParams],
    ['2025-08-01-preview', withKey],
    ['2025-05-29-preview', withKey],
  ])('is converted to the form of %s, whichever the caller used', (version, expected) => {
    for (const messagingConnect of [withKey, withParams]) {
      expect(wireOptions({ messagingConnect }, version).messagingConnect).toEqual(expected);
    }
  });

  test('passes on all that the partner requires', () => {
    const partnerParams = { servicePlanId: 'plan', authToken: { value: 'token' } };
    const messagingConnect = { partner: 'p', partnerParams };
    expect(wireOptions({ messagingConnect }, '2026-01-23').messagingConnect).toEqual(messagingConnect);
  });

  test.each([
    [{ apiKey: KEY, servicePlanId: 'plan' }, 'partnerParams.servicePlanId', 'ACS_API_VERSION_SMS'],
    [{ authToken: 'token' }, 'partnerParams.authToken', 'ACS_API_VERSION_SMS'],
    [{ apiKey: 5 }, 'partnerParams.apiKey', 'must be a string'],
  ])('of %j does not fit into an older version', (partnerParams, path, message) => {
    const error = refused({ messagingConnect: { partner: 'p', partnerParams } }, '2025-08-01-preview');
    const target = `smsSendOptions.messagingConnect.${path}`;
    expect(error).toMatchObject({ code: 'InvalidRequest', target, message: expect.stringContaining(message) });
    expect(String(error)).not.toContain(KEY);
  });
});

describe('secrets', () => {
  test('are all texts and numbers of the partner’s parameters, the longest first, but no short ones', () => {
    const partnerParams = { apiKey: KEY, on: true, plan: 7, pin: 123_456, region: 'us', more: [{ token: `${KEY}2` }] };
    const connect = { partner: 'Connect_Partner', partnerParams };
    expect(secretsOf({ messagingConnect: connect })).toEqual([`${KEY}2`, KEY, '123456']);
    expect(secretsOf({ messagingConnect: withKey })).toEqual([KEY]);
    expect(secretsOf({ messagingConnect: { partner: 'p', apiKey: '=' } })).toEqual([]);
    expect(secretsOf({ messagingConnect: { partner: 'p', apiKey: '====' } })).toEqual(['%3D%3D%3D%3D', '====']);
    expect(secretsOf({ tag: 'spring' })).toEqual([]);
    expect(secretsOf(undefined)).toEqual([]);
  });

  // How .NET writes JSON: https://learn.microsoft.com/dotnet/standard/serialization/system-text-json/character-encoding
  test.each([
    ['as it is', 'pass"word+/é<=', 'pass"word+/é<='],
    ['in JSON', 'pass"word+/é<=', 'pass\\"word+/é<='],
    ['in .NET’s JSON', 'pass"word+/é<=', 'pass\\u0022word\\u002B/\\u00E9\\u003C='],
    ['in a URL', 'pass"word+/é<=', 'pass%22word%2B%2F%C3%A9%3C%3D'],
    ['without its padding', 'Zm9vYmFyYg==', 'Zm9vYmFyYg'],
  ])('are masked when ACS quotes them %s', (_how, apiKey, quoted) => {
    const secrets = secretsOf({ messagingConnect: { partner: 'p', apiKey } });
    expect(withoutSecrets(`Wrong: ${quoted}.`, secrets)).toMatch(/^Wrong: •••=*\.$/);
  });
});
