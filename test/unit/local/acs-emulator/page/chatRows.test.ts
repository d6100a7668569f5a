import { expect, test } from 'vitest';
import { chatRows } from '../../../../../infra/local/acs-emulator/page/details/chat/chatRows.ts';

// Noon everywhere from UTC-11 to UTC+11, so that days do not depend on the machine's time zone.
const at = (day: number, minute: number) => new Date(Date.UTC(2026, 2, day, 12, minute)).toISOString();

const message = (id: number, sender: string, time: string) => ({
  id: String(id),
  type: 'text' as const,
  at: time,
  sender,
  content: `message ${id}`,
});

const thread = (messages: readonly ReturnType<typeof message>[], receipts: readonly [string, number][] = []) => ({
  id: '19:x@thread.v2',
  topic: '',
  createdOn: at(1, 0),
  participants: [],
  messages: [...messages],
  receipts: receipts.map(([reader, messageId]) => ({ reader, messageId: String(messageId), at: at(3, 0) })),
  typing: [],
});

test('a day starts with its first message', () => {
  const rows = chatRows(thread([message(1, 'a', at(1, 0)), message(2, 'a', at(1, 1)), message(3, 'a', at(2, 0))]));
  expect(rows.map(({ startsDay }) => startsDay)).toEqual([true, false, true]);
});

test('a sender is named again after others, after a pause, and on another day', () => {
  const rows = chatRows(
    thread([
      message(1, 'a', at(1, 0)),
      message(2, 'a', at(1, 2)),
      message(3, 'b', at(1, 2)),
      message(4, 'b', at(1, 20)),
      message(5, 'b', at(2, 20)),
    ]),
  );
  expect(rows.map(({ startsGroup }) => startsGroup)).toEqual([true, false, true, true, true]);
});

test('each reader is at the newest message that was read', () => {
  const messages = [1, 2, 3].map((id) => message(id, 'a', at(1, id)));
  const rows = chatRows(thread(messages, [['ada', 1], ['bob', 3], ['cyd', 3]])); // biome-ignore format: one line
  expect(rows.map(({ readers }) => readers.map(({ reader }) => reader))).toEqual([['ada'], [], ['bob', 'cyd']]);
});

test('a reader of a message that is no longer shown is at the one before it, or nowhere', () => {
  const messages = [10, 20].map((id) => message(id, 'a', at(1, id)));
  const rows = chatRows(thread(messages, [['ada', 15], ['bob', 5]])); // biome-ignore format: one line
  expect(rows.map(({ readers }) => readers.map(({ reader }) => reader))).toEqual([['ada'], []]);
});
