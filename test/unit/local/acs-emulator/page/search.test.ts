import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseSearch } from '../../../../../infra/local/acs-emulator/outbox/search.ts';
import { accept, suggestionsFor, termAt } from '../../../../../infra/local/acs-emulator/page/list/search.ts';
import { fakeItem } from './fakeItems.ts';

const ITEMS = [
  fakeItem(3, { to: ['+14255550123'], status: 'Failed' }),
  fakeItem(2, { channel: 'email', to: ['maria@example.com'], subject: 'Your order', status: 'Delivered' }),
  fakeItem(1, { to: ['+14255550123'], status: 'Delivered' }),
];

const inserted = (search: string, caret = search.length) =>
  suggestionsFor(search, caret, ITEMS).map(({ insert }) => insert);

describe('the term at the caret', () => {
  test.each([
    ['to:maria hello', 4, 'to:maria'],
    ['to:maria hello', 8, 'to:maria'],
    ['to:maria hello', 14, 'hello'],
    ['to:maria ', 9, ''],
    ['subject:"your order" x', 15, 'subject:"your order"'],
    ['subject:"your or', 16, 'subject:"your or'],
    ['', 0, ''],
  ])('of %j at %i is %j', (search, caret, text) => {
    expect(termAt(search, caret).text).toBe(text);
  });
});

describe('suggestions', () => {
  test('are the operators at first', () => {
    expect(inserted('')).toEqual(['channel:', 'to:', 'from:', 'subject:', 'status:']);
    expect(inserted('hello s')).toEqual(['subject:', 'status:']);
  });

  test.each([
    ['to:', ['to:+14255550123', 'to:maria@example.com']],
    ['to:MAR', ['to:maria@example.com']],
    ['-status:del', ['-status:Delivered']],
    ['status:Delivered', []],
    ['subject:', ['subject:"Your order"']],
    ['subject:"your o', ['subject:"Your order"']],
    ['channel:e', ['channel:email', 'channel:identity', 'channel:request']],
    ['unknown:', []],
    ['hello', []],
  ])('for %j are %j', (search, suggestions) => {
    expect(inserted(search)).toEqual(suggestions);
  });
});

describe('an accepted suggestion', () => {
  test('takes the place of the term and is followed by a space', () => {
    expect(accept('a to:m b', 6, { insert: 'to:maria@example.com', title: '' })).toEqual({
      search: 'a to:maria@example.com b',
      caret: 23,
    });
  });

  test('that is an operator waits for its value', () => {
    expect(accept('st', 2, { insert: 'status:', title: '' })).toEqual({ search: 'status:', caret: 7 });
  });

  test('is understood by the emulator as it was meant', () => {
    const subject = fc.string().filter((it) => it.trim() === it && it !== '' && !it.includes('"'));
    fc.assert(
      fc.property(subject, (value) => {
        const items = [fakeItem(1, { subject: value })];
        const [suggestion] = suggestionsFor('subject:', 8, items);
        const { search } = accept('subject:', 8, suggestion ?? { insert: '', title: '' });
        expect(parseSearch(search)).toEqual([{ field: 'subject', value, isNegated: false }]);
      }),
    );
  });
});
