import { expect, test } from 'vitest';
import { examineLimits } from '../../../../infra/operator/doctor/examineClients.ts';
import { readSettings } from '../../../../shared/settings/settings.ts';

const key = Buffer.from('the key of the shop, of 32 bytes').toString('base64');

function examined(client: object, defaults: object = {}, endpoint = 'https://contoso.communication.azure.com') {
  const settings = readSettings({
    CLIENTS: JSON.stringify([{ name: 'shop', keys: [key], ...client }]),
    DEFAULT_LIMITS: JSON.stringify(defaults),
    ACS_CONNECTION_STRING: `endpoint=${endpoint}/;accesskey=${key}`,
    AzureWebJobsStorage: 'UseDevelopmentStorage=true',
  });
  const { status, message } = examineLimits(settings);
  return { status, message };
}

const limits = { smsPerDay: 100 };

test.each<[string, object, object, string]>([
  ['no limit at all', {}, {}, "The client 'shop' can send without limits."],
  ['a sender ID and every country', { limits, senders: ['CONTOSO'] }, {}, 'to every country'],
  ['any sender and every country', { limits }, {}, 'to every country'],
  [
    'a short code without a country',
    { limits, senders: ['12345', '+18005550100'], countries: 'sender' },
    {},
    'cannot send from a short code or sender ID',
  ],
  [
    'the same by default',
    { senders: ['CONTOSO'] },
    { ...limits, countries: 'sender' },
    'cannot send from a short code or sender ID',
  ],
])('%s is a warning', (_, client, defaults, message) => {
  expect(examined(client, defaults)).toEqual({ status: 'warning', message: expect.stringContaining(message) });
});

test.each<[string, object, object]>([
  ['countries are listed', { limits, senders: ['CONTOSO'], countries: ['US'] }, {}],
  ['every country is intended', { limits, countries: ['*'] }, {}],
  ['senders are numbers and addresses', { limits, senders: ['+18005550100', 'news@contoso.com'] }, {}],
  ['no SMS can be sent', { limits, allow: ['sendEmail'] }, {}],
  ['the defaults contain limits', {}, { ...limits, countries: 'sender' }],
])('no warning if %s', (_, client, defaults) => {
  expect(examined(client, defaults).status).toBe('ok');
});

test('the emulator needs no limits', () => {
  expect(examined({}, {}, 'http://127.0.0.1:8787').status).toBe('ok');
});
