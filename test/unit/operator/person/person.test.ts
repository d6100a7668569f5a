import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mentions, parsePerson, withoutPerson } from '../../../../infra/operator/person/person.ts';

const person = parsePerson('+1 (425) 555-0123');

test.each([
  ...['+14255550123', '14255550123', '0014255550123', '01114255550123', '%2B14255550123', '+1 425 555 0123'],
  ...['(425) 555-0123', '425.555.0123', '4255550123', '+1-425-555-0123', 'tel:+14255550123;ext=1', '"+14255550123"'],
])('the number is found in %s', (text) => {
  expect(mentions(person, text)).toBe(true);
  expect(withoutPerson(person, `a ${text} b`)).not.toMatch(/555/);
});

test.each([...['+142555501234', '+14255550124', '+914255550123', '94255550123', '+44 4255550123', '425555012']])(
  'another number is not: %s',
  (text) => {
    expect(mentions(person, text)).toBe(false);
  },
);

test('a number abroad is found as it is dialed at home', () => {
  const abroad = parsePerson('+447400123456');
  for (const text of ['07400 123456', '+44 (0)7400 123456', '00447400123456'])
    expect(mentions(abroad, text)).toBe(true);
});

describe('an address', () => {
  const anna = parsePerson(' Anna.Smith@Example.com ');

  test('is found in any case, between whatever is no address', () => {
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

  test('is taken as it is, whatever it holds', () => {
    expect(mentions(parsePerson('a.b+c$(d)@x.org'), 'a.b+c$(d)@x.org')).toBe(true);
    expect(mentions(parsePerson('a.b@x.org'), 'aXb@x.org')).toBe(false);
  });
});

test('nothing of a number is left in a text, wherever it stands', () => {
  const around = fc.string({ unit: fc.constantFrom(...' ,;:"{}[]abcxyz+-.()/%\n') });
  fc.assert(
    fc.property(around, around, (before, after) => {
      const text = `${before}+14255550123${after}`;
      expect(withoutPerson(person, text)).not.toContain('4255550123');
    }),
  );
});

test.each(['4255550123', '0425 555', 'anna', '', '+', '+12', '+1425x5550123'])("'%s' is no person", (text) => {
  expect(() => parsePerson(text)).toThrow('is neither a phone number');
});
