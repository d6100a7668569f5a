import { describe, expect, test } from 'vitest';
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

test('every text of the partner’s parameters counts as a secret, the longest first, but no short word', () => {
  const partnerParams = { apiKey: KEY, on: true, plan: 7, region: 'us', more: [{ token: `${KEY}2` }] };
  expect(secretsOf({ messagingConnect: { partner: 'Connect_Partner', partnerParams } })).toEqual([`${KEY}2`, KEY]);
  expect(secretsOf({ messagingConnect: withKey })).toEqual([KEY]);
  expect(secretsOf({ tag: 'spring' })).toEqual([]);
  expect(secretsOf(undefined)).toEqual([]);
});
