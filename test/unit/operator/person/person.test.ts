import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  holdsPerson,
  mentions,
  parsePerson,
  redactText,
  withoutPerson,
} from '../../../../infra/operator/person/person.ts';

const person = parsePerson('+1 (425) 555-0123');

test.each([
  ...['+14255550123', '14255550123', '0014255550123', '01114255550123', '%2B14255550123', '+1 425 555 0123'],
  ...['(425) 555-0123', '425.555.0123', '4255550123', '+1-425-555-0123', 'tel:+14255550123;ext=1', '"+14255550123"'],
])('the number is found in %s', (text) => {
  expect(mentions(person, text)).toBe(true);
  expect(withoutPerson(person, `a ${text} b`)).not.toMatch(/555/);
});

test.each([...['+142555501234', '+14255550124', '+914255550123', '94255550123', '+44 4255550123', '425555012']])(
  'another number is not found: %s',
  (text) => {
    expect(mentions(person, text)).toBe(false);
  },
);

test('a foreign number is found in its national form', () => {
  const abroad = parsePerson('+447400123456');
  for (const text of ['07400 123456', '+44 (0)7400 123456', '00447400123456'])
    expect(mentions(abroad, text)).toBe(true);
});

describe('an address', () => {
  const anna = parsePerson(' Anna.Smith@Example.com ');

  test('is found in any case, between other characters', () => {
    expect(anna).toMatchObject({ kind: 'address', value: 'anna.smith@example.com' });
    for (const text of ['ANNA.SMITH@example.com', '<anna.smith@example.com>', 'mailto:anna.smith@example.com.']) {
      expect(mentions(anna, text)).toBe(true);
    }
  });

  test('is not found in longer ones', () => {
    for (const text of ['joanna.smith@example.com', 'x+anna.smith@example.com', 'anna.smith@example.com.au']) {
      expect(mentions(anna, text)).toBe(false);
    }
  });

  test('is matched literally', () => {
    expect(mentions(parsePerson('a.b+c$(d)@x.org'), 'a.b+c$(d)@x.org')).toBe(true);
    expect(mentions(parsePerson('a.b@x.org'), 'aXb@x.org')).toBe(false);
  });
});

test('no part of a number is left in a string, wherever it is', () => {
  const around = fc.string({ unit: fc.constantFrom(...' ,;:"{}[]abcxyz+-.()/%\n') });
  fc.assert(
    fc.property(around, around, (before, after) => {
      const text = `${before}+14255550123${after}`;
      expect(withoutPerson(person, text)).not.toContain('4255550123');
    }),
  );
});

test.each(['4255550123', '0425 555', 'anna', '', '+', '+12', '+1425x5550123'])("'%s' is not a person", (text) => {
  expect(() => parsePerson(text)).toThrow('is neither a phone number');
});

describe('redactText', () => {
  const number = parsePerson('+14255550123');

  test('JSON stays valid, without the person in names and strings', () => {
    const json = {
      '+14255550123': [1, 0, 'x'],
      list: ['+14255550123', { to: 'call 425-555-0123!' }],
      other: '+14255550124',
    };
    expect(JSON.parse(redactText(number, JSON.stringify(json)))).toEqual({
      erased: [1, 0, 'x'],
      list: ['erased', { to: 'call erased!' }],
      other: '+14255550124',
    });
  });

  test('JSON numbers, such as times, are not searched', () => {
    const json = JSON.stringify({ sentOn: 14_255_550_123, deep: [4_255_550_123] });
    expect(redactText(number, json)).toBe(json);
    expect(holdsPerson(number, json)).toBe(false);
  });

  test('a person is found in JSON escapes', () => {
    expect(holdsPerson(number, '{"to":"\\u002b1425555\\u0030123"}')).toBe(true);
    expect(redactText(number, '{"to":"\\u002b1425555\\u0030123"}')).toBe('{"to":"erased"}');
  });

  test('other content and truncated JSON are changed as strings', () => {
    expect(redactText(number, 'to,text\n+14255550123,Hello\n')).toBe('to,text\nerased,Hello\n');
    expect(redactText(number, '{"from":"+14255550123","mess')).toBe('{"from":"erased","mess');
  });

  test('a string without the person is unchanged', () => {
    const spaced = '{ "a" : "b" }';
    expect(redactText(number, spaced)).toBe(spaced);
  });
});
