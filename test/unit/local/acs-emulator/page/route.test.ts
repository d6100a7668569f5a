import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CHANNELS } from '../../../../../infra/local/acs-emulator/inspection/items.ts';
import { CHANNEL_TITLES } from '../../../../../infra/local/acs-emulator/page/channels.ts';
import { formatRoute, itemHref, parseRoute, type Route } from '../../../../../infra/local/acs-emulator/page/route.ts';

const ALL: Route = { view: 'list', channel: 'all', search: '', isGrouped: false, mailbox: 'default' };

test('the page knows the channels of the API', () => {
  expect(Object.keys(CHANNEL_TITLES)).toEqual([...CHANNELS]);
});

describe('an address', () => {
  test.each<[string, Route]>([
    ['', ALL],
    ['#/', ALL],
    ['#/sms', { ...ALL, channel: 'sms' }],
    ['#/sms/Outgoing_1', { ...ALL, channel: 'sms', item: { channel: 'sms', id: 'Outgoing_1' } }],
    ['#/sms/Outgoing_1?in=all', { ...ALL, item: { channel: 'sms', id: 'Outgoing_1' } }],
    ['#/identity/8%3Aacs%3Aa_b', { ...ALL, channel: 'identity', item: { channel: 'identity', id: '8:acs:a_b' } }],
    ['#/chat/19:a@thread.v2', { ...ALL, channel: 'chat', item: { channel: 'chat', id: '19:a@thread.v2' } }],
    ['#/controls', { ...ALL, view: 'controls' }],
    ['#/api?mailbox=test-7', { ...ALL, view: 'api', mailbox: 'test-7' }],
    [
      '#/email?q=to%3A%2B1425%20hello&group=recipient',
      { ...ALL, channel: 'email', search: 'to:+1425 hello', isGrouped: true },
    ],
  ])('%s is read', (hash, route) => {
    expect(parseRoute(hash)).toEqual(route);
  });

  test.each(['#/nowhere', '#/nowhere/1', '#/?unknown=1', '#/?mailbox=', '#/constructor', '#%%'])(
    '%s shows all items',
    (hash) => {
      expect(parseRoute(hash)).toEqual(ALL);
    },
  );

  test('with an id that is not encoded rightly is taken as it is', () => {
    expect(parseRoute('#/email/100%').item).toEqual({ channel: 'email', id: '100%' });
  });
});

test('every route that is written is read again', () => {
  const text = fc.string({ unit: 'binary', minLength: 1 }).filter((it) => it.isWellFormed());
  const channel = fc.constantFrom(...CHANNELS);
  const common = { search: fc.oneof(fc.constant(''), text), isGrouped: fc.boolean(), mailbox: text };
  const routes = fc.oneof(
    fc.record({
      view: fc.constantFrom('controls' as const, 'api' as const),
      channel: fc.constant('all' as const),
      ...common,
    }),
    fc.record({
      view: fc.constant('list' as const),
      channel: fc.oneof(channel, fc.constant('all' as const)),
      ...common,
    }),
    fc
      .record({ item: fc.record({ channel, id: text }), isInAll: fc.boolean(), ...common })
      .map(({ isInAll, ...it }) => ({
        ...it,
        view: 'list' as const,
        channel: isInAll ? ('all' as const) : it.item.channel,
      })),
  );
  fc.assert(
    fc.property(routes, (route) => {
      expect(parseRoute(formatRoute(route))).toEqual(route);
    }),
  );
});

test('a link to an item leads to the list of its channel, in its mailbox', () => {
  expect(itemHref({ channel: 'request', id: 'a/b' }, 'default')).toBe('#/request/a%2Fb');
  expect(itemHref({ channel: 'sms', id: '1' }, 'other one')).toBe('#/sms/1?mailbox=other+one');
});
