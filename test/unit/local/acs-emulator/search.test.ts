import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ItemFilter, parseSearch } from '../../../../infra/local/acs-emulator/outbox/search.ts';
import { type Note, Notes } from './outbox.fixtures.ts';

const term = (field: string, value: string, isNegated = false) => ({ field, value, isNegated });

describe('a search', () => {
  test.each([
    ['', []],
    ['hello', [term('text', 'hello')]],
    ['from:+18335550100 hello', [term('from', '+18335550100'), term('text', 'hello')]],
    ['subject:"your code" -status:delivered', [term('subject', 'your code'), term('status', 'delivered', true)]],
    ['"two words" TO:Ada -spam', [term('text', 'two words'), term('to', 'Ada'), term('text', 'spam', true)]],
    ['channel:sms', [term('channel', 'sms')]],
    // still being typed
    ['to:', []],
    ['subject:"your co', [term('subject', 'your co')]],
    ['hello -', [term('text', 'hello'), term('text', '-')]],
    // no operators
    ['https://contoso.example/x', [term('text', 'https://contoso.example/x')]],
    ['priority:high', [term('text', 'priority:high')]],
    ['12:30', [term('text', '12:30')]],
    ['say"hi"', [term('text', 'say"hi"')]],
    ['priority:"very high"', [term('text', 'priority:very high')]],
    ['  a   b  ', [term('text', 'a'), term('text', 'b')]],
  ])('is read: %s', (text, expected) => {
    expect(parseSearch(text)).toEqual(expected);
  });

  test('gives back any terms that are written as such', () => {
    const value = fc.string({ minLength: 1, unit: 'grapheme' }).filter((it) => !it.includes('"'));
    const field = fc.constantFrom('channel', 'to', 'from', 'subject', 'status');
    const anyTerm = fc.record({ field, value, isNegated: fc.boolean() });
    fc.assert(
      fc.property(fc.array(anyTerm, { maxLength: 6 }), (terms) => {
        const text = terms.map((it) => `${it.isNegated ? '-' : ''}${it.field}:"${it.value}"`).join(' ');
        expect(parseSearch(text)).toEqual(terms);
      }),
    );
  });

  test('can be any text, and loses nothing of it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const values = parseSearch(text).map(({ value }) => value);
        for (const value of values) expect(value).not.toBe('');
        const letters = (it: string) => it.replace(/[^a-z0-9]/gi, '');
        const operators = letters(text.replace(/(channel|to|from|subject|status|text):/gi, ''));
        expect(letters(values.join('')).length).toBeGreaterThanOrEqual(operators.length);
      }),
    );
  });
});

describe('an item matches', () => {
  const items: Readonly<Record<string, Note>> = {
    code: { from: '+18335550100', to: '+14255550123', text: 'Your code is 123456', status: 'Delivered' },
    short: { from: '72345', to: '+447700900123', text: 'Sale!', status: 'Failed' },
  };
  const mails: Readonly<Record<string, Note>> = {
    mail: {
      from: 'shop@contoso.example',
      to: 'Ada@fabrikam.example',
      subject: 'Your order',
      text: 'Thank you',
      status: 'Bounced',
    },
    chat: { from: '8:acs:one', thread: '19:abc@thread.v2', subject: 'Topic', text: 'Hi' },
  };
  const notes = new Notes();
  for (const [id, note] of Object.entries(items)) notes.put(id, note);
  for (const [id, note] of Object.entries(mails)) notes.put(id, note, 'email');
  notes.put('call', { from: 'sendSms', subject: 'POST /sms', status: '202' }, 'request');

  test.each<[ItemFilter, string[]]>([
    [{}, ['chat', 'mail', 'short', 'code']],
    [{ to: '+14255550123' }, ['code']],
    [{ to: '14255550123' }, ['code']],
    [{ to: 'ADA@' }, ['mail']],
    [{ from: '+72345' }, ['short']],
    [{ from: '72345' }, ['short']],
    [{ subject: 'ORDER' }, ['mail']],
    [{ status: 'bounce' }, ['mail']],
    [{ text: 'code' }, ['code']],
    [{ text: 'contoso' }, ['mail']],
    [{ text: '+447700900' }, ['short']],
    [{ text: '19:abc@thread.v2' }, ['chat']],
    [{ text: 'short' }, ['short']],
    [{ to: '+1425', text: 'sale' }, []],
    [{ search: '' }, ['chat', 'mail', 'short', 'code']],
    [{ search: '-status:failed channel:sms' }, ['code']],
    [{ search: '-channel:sms' }, ['chat', 'mail']],
    [{ search: 'channel:req' }, ['call']],
    [{ search: 'channel:request status:2' }, ['call']],
    [{ search: 'channel:sms', channel: 'email' }, []],
    [{ search: 'your' }, ['mail', 'code']],
    [{ search: 'your -order' }, ['code']],
    [{ search: '"your order"' }, ['mail']],
    [{ search: 'nothing:like this' }, []],
    [{ search: 'post', channel: 'request' }, ['call']],
    [{ conversation: '19:abc@thread.v2' }, ['chat']],
    [{ conversation: '+14255550123' }, ['code']],
    [{ conversation: '14255550123' }, ['code']],
    [{ conversation: '1425555' }, []],
    [{ conversation: 'ada@FABRIKAM.example' }, ['mail']],
    [{ conversation: '72345', status: 'Delivered' }, []],
  ])('%j', (filter, expected) => {
    expect(notes.ids(filter)).toEqual(expected);
  });

  test.each<ItemFilter>([
    { to: '+1 425 555-0123' },
    { to: '(425) 555-0123' },
    { to: '1.425.555.0123' },
    { to: '+1\u00a0425\u2011555\u20110123' },
    { to: '\u202a+14255550123\u202c' },
    { text: '425 555 0123' },
    { search: 'to:"+1 (425) 555-0123"' },
    { search: '-to:"+44 7700 900123" channel:sms' },
    { conversation: '+1 (425) 555-0123' },
  ])('with a number that is written as in %j', (filter) => {
    expect(notes.ids(filter)).toEqual(['code']);
  });

  test.each<ItemFilter>([
    { to: '+425 555 0123' },
    { to: '( )' },
    { to: '-' },
    { conversation: '+1 425 555' },
    { from: '(425) 555-0123' },
  ])('not with %j', (filter) => {
    expect(notes.ids(filter)).toEqual([]);
  });

  test.each([
    ['\u0130stanbul', 'istanbul'],
    ['\u0130stanbul', '\u0130STANBUL'],
    ['\u00e9clair', 'E\u0301CLAIR'],
    ['e\u0301clair', '\u00c9clair'],
    ['\ud55c\uae00', '\u1112\u1161\u11ab\u1100\u1173\u11af'],
    ['\u05e9\u05dc\u05d5\u05dd', '\u05dc\u05d5'],
    ['\ud83d\udc69\u200d\ud83d\ude80 launch', '\ud83d\udc69\u200d\ud83d\ude80'],
  ])('with %j if it is asked for %j', (text, value) => {
    const other = new Notes();
    other.put('other', { text: 'something else' });
    other.put('found', { text, subject: text });
    expect(other.ids({ text: value })).toEqual(['found']);
    expect(other.ids({ search: `subject:${value}` })).toEqual(['found']);
  });
});
