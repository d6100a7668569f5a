import { readFileSync } from 'node:fs';
import { getCountries } from 'libphonenumber-js/max';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { defaultLimits } from '../../shared/settings/clientSettings.ts';
import { TEST_CLIENTS } from '../setup/switchboard.ts';
import { bytes, key, problems } from './settings.fixtures.ts';

describe('an invalid setting', () => {
  test.each<[string, object[], string]>([
    ['no name', [{ keys: [key('a')] }], 'CLIENTS[0].name: '],
    ['an odd name', [{ name: 'a b', keys: [key('a')] }], 'CLIENTS[0].name: must be a short name'],
    ['no key', [{ name: 'a', keys: [] }], 'CLIENTS[0].keys: '],
    ['three keys', [{ name: 'a', keys: [key('a'), key('b'), key('c')] }], 'CLIENTS[0].keys: '],
    ['a short key', [{ name: 'a', keys: ['YQ=='] }], 'CLIENTS[0].keys[0]: must be a base64 key'],
    ['an unknown field', [{ name: 'a', keys: [key('a')], alow: [] }], 'CLIENTS[0].alow: is not a known field'],
    [
      'the name of another',
      ['a', 'b'].map((it) => ({ name: 'x', keys: [key(it)] })),
      'CLIENTS: must not contain two clients with the same name',
    ],
    [
      'the key of another',
      ['a', 'b'].map((name) => ({ name, keys: [key('x')] })),
      'CLIENTS: must not contain two clients with the same key',
    ],
    ['a key of 31 bytes', [{ name: 'a', keys: [bytes(31)] }], 'CLIENTS[0].keys[0]: must have at least 32 bytes'],
    [
      'one key twice',
      [{ name: 'a', keys: [key('x'), key('x')] }],
      'CLIENTS: must not contain a client with the same key twice',
    ],
    // base64: the last four bits of `…A=` to `…D=` are not part of the 32 bytes
    ...[
      ['another spelling', `${'A'.repeat(41)}QA=`, `${'A'.repeat(41)}QB=`],
      [
        'the other filled up with zeros, as HMAC does',
        bytes(32),
        Buffer.from(`${'k'.repeat(32)}\0`).toString('base64'),
      ],
    ].map(([how, one = '', other = '']): [string, object[], string] => [
      `the key of another in ${how}`,
      [
        { name: 'a', keys: [one] },
        { name: 'b', keys: [other] },
      ],
      'CLIENTS: must not contain two clients with the same key',
    ]),
    ...['sendSMS', 'SendSms', 'actas', ''].map((name): [string, object[], string] => [
      `the permission '${name}'`,
      [{ name: 'a', keys: [key('a')], allow: ['sendSms', name] }],
      'CLIENTS[0].allow[1]: must be the name of an operation',
    ]),
    ...['*', '14255550123', '+1 425*', '+0*', 'anna', '*contoso.com', '*@*', 'a@*'].map(
      (recipient): [string, object[], string] => [
        `the recipient '${recipient}'`,
        [{ name: 'a', keys: [key('a')], recipients: [recipient] }],
        'CLIENTS[0].recipients[0]: must be a phone number or email address',
      ],
    ),
    ...[['us'], ['UK'], ['XX'], ['US', 'USA'], ['US', '*'], [], 'US'].map((countries): [string, object[], string] => [
      `the countries ${JSON.stringify(countries)}`,
      [{ name: 'a', keys: [key('a')], countries }],
      'CLIENTS[0].countries: must be "sender", ["*"] or a list',
    ]),
    [
      'a limit of nothing',
      [{ name: 'a', keys: [key('a')], limits: { smsPerDay: 0 } }],
      'CLIENTS[0].limits.smsPerDay: ',
    ],
    [
      'an unknown limit',
      [{ name: 'a', keys: [key('a')], limits: { sms: 5 } }],
      'CLIENTS[0].limits.sms: is not a known',
    ],
  ])('a client with %s yields one line', (_, clients, line) => {
    expect(problems({ CLIENTS: JSON.stringify(clients) })).toEqual([expect.stringContaining(line)]);
  });

  test.each(['{"smsPerDay":0}', '{"sms":1}', '{"countries":["us"]}', '[]'])(
    'default limits of %s yield one line',
    (value) => {
      expect(problems({ DEFAULT_LIMITS: value })).toEqual([expect.stringMatching(/^DEFAULT_LIMITS/)]);
    },
  );
});

describe('keys from the repository', () => {
  const { Values: local } = z
    .object({ Values: z.object({ CLIENTS: z.string(), ACS_CONNECTION_STRING: z.string() }) })
    .parse(JSON.parse(readFileSync('local.settings.json', 'utf8')));
  const tests = JSON.stringify([TEST_CLIENTS.plain]);

  test.each([{ WEBSITE_SITE_NAME: 'contoso' }, { WEBSITE_INSTANCE_ID: '1' }])('are rejected on Azure: %o', (azure) => {
    const expected = (name: string) => [
      `${name}: contains a key for local use only, which is public in the repository`,
    ];
    expect(problems({ ...azure, CLIENTS: local.CLIENTS })).toEqual(expected('CLIENTS'));
    expect(problems({ ...azure, CLIENTS: tests })).toEqual(expected('CLIENTS'));
    expect(problems({ ...azure, ACS_CONNECTION_STRING: local.ACS_CONNECTION_STRING })).toEqual(
      expected('ACS_CONNECTION_STRING'),
    );
    expect(problems({ ...azure, CLIENTS: JSON.stringify([{ name: 'a', keys: [key('a')] }]) })).toEqual([]);
  });

  test('are accepted locally', () => {
    expect(problems({ ...local, WEBSITE_HOSTNAME: 'localhost:7071' })).toEqual([]);
    expect(problems({ CLIENTS: tests })).toEqual([]);
  });
});

test('every country that has phone numbers can be set', () => {
  expect(defaultLimits.safeParse({ countries: getCountries() }).success).toBe(true);
});
