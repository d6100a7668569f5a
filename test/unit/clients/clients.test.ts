import { describe, expect, test } from 'vitest';
import { assertMayCall, assertMaySendFrom, type Client, createClients } from '../../../shared/clients/clients.ts';
import type { ClientSettings } from '../../../shared/settings/clientSettings.ts';
import { importKey, sign } from '../../../shared/signing/sign.ts';

const NOW = new Date('2026-01-15T08:30:00Z');
const key = (name: string) => Buffer.from(`key of ${name}`.padEnd(32, '!')).toString('base64');

/** A request as it arrives, signed with a key. */
function received(signingKey: string) {
  const url = 'https://switchboard.example/sms?api-version=2024-03-15';
  const headers = new Headers({ ...sign({ method: 'POST', url, body: '{}', date: NOW }, importKey(signingKey)) });
  return {
    ...{ method: 'POST', target: '/sms?api-version=2024-03-15', hosts: ['switchboard.example'] },
    header: (name: string) => headers.get(name),
  };
}

const client = (more: Partial<ClientSettings> = {}): Client =>
  createClients([{ name: 'shop', keys: [key('shop')], ...more }]).named('shop');

describe('a caller', () => {
  const clients = createClients([
    { name: 'shop', keys: [key('shop'), key('shop 2')] },
    { name: 'office', keys: [key('office'), key('office 2')] },
  ]);

  test.each([
    ['shop', 'shop'],
    ['shop 2', 'shop'],
    ['office', 'office'],
    ['office 2', 'office'],
  ])('with the key %j is %s', (signingKey, name) => {
    const { client, contentHash } = clients.authenticate(received(key(signingKey)), NOW);
    // printf '{}' | openssl dgst -sha256 -binary | base64
    const hash = 'RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o=';
    expect({ name: client.name, contentHash }).toEqual({ name, contentHash: hash });
  });

  test('with any other key is nobody', () => {
    const call = () => clients.authenticate(received(key('stranger')), NOW);
    expect(call).toThrow(expect.objectContaining({ code: 'Denied' }));
  });

  test('at another time is nobody', () => {
    const later = new Date(NOW.getTime() + 6 * 60_000);
    const call = () => clients.authenticate(received(key('shop')), later);
    expect(call).toThrow(expect.objectContaining({ code: 'Denied', message: expect.stringContaining('x-ms-date') }));
  });

  test('is found by name for a queue message', () => {
    expect(clients.named('office').name).toBe('office');
    for (const name of ['nobody', '', 'Office', 'constructor', 'switchboard']) {
      expect(() => clients.named(name)).toThrow(expect.objectContaining({ code: 'Denied', target: 'client' }));
    }
  });
});

test('without clients everybody is nobody', () => {
  const clients = createClients([]);
  expect(clients.isEmpty).toBe(true);
  expect(() => clients.authenticate(received(key('shop')), NOW)).toThrow(expect.objectContaining({ code: 'Denied' }));
  expect(createClients([{ name: 'a', keys: [key('a')] }]).isEmpty).toBe(false);
});

describe('operations', () => {
  const may = (allow: string[] | undefined, operation: string): boolean => {
    try {
      assertMayCall(client({ allow }), operation);
      return true;
    } catch (error) {
      expect(error).toMatchObject({ code: 'Forbidden', status: 403 });
      return false;
    }
  };

  test.each<[string[] | undefined, boolean, boolean]>([
    [undefined, true, false],
    [['*'], true, false],
    [['*', 'actAs'], true, true],
    [['sendSms'], true, false],
    [['sendEmail', 'sendSms', 'actAs'], true, true],
    [['sendEmail'], false, false],
    [['SendSms'], false, false],
    [['actAs'], false, true],
    [[], false, false],
  ])('with allow %j: sendSms %s, acting as others %s', (allow, mayCall, mayActAs) => {
    expect(may(allow, 'sendSms')).toBe(mayCall);
    expect(client({ allow }).mayActAs).toBe(mayActAs);
  });
});

describe('senders', () => {
  const may = (senders: string[] | undefined, sender: string): boolean => {
    try {
      assertMaySendFrom(client({ senders }), sender, 'from');
      return true;
    } catch (error) {
      expect(error).toMatchObject({ code: 'Forbidden', target: 'from' });
      return false;
    }
  };

  test.each<[string[] | undefined, string, boolean]>([
    [undefined, '+18005550100', true],
    [['+18005550100'], '+18005550100', true],
    [['+18005550100'], '+18005550101', false],
    [['+18005550100'], '18005550100', false],
    [['News@Contoso.com'], 'news@contoso.COM', true],
    [['contoso'], 'CONTOSO ', true],
    [['contoso'], 'contoso2', false],
    [['*'], '+18005550100', false],
    [[], '+18005550100', false],
  ])('%j: from %j %s', (senders, sender, isAllowed) => {
    expect(may(senders, sender)).toBe(isAllowed);
  });
});

test('Switchboard itself may do everything', () => {
  const { own } = createClients([]);
  expect(() => assertMayCall(own, 'sendSms')).not.toThrow();
  expect(() => assertMaySendFrom(own, '+18005550100', 'from')).not.toThrow();
  expect(own).toMatchObject({ mayActAs: true, recipients: undefined, countries: undefined, limits: {} });
});
