import { describe, expect, test } from 'vitest';
import type { Client } from '../../../shared/clients/clients.ts';
import { createClients } from '../../../shared/clients/clients.ts';
import { emailDestinations, smsDestinations } from '../../../shared/clients/destinations.ts';
import type { ClientSettings, DefaultLimits } from '../../../shared/settings/clientSettings.ts';

const key = Buffer.from('the key of the shop, of 32 bytes').toString('base64');
const client = (more: Partial<ClientSettings> = {}, defaults: DefaultLimits = {}): Client =>
  createClients([{ name: 'shop', keys: [key], ...more }], defaults).named('shop');

const US = '+18005550100';

// Valid example numbers: https://github.com/google/libphonenumber/tree/master/resources
const NUMBERS = {
  seattle: '+14255550123',
  toronto: '+14165550123',
  jamaica: '+18762101234',
  london: '+447400123456',
  jersey: '+447797712345',
  moscow: '+79123456789',
  kazakhstan: '+77710009998',
  paris: '+33612345678',
  satellite: '+870301234567',
};
type Place = keyof typeof NUMBERS;

async function reached(who: Client, sender = US): Promise<readonly string[]> {
  const rule = await smsDestinations(who, sender);
  return Object.entries(NUMBERS).flatMap(([place, number]) => (rule(number) === undefined ? [place] : []));
}

/** To addresses by email, to all others by SMS from `US`. */
async function mayReach(who: Client, recipient: string): Promise<boolean> {
  const rule = recipient.includes('@') ? emailDestinations(who) : await smsDestinations(who, US);
  return rule(recipient) === undefined;
}

const EVERYWHERE = Object.keys(NUMBERS);

describe('countries', () => {
  test.each<[string, Client, string, readonly Place[]]>([
    ['of a list', client({ countries: ['US'] }), US, ['seattle']],
    ['of a list of two', client({ countries: ['CA', 'GB'] }), US, ['toronto', 'london']],
    [
      'of a number in North America: all of its numbering plan',
      client({ countries: 'sender' }),
      US,
      ['seattle', 'toronto', 'jamaica'],
    ],
    ['of a number elsewhere: that one only', client({ countries: 'sender' }), '+447418310508', ['london']],
    ['of a number that shares its code', client({ countries: 'sender' }), '+79161234567', ['moscow']],
    ['of a short code, which has none', client({ countries: 'sender' }), '12345', []],
    ['of a sender ID, which has none', client({ countries: 'sender' }), 'CONTOSO', []],
    ['of a sender ID with a list', client({ countries: ['FR'] }), 'CONTOSO', ['paris']],
    ['by default', client({}, { countries: ['KZ'] }), US, ['kazakhstan']],
    ['of its own rather than by default', client({ countries: ['FR'] }, { countries: 'sender' }), US, ['paris']],
  ])('%s', async (_, who, sender, places) => {
    expect(await reached(who, sender)).toEqual(places);
  });

  test.each<[string, Client, string]>([
    ['nothing is set', client(), US],
    ['nothing is set and the sender has no country', client(), 'CONTOSO'],
    ['all are opened', client({ countries: ['*'] }, { countries: 'sender' }), '12345'],
    ['limits are set, but no countries', client({ limits: { smsPerDay: 1 } }, { smsPerMinute: 1 }), US],
  ])('are all when %s', async (_, who, sender) => {
    expect(await reached(who, sender)).toEqual(EVERYWHERE);
  });

  test.each(['+1 (425) 555-0123', '1-425-555-0123', '＋１４２５５５５０１２３'])(
    'count for the spelling %s',
    async (to) => {
      expect(await mayReach(client({ countries: ['US'] }), to)).toBe(true);
      expect(await mayReach(client({ countries: ['CA'] }), to)).toBe(false);
    },
  );

  test('an answer about one number says nothing about another of its area', async () => {
    const rule = await smsDestinations(client({ countries: ['US'] }), US);
    for (const number of ['+15551234567', '+15551234568']) expect(rule(number)).toBeDefined(); // no area code
    for (const number of ['+12423591234', '+12423591235']) expect(rule(number)).toBeDefined(); // the Bahamas
    for (const number of ['+14255550123', '+14255550124']) expect(rule(number)).toBeUndefined();
  });
});

test('the reason names what to set', async () => {
  const from = async (sender: string) =>
    (await smsDestinations(client({ countries: 'sender' }), sender))('+33612345678');
  expect(await from('CONTOSO')).toContain("set 'countries' for the client 'shop'");
  expect(await from(US)).toContain('Allowed: the country of the sending number');
});

describe('recipients', () => {
  const staging = client({ recipients: ['+14255550123', '+4930*', 'Anna@Contoso.com', '*@test.contoso.com'] });

  test.each<[string, boolean]>([
    ['+14255550123', true],
    ['+1 425 555-0123', true],
    ['+14255550124', false],
    ['+142555501234', false],
    ['+4930123456', true],
    ['+493', false],
    ['anna@contoso.com', true],
    ['ANNA@CONTOSO.COM', true],
    ['ben@contoso.com', false],
    ['ben@test.contoso.com', true],
    ['ben@TEST.contoso.com', true],
    ['ben@a.test.contoso.com', false],
    ['ben@eviltest.contoso.com', false],
    ['ben@test.contoso.com.evil.example', false],
    ['*@test.contoso.com@evil.example', false],
    ['+4930@evil.example', false], // an address may begin as a number does
    ['+4930123456@test.contoso.com', true],
  ])('%s is allowed: %s', async (recipient, isAllowed) => {
    expect(await mayReach(staging, recipient)).toBe(isAllowed);
  });

  test('must include every number that a recipient may mean', async () => {
    const rule = await smsDestinations(client({ recipients: ['+142555501015'] }), US);
    expect(rule('+142555501015')).toBeUndefined();
    expect(rule('+14255550101 ext. 5')).toContain('may not send to this recipient');
  });

  test('both they and the countries must allow a number', async () => {
    const both = client({ recipients: ['+1425*', '+33*'], countries: ['US'] });
    expect(await reached(both)).toEqual(['seattle']);
  });

  test('an empty list allows none', async () => {
    expect(await reached(client({ recipients: [] }))).toEqual([]);
    expect(await mayReach(client({ recipients: [] }), 'anna@contoso.com')).toBe(false);
  });
});

test('limits of its own come before the defaults; null lifts one', () => {
  const defaults = { smsPerMinute: 1, smsPerDay: 2, emailsPerDay: 3 };
  expect(client({ limits: { smsPerMinute: 10, emailsPerDay: null, batchRecipients: 7 } }, defaults).limits).toEqual({
    smsPerMinute: 10,
    smsPerDay: 2,
    batchRecipients: 7,
  });
  expect(createClients([], defaults).own.limits).toEqual(defaults);
});
