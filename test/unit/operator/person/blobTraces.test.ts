import { expect, test } from 'vitest';
import { recipientLines, withoutRecipient } from '../../../../infra/operator/person/blobTraces.ts';
import { parsePerson } from '../../../../infra/operator/person/person.ts';
import { parseRecipients } from '../../../../shared/smsbatch/recipients/recipient.ts';

const person = parsePerson('+14255550123');
const file = (...recipients: readonly unknown[]) =>
  Buffer.from(recipients.map((it) => `${JSON.stringify(it)}\n`).join(''));

function erased(bytes: Buffer) {
  const result = withoutRecipient(bytes, recipientLines(person, bytes));
  expect(result).toHaveLength(bytes.length);
  const breaks = (it: Buffer) => [...it.entries()].filter(([, byte]) => byte === 0x0a).map(([at]) => at);
  expect(breaks(result)).toEqual(breaks(bytes));
  return parseRecipients(result);
}

test('erases a recipient with its message; every other line keeps its position', () => {
  const bytes = file('+14255550122', ['+14255550123', 'Grüße 🙂, Anna'], '+14255550124');
  expect(erased(bytes)).toEqual(['+14255550122', '', '+14255550124']);
});

test('erases the first and the last recipient', () => {
  expect(erased(file('+14255550123', '+14255550124'))).toEqual(['', '+14255550124']);
  expect(erased(file('+14255550124', '+14255550123'))).toEqual(['+14255550124', '']);
});

test('keeps longer numbers, and messages to others', () => {
  const others = ['+142555501234', ['+14255550124', 'Call +14255550123'], ['+14255550125', '+14255550123']];
  const bytes = file(...others);
  expect(recipientLines(person, bytes)).toEqual([]);
  expect(erased(bytes)).toEqual(others);
});

test('a message that repeats the recipient’s number counts once', () => {
  expect(recipientLines(person, file(['+14255550123', 'You are +14255550123']))).toHaveLength(1);
});
