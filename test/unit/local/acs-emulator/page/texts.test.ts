import { describe, expect, test } from 'vitest';
import { spokenText, textOf } from '../../../../../infra/local/acs-emulator/page/list/itemText.ts';
import { snippetFor } from '../../../../../infra/local/acs-emulator/page/list/snippets.ts';
import { matchingCommands } from '../../../../../infra/local/acs-emulator/page/shell/commands.ts';
import { relativeTime } from '../../../../../infra/local/acs-emulator/page/ui/relativeTime.ts';
import { toneOf } from '../../../../../infra/local/acs-emulator/page/ui/tone.ts';
import { fakeItem } from './fakeItems.ts';

describe('a row says', () => {
  test('to whom a message was sent', () => {
    expect(textOf(fakeItem(1)).title).toBe('+14255550123');
    expect(textOf(fakeItem(1, { channel: 'email', to: ['a@b.c', 'd@e.f', 'g@h.i'] })).title).toBe('a@b.c and 2 more');
  });

  test('by which phone a message was sent to a number', () => {
    expect(textOf(fakeItem(1, { direction: 'received', from: '+1425', to: ['+1800'] })).title).toBe('+1425');
  });

  test('the subject, or that there is none', () => {
    expect(textOf(fakeItem(1, { channel: 'email', subject: 'Hi' })).lead).toBe('Hi');
    expect(textOf(fakeItem(1, { channel: 'email' })).lead).toBe('(no subject)');
  });

  test('what was called', () => {
    const request = fakeItem(1, { channel: 'request', subject: 'POST /sms', from: 'sendSms', to: [] });
    expect(textOf(request)).toMatchObject({ title: 'POST /sms', lead: 'sendSms' });
  });

  test('the topic of a chat thread and its message, not the long id of the sender', () => {
    const chat = { channel: 'chat', subject: 'Order 18', from: `8:acs:${'0'.repeat(73)}` } as const;
    expect(textOf(fakeItem(1, { ...chat, preview: 'Hi' }))).toEqual({ title: 'Order 18', lead: '', preview: 'Hi' });
    expect(textOf(fakeItem(1, { ...chat, preview: '' })).preview).toBe('No message');
    expect(textOf(fakeItem(1, { ...chat, fromName: 'Ben' })).lead).toBe('Ben');
  });

  test('all of it in one sentence, for those who hear it', () => {
    expect(spokenText(fakeItem(1))).toBe('+14255550123, Hello');
  });
});

test.each([
  [0, 'now'],
  [1_000, 'now'],
  [5_000, '5s'],
  [61_000, '1m'],
  [3_599_000, '59m'],
  [7_200_000, '2h'],
  [200_000_000, '2d'],
  [-300_000, 'in 5m'],
])('%i ms ago is %s', (passed, text) => {
  expect(relativeTime(1_000_000_000_000 - passed, 1_000_000_000_000)).toBe(text);
});

test.each([
  ['Delivered', 'good'],
  ['Succeeded', 'good'],
  ['202', 'good'],
  ['Bounced', 'bad'],
  ['401', 'bad'],
  ['503', 'bad'],
  ['timeout', 'bad'],
  ['Pending', 'warn'],
  ['edited', 'neutral'],
])('%s is %s', (status, tone) => {
  expect(toneOf(status)).toBe(tone);
});

test.each([
  ['sms', "new SmsClient('endpoint=http://x/;accesskey=a2V5'"],
  ['all', "new SmsClient('endpoint=http://x/;accesskey=a2V5'"],
  ['email', "new EmailClient('endpoint=http://x/;accesskey=a2V5'"],
  ['identity', "new CommunicationIdentityClient('endpoint=http://x/;accesskey=a2V5'"],
  ['chat', "new CommunicationIdentityClient('endpoint=http://x/;accesskey=a2V5'"],
] as const)('the first lines for %s can be run as they are', (channel, text) => {
  expect(snippetFor(channel, 'endpoint=http://x/;accesskey=a2V5')).toContain(text);
});

test('commands are found by their words, those that begin with them first', () => {
  const commands = ['Copy the code', 'Go to chat', 'Theme: dark', 'Close and go'].map((title) => ({
    title,
    run: () => {},
  }));
  const found = (text: string) => matchingCommands(commands, text).map(({ title }) => title);
  expect(found('go')).toEqual(['Go to chat', 'Close and go']);
  expect(found('code COPY')).toEqual(['Copy the code']);
  expect(found('')).toHaveLength(4);
  expect(found('nothing')).toEqual([]);
});
