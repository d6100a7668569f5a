import { expect, test } from 'vitest';
import { senderKind } from '../../../../shared/contract/phoneNumber.ts';
import { senderPace } from '../../../../shared/smsbatch/send/pace.ts';

test.each([
  ['+18005550100', 'tollFree', 200],
  ['+18335550100', 'tollFree', 200],
  ['+18885550100', 'tollFree', 200],
  ['+18015550100', 'longCode', 200],
  ['+14255550100', 'longCode', 200],
  ['+448005550100', 'longCode', 200],
  ['12345', 'shortCode', 6000],
  ['123456', 'shortCode', 6000],
  ['1234567', 'alphanumeric', 600],
  ['CONTOSO', 'alphanumeric', 600],
  ['My Shop 1', 'alphanumeric', 600],
  ['constructor', 'alphanumeric', 600], // also a member of every object
  ['toString', 'alphanumeric', 600],
])('%s is of the kind %s, at %d per minute', (sender, kind, rate) => {
  expect(senderKind(sender)).toBe(kind);
  expect(senderPace(sender, {}).ratePerMinute).toBe(rate);
});

test('each number has its own pace; alphanumeric senders share one', () => {
  expect(senderPace('+18005550100', {}).key).toBe('+18005550100');
  expect(senderPace('CONTOSO', {}).key).toBe(senderPace('FABRIKAM', {}).key);
});

test('the setting changes a kind or one sender, and the sender takes precedence', () => {
  const rates = { tollFree: 1200, '+18005550100': 50, CONTOSO: 10 };
  expect(senderPace('+18005550100', rates)).toEqual({ key: '+18005550100', ratePerMinute: 50 });
  expect(senderPace('+18005550101', rates)).toEqual({ key: '+18005550101', ratePerMinute: 1200 });
  expect(senderPace('CONTOSO', rates)).toEqual({ key: 'CONTOSO', ratePerMinute: 10 });
});

test('the rate of a kind is not that of an alphanumeric sender with its name', () => {
  expect(senderPace('shortCode', { shortCode: 12_000 })).toEqual(senderPace('CONTOSO', {}));
});
