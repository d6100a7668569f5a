import { describe, expect, test } from 'vitest';
import { readSettings, SettingsError } from '../../shared/settings/settings.ts';
import { connection, GOOD, key, PRIMARY, problems, SECONDARY } from './settings.fixtures.ts';

describe('valid settings', () => {
  test('require only ACS and storage', () => {
    expect(readSettings(GOOD)).toEqual({
      clients: [],
      defaultLimits: {},
      acs: { kind: 'keys', endpoint: 'https://contoso.communication.azure.com/', accessKeys: [PRIMARY] },
      acsResourceId: undefined,
      acsApiVersions: { identity: '2023-10-01', sms: '2026-01-23', email: '2025-09-01', chat: '2025-03-15' },
      storage: { kind: 'connection string', connectionString: 'UseDevelopmentStorage=true' },
      sms: { ratesPerMinute: {}, repeatabilityWindowSeconds: 300 },
      smsOptOutKeywords: [],
      email: { limits: { custom: expect.any(Object), managed: expect.any(Object) } }, // test/unit/email/limits.test.ts
      retentionDays: 30,
      auditRetentionDays: 0,
      publicUrl: undefined,
      ownUrl: 'https://localhost',
      ownHosts: [],
      isLocal: true,
      userTokens: true,
      corsOrigins: new Set(),
    });
    expect(readSettings(GOOD)).toSatisfy(Object.isFrozen);
  });

  test('may have a second key; the same key twice counts once', () => {
    const withSecond = (accessKey: string) =>
      readSettings({ ...GOOD, ACS_CONNECTION_STRING_SECONDARY: connection(accessKey) }).acs;
    expect(withSecond(SECONDARY)).toMatchObject({ accessKeys: [PRIMARY, SECONDARY] });
    expect(withSecond(PRIMARY)).toMatchObject({ accessKeys: [PRIMARY] });
  });

  test('may use managed identities instead of keys', () => {
    const id = '3fa85f64-5717-4562-b3fc-2c963f66afa6';
    const settings = readSettings({
      ACS_ENDPOINT: 'https://contoso.communication.azure.com',
      AZURE_CLIENT_ID: id,
      AzureWebJobsStorage__accountName: 'contosostorage',
      AzureWebJobsStorage__clientId: id,
    });
    expect(settings).toMatchObject({
      acs: { kind: 'identity', endpoint: 'https://contoso.communication.azure.com', clientId: id },
      storage: { kind: 'identity', accountName: 'contosostorage', clientId: id },
    });
  });

  test('list clients', () => {
    const clients = [
      { name: 'shop', keys: [key('shop'), key('shop 2')], allow: ['sendSms'], senders: ['+18005550100'] },
      {
        ...{
          name: 'office.mail-2',
          keys: [key('office')],
          countries: ['DE', 'AT'],
          limits: { smsPerDay: 10, emailsPerDay: null },
        },
        recipients: ['+14255550123', '+49*', 'anna@contoso.com', '*@contoso.com'],
      },
    ];
    expect(readSettings({ ...GOOD, CLIENTS: JSON.stringify(clients) }).clients).toEqual(clients);
  });

  test('have Switchboard’s address', () => {
    const urls = (variables: object) => {
      const { publicUrl, ownUrl } = readSettings({ ...GOOD, ...variables });
      return [publicUrl, ownUrl];
    };
    const own = { WEBSITE_HOSTNAME: 'own.azurewebsites.net' };
    expect(urls(own)).toEqual([undefined, 'https://own.azurewebsites.net']);
    expect(urls({ ...own, PUBLIC_URL: 'https://front.example//' })).toEqual([
      'https://front.example',
      'https://front.example',
    ]);
  });

  test.each([
    [{ WEBSITE_HOSTNAME: 'own.azurewebsites.net' }, ['own.azurewebsites.net'], false],
    [
      { WEBSITE_HOSTNAME: 'own.azurewebsites.net', PUBLIC_URL: 'https://front.example:8443/acs/' },
      ['front.example:8443', 'own.azurewebsites.net'],
      false,
    ],
    [{ WEBSITE_HOSTNAME: 'localhost:7071' }, ['localhost:7071'], true],
    [{ WEBSITE_HOSTNAME: '127.0.0.1.evil.example' }, ['127.0.0.1.evil.example'], false],
    [{ PUBLIC_URL: 'https://tunnel.example' }, ['tunnel.example'], true],
  ])('have the hosts that callers sign for: %j', (variables, ownHosts, isLocal) => {
    expect(readSettings({ ...GOOD, ...variables })).toMatchObject({ ownHosts, isLocal });
  });

  test('may disable user tokens', () => {
    expect(readSettings({ ...GOOD, USER_TOKENS: 'off' }).userTokens).toBe(false);
    expect(() => readSettings({ ...GOOD, USER_TOKENS: 'no' })).toThrow(/USER_TOKENS/);
  });

  test('may have other API versions of ACS and other rates', () => {
    const settings = readSettings({
      ...GOOD,
      ACS_API_VERSION_SMS: '2021-03-07',
      ACS_API_VERSION_CHAT: '2024-06-05-preview',
      SMS_RATES_PER_MINUTE: '{"tollFree":300}',
      SMS_REPEATABILITY_WINDOW_SECONDS: '600',
    });
    expect(settings).toMatchObject({
      acsApiVersions: { sms: '2021-03-07', chat: '2024-06-05-preview' },
      sms: { ratesPerMinute: { tollFree: 300 }, repeatabilityWindowSeconds: 600 },
    });
  });

  test.each(['http://localhost:8787', 'http://127.0.0.1:8787/', 'http://127.1.2.3', 'http://[::1]:80', 'https://a.b'])(
    'may have the endpoint %s',
    (url) => {
      expect(problems({ ACS_CONNECTION_STRING: connection(PRIMARY, url), PUBLIC_URL: url })).toEqual([]);
    },
  );

  test('count as absent if empty', () => {
    expect(problems({ CLIENTS: '', ACS_ENDPOINT: '', PUBLIC_URL: '', AZURE_CLIENT_ID: '' })).toEqual([]);
  });

  test('may end a connection string with a semicolon', () => {
    expect(readSettings({ ...GOOD, ACS_CONNECTION_STRING: `${connection(PRIMARY)};` }).acs).toMatchObject({
      accessKeys: [PRIMARY],
    });
  });
});

describe('an invalid setting', () => {
  const ENDPOINT = 'ACS_CONNECTION_STRING.endpoint';

  test.each<[string, Record<string, string | undefined>, string]>([
    ['no ACS', { ACS_CONNECTION_STRING: undefined }, 'ACS_CONNECTION_STRING: is required'],
    ['two ways to ACS', { ACS_ENDPOINT: 'https://a.b' }, 'ACS_ENDPOINT: cannot be combined with ACS_CONNECTION_STRING'],
    ['no storage', { AzureWebJobsStorage: undefined }, 'AzureWebJobsStorage: is required'],
    ['no connection string', { ACS_CONNECTION_STRING: 'hello' }, 'ACS_CONNECTION_STRING: must have the form'],
    ['http beyond this machine', { ACS_CONNECTION_STRING: connection(PRIMARY, 'http://a.b') }, `${ENDPOINT}: must be`],
    ['http to a name like loopback', { PUBLIC_URL: 'http://127.0.0.1.a.b' }, 'PUBLIC_URL: must be https'],
    ['another scheme', { PUBLIC_URL: 'ftp://a.b' }, 'PUBLIC_URL: '],
    ['no URL', { ACS_CONNECTION_STRING: connection(PRIMARY, 'contoso') }, `${ENDPOINT}: `],
    [
      'a key that is none',
      { ACS_CONNECTION_STRING: connection('no key!') },
      'ACS_CONNECTION_STRING.accessKey: must be',
    ],
    ['no UUID', { AZURE_CLIENT_ID: 'me' }, 'AZURE_CLIENT_ID: '],
    ['no version', { ACS_API_VERSION_SMS: 'latest' }, 'ACS_API_VERSION_SMS: must be an API version'],
    ['no resource of ACS', { ACS_RESOURCE_ID: '/subscriptions/x' }, 'ACS_RESOURCE_ID: must be the resource id'],
    ['no JSON', { CLIENTS: '[{' }, 'CLIENTS: is not valid JSON'],
    ['no list', { CLIENTS: '{}' }, 'CLIENTS: '],
    ['a rate of nothing', { SMS_RATES_PER_MINUTE: '{"tollFree":0}' }, 'SMS_RATES_PER_MINUTE.tollFree: '],
    ['no time at all', { SMS_REPEATABILITY_WINDOW_SECONDS: '5' }, 'SMS_REPEATABILITY_WINDOW_SECONDS: '],
  ])('%s yields one line', (_, variables, line) => {
    expect(problems(variables)).toEqual([expect.stringContaining(line)]);
  });

  test('a second key without the first is reported', () => {
    const lines = problems({ ACS_CONNECTION_STRING: undefined, ACS_CONNECTION_STRING_SECONDARY: connection(PRIMARY) });
    expect(lines).toContainEqual('ACS_CONNECTION_STRING_SECONDARY: requires ACS_CONNECTION_STRING');
  });

  test('is reported together with all others, each on its own line', () => {
    const bad = { ACS_CONNECTION_STRING: 'x', PUBLIC_URL: 'y', CLIENTS: 'z', ACS_API_VERSION_SMS: 'w' };
    expect(problems(bad)).toHaveLength(4);
    const error = new SettingsError(problems(bad));
    expect(error.message.split('\n')).toHaveLength(5);
  });

  test.each([
    'CLIENTS',
    'ACS_CONNECTION_STRING',
    'ACS_ENDPOINT',
    'PUBLIC_URL',
    'AZURE_CLIENT_ID',
    'ACS_API_VERSION_SMS',
  ])('never shows its value: %s', (name) => {
    const secret = 'hunter2hunter2';
    const json = JSON.stringify([{ name: `${secret} x`, keys: [secret, `${secret}!`], allow: secret }]);
    for (const value of [
      secret,
      json,
      `[${secret}`,
      connection(`${secret}!`, `http://${secret}.b`),
      `http://${secret}.b`,
    ]) {
      const lines = problems({ [name]: value });
      expect(lines.length).toBeGreaterThan(0);
      expect(lines.join('\n')).not.toContain(secret);
    }
  });
});
