import { expect, test } from 'vitest';
import { peopleOf } from '../../../../../infra/local/acs-emulator/page/details/chat/people.ts';

const AT = '2026-03-01T10:00:00.000Z';

const rawId = (index: number) => `8:acs:11111111-1111-4111-8111-111111111111_${String(index).padStart(12, '0')}`;

const thread = (ids: readonly string[]) => ({
  id: '19:x@thread.v2',
  topic: '',
  createdOn: AT,
  participants: ids.map((id) => ({ id })),
  messages: [],
  receipts: [],
  typing: [],
});

const colors = (ids: readonly string[]) => Array.from(peopleOf(thread(ids)).values(), ({ color }) => color);

test('up to eight participants all have colors of their own', () => {
  const ids = Array.from({ length: 8 }, (_, index) => rawId(index));
  expect(new Set(colors(ids)).size).toBe(8);
});

test('no one changes color when another participant is added', () => {
  const ids = Array.from({ length: 40 }, (_, index) => rawId(index));
  expect(colors(ids).slice(0, 39)).toEqual(colors(ids.slice(0, 39)));
});

test.each([
  { displayName: 'Ada Lovelace', initials: 'AL' },
  { displayName: 'grace', initials: 'G' },
  { displayName: '  Jean  Luc van Damme ', initials: 'JD' },
  { displayName: '😀 Ángel', initials: '😀Á' },
  { displayName: '', initials: '07' },
])('the initials of "$displayName" are $initials', ({ displayName, initials }) => {
  const people = peopleOf({ ...thread([]), participants: [{ id: rawId(7), displayName }] });
  expect(people.get(rawId(7))?.initials).toBe(initials);
});

test('a sender who has left the thread keeps the name of the message', () => {
  const message = {
    id: '1',
    type: 'text' as const,
    at: AT,
    content: 'bye',
    sender: rawId(3),
    senderDisplayName: 'Cyd',
  };
  expect(peopleOf({ ...thread([rawId(1)]), messages: [message] }).get(rawId(3))?.name).toBe('Cyd');
});

test('without a name, the raw id is shown without its middle', () => {
  expect(peopleOf(thread([rawId(42)])).get(rawId(42))?.name).toBe('8:acs:…000000000042');
});
