import { expect, test } from 'vitest';
import { parsePerson } from '../../../../infra/operator/person/person.ts';
import { holdsPerson, redactText } from '../../../../infra/operator/person/redact.ts';

const person = parsePerson('+14255550123');

test('JSON stays JSON, with the person gone from names and texts', () => {
  const json = {
    '+14255550123': [1, 0, 'x'],
    list: ['+14255550123', { to: 'call 425-555-0123!' }],
    other: '+14255550124',
  };
  expect(JSON.parse(redactText(person, JSON.stringify(json)))).toEqual({
    erased: [1, 0, 'x'],
    list: ['erased', { to: 'call erased!' }],
    other: '+14255550124',
  });
});

test('numbers of JSON, such as times, are nobody’s', () => {
  const json = JSON.stringify({ sentOn: 14_255_550_123, deep: [4_255_550_123] });
  expect(redactText(person, json)).toBe(json);
  expect(holdsPerson(person, json)).toBe(false);
});

test('a person is also found behind the escapes of JSON', () => {
  expect(holdsPerson(person, '{"to":"\\u002b1425555\\u0030123"}')).toBe(true);
  expect(redactText(person, '{"to":"\\u002b1425555\\u0030123"}')).toBe('{"to":"erased"}');
});

test('what is not JSON, or was cut off, is changed as text', () => {
  expect(redactText(person, 'to,text\n+14255550123,Hello\n')).toBe('to,text\nerased,Hello\n');
  expect(redactText(person, '{"from":"+14255550123","mess')).toBe('{"from":"erased","mess');
});

test('a text without the person stays as it was written', () => {
  const spaced = '{ "a" : "b" }';
  expect(redactText(person, spaced)).toBe(spaced);
});
