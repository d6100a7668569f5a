import { expect, test } from 'vitest';
import { domainKind } from '../../../shared/email/email.ts';
import { emailPace } from '../../../shared/email/submitEmail.ts';
import { readSettings } from '../../../shared/settings/settings.ts';

const settingsOf = (variables: Record<string, string> = {}) =>
  readSettings({
    ACS_CONNECTION_STRING: 'endpoint=https://contoso.communication.azure.com/;accesskey=c2VjcmV0IGtleQ==',
    AzureWebJobsStorage: 'UseDevelopmentStorage=true',
    ...variables,
  }).email;

test.each([
  ['news@contoso.com', 'custom'],
  ['DoNotReply@1b2c.AzureComm.net', 'managed'],
  ['x@azurecomm.net.example', 'custom'],
  ['x@notazurecomm.net', 'custom'],
])('%s has a %s domain', (address, kind) => {
  expect(domainKind(address)).toBe(kind);
});

test('emails of one domain share a pace: the narrower of its two limits', () => {
  expect(emailPace('news@Contoso.com', settingsOf())).toMatchObject({ key: 'contoso.com', ratePerMinute: 100 / 60 });
  const limits = JSON.stringify({ custom: { sendsPerMinute: 10, sendsPerHour: 9000 } });
  expect(emailPace('news@contoso.com', settingsOf({ EMAIL_LIMITS: limits })).ratePerMinute).toBe(10);
});

test('limits that EMAIL_LIMITS does not set are those of ACS', () => {
  const { limits } = settingsOf({ EMAIL_LIMITS: '{"managed":{"readsPerHour":40}}' });
  expect(limits).toEqual({
    custom: { sendsPerMinute: 30, sendsPerHour: 100, readsPerMinute: 60, readsPerHour: 200 },
    managed: { sendsPerMinute: 5, sendsPerHour: 10, readsPerMinute: 10, readsPerHour: 40 },
  });
});

test.each(['{', '[]', '{"custom":{"readsPerHour":0}}', '{"custom":{"sends":1}}', '{"other":{}}'])(
  'EMAIL_LIMITS cannot be %s',
  (text) => {
    expect(() => settingsOf({ EMAIL_LIMITS: text })).toThrow(/EMAIL_LIMITS/);
  },
);
