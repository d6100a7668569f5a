import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { consentReader } from '../../../shared/optouts/optOuts.ts';

const consentOf = consentReader([]);

describe('opts out:', () => {
  // The SMS FAQ of ACS and the FCC's list (47 CFR 64.1200(a)(10)): each keyword is enough, in any spelling.
  test.each([
    ...[
      'STOP',
      'STOPALL',
      'UNSUBSCRIBE',
      'CANCEL',
      'END',
      'QUIT',
      'REVOKE',
      'OPTOUT',
      'OPT OUT',
      'opt-out',
      'STOP ALL',
    ],
    ...['stop', ' Stop \n', 'Stop!', '"stop."', '*QUIT*', 'Opt‑out', 'opt  out', 'opt.out', 'Stop, all!', 'S T O P'],
    ...['ＳＴＯＰ', 'ｏｐｔ　ｏｕｔ', 'ST\u200bOP', '\ufeffstop', '\u202aSTOP\u202c', '🛑 STOP 🛑', '⚠️ stop', 'stöp'],
  ])('%j', (message) => expect(consentOf(message)).toBe('optedOut'));
});

describe('opts in again:', () => {
  test.each([
    'START',
    'UNSTOP',
    'start',
    '  Start. ',
    '¡start!',
    '\u200bSTART\u200b',
    'ＵＮＳＴＯＰ',
    'un-stop',
    'Unstop',
  ])('%j', (message) => expect(consentOf(message)).toBe('optedIn'));
});

describe('is not a keyword:', () => {
  test.each([
    ...[
      '',
      ' ',
      '!',
      '🛑',
      'STOP IT',
      'please stop',
      'please stop calling the office at noon',
      'STOP1',
      'STOPS',
      'YES',
    ],
    ...['non-stop', 'STOP START', 'the end', 'I quit', 'do not cancel', 'stop 2', 'ARRET', 'ΣΤΟΠ', '停止'],
  ])('%j', (message) => expect(consentOf(message)).toBeUndefined());
});

describe('further keywords', () => {
  const read = consentReader(['ARRET', 'Désabonner', 'no more', '停止', 'रोकें']);

  test.each([
    'Arrêt',
    'ARRÊT!',
    'arret',
    'A\u0302RRE\u0302T',
    'desabonner',
    'No more.',
    'NO-MORE',
    '停止',
    '「停止」',
    'रोकें',
  ])('%j opts out', (message) => expect(read(message)).toBe('optedOut'));

  test.each(['arrêter', 'no', 'more', '止'])('%j does not opt out', (message) => expect(read(message)).toBeUndefined());

  test('are added to the usual ones', () => {
    expect(read('stop')).toBe('optedOut');
    expect(read('start')).toBe('optedIn');
  });
});

test('punctuation and spaces around and between the letters of a keyword are ignored', () => {
  const noise = fc.string({ unit: fc.constantFrom(' ', '-', '.', '!', '\u200b', '\u00a0', '–', '"'), maxLength: 4 });
  const letters = fc
    .constantFrom('stop', 'REVOKE', 'OptOut', 'ｑｕｉｔ')
    .chain((word) =>
      fc.tuple(...[...word].map((letter) => noise.map((it) => it + letter)), noise).map((parts) => parts.join('')),
    );
  fc.assert(
    fc.property(letters, (message) => {
      expect(consentOf(message)).toBe('optedOut');
    }),
  );
});

test('a keyword with another word before or after it is not a keyword', () => {
  const word = fc.constantFrom('please', 'now', 'it', '5', 'non');
  fc.assert(
    fc.property(word, fc.boolean(), (more, isBefore) => {
      expect(consentOf(isBefore ? `${more} stop` : `stop ${more}`)).toBeUndefined();
    }),
  );
});

test('a long message is read in linear time', () => {
  expect(consentOf(`${'!'.repeat(100_000)}STOP${'!'.repeat(100_000)}x`)).toBeUndefined();
  expect(consentOf('\u0301 -'.repeat(100_000))).toBeUndefined();
});
