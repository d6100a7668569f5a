import { expect, test } from 'vitest';
import { consentOf } from '../../../shared/optouts/keywords.ts';

test.each([
  'STOP',
  'STOPALL',
  'UNSUBSCRIBE',
  'CANCEL',
  'END',
  'QUIT',
  'stop',
  ' Stop \n',
  'Stop!',
  '"stop."',
  '*QUIT*',
])('%j opts out', (message) => expect(consentOf(message)).toBe('optedOut'));

test.each(['START', 'UNSTOP', 'start', '  Start. ', '¡start!', '\u200bSTART\u200b'])('%j opts in', (message) =>
  expect(consentOf(message)).toBe('optedIn'),
);

test.each(['', ' ', '!', 'STOP IT', 'please stop', 'S T O P', 'STOP1', 'STOPS', 'YES', 'non-stop', 'STOP START'])(
  '%j is no keyword',
  (message) => expect(consentOf(message)).toBeUndefined(),
);

test('a long message is judged at once', () => {
  expect(consentOf(`${'!'.repeat(100_000)}STOP${'!'.repeat(100_000)}x`)).toBeUndefined();
});
