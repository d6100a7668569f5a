import { describe, expect, test } from 'vitest';
import { assertMaySendFrom, createClients } from '../../../shared/clients/clients.ts';
import { emailMessage } from '../../../shared/contract/email.ts';
import { validate } from '../../../shared/contract/validate.ts';
import { EMAIL_ADDRESSES, SENDER_ADDRESSES } from '../../setup/emailAddresses.ts';
import { refusedFields } from './fixtures.ts';

const mail = (senderAddress: string, address = 'anna@contoso.com') => ({
  senderAddress,
  recipients: { to: [{ address }] },
  content: { subject: 'Hello', plainText: 'World' },
});

test.each(EMAIL_ADDRESSES)('the recipient %j is accepted: %s', (address, isTaken) => {
  const refused = refusedFields(emailMessage, mail('news@contoso.com', address));
  expect(refused).toEqual(isTaken ? [] : ['recipients.to[0].address']);
});

test.each([...EMAIL_ADDRESSES, ...SENDER_ADDRESSES])('the sender %j is accepted: %s', (address, isTaken) => {
  expect(refusedFields(emailMessage, mail(address))).toEqual(isTaken ? [] : ['senderAddress']);
});

test('a non-ASCII address is rejected with a hint', () => {
  const call = () => validate(emailMessage, mail('news@contoso.com', 'info@bücher.example'));
  expect(call).toThrow(/ASCII.*xn--/);
});

test('a recipient in angle brackets is rejected', () => {
  expect(refusedFields(emailMessage, mail('news@contoso.com', '<anna@contoso.com>'))).toEqual([
    'recipients.to[0].address',
  ]);
});

describe('angle brackets around a sender', () => {
  const senderOf = (address: string) => validate(emailMessage, mail(address)).senderAddress;

  test('are removed before the address is checked, paced, recorded and sent', () => {
    expect(senderOf('<DoNotReply@contoso.com>')).toBe('DoNotReply@contoso.com');
  });

  test.each([
    ['news@contoso.com', '<News@contoso.com>', true],
    ['<news@contoso.com>', 'news@contoso.com', true],
    ['news@contoso.com', '<other@contoso.com>', false],
    ['<news@contoso.com>', '<other@contoso.com>', false],
  ])('a client that may send from %j sends from %j: %s', (allowed, sender, isAllowed) => {
    const client = createClients([{ name: 'shop', keys: ['a2V5a2V5a2V5'], senders: [allowed] }]).named('shop');
    for (const spelling of [sender, senderOf(sender)]) {
      const call = () => assertMaySendFrom(client, spelling, 'senderAddress');
      if (isAllowed) expect(call).not.toThrow();
      else expect(call).toThrow(expect.objectContaining({ code: 'Forbidden' }));
    }
  });
});
