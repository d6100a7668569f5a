import { describe, expect, test } from 'vitest';
import { emailMessage } from '../../../shared/contract/email.ts';
import { refusedFields } from './fixtures.ts';

const participant = () => ({ address: 'anna@contoso.com' });
const mail = (more: object = {}) => ({
  senderAddress: 'news@contoso.com',
  recipients: { to: [participant()] },
  content: { subject: 'Hello', plainText: 'World' },
  ...more,
});

describe('in the headers of an email message', () => {
  const one = { name: 'a.txt', contentType: 'text/plain', contentInBase64: 'aGVsbG8=', contentId: 'c1' };
  const places: readonly (readonly [field: string, mail: (value: string) => object])[] = [
    ['content.subject', (it) => mail({ content: { subject: it, plainText: 'World' } })],
    ['recipients.to[0].displayName', (it) => mail({ recipients: { to: [{ ...participant(), displayName: it }] } })],
    ['recipients.bcc[0].displayName', (it) => mail({ recipients: { bcc: [{ ...participant(), displayName: it }] } })],
    ['replyTo[0].displayName', (it) => mail({ replyTo: [{ ...participant(), displayName: it }] })],
    ['attachments[0].name', (it) => mail({ attachments: [{ ...one, name: it }] })],
    ['attachments[0].contentType', (it) => mail({ attachments: [{ ...one, contentType: `text/plain${it}` }] })],
    ['attachments[0].contentId', (it) => mail({ attachments: [{ ...one, contentId: it }] })],
    ['headers.x-campaign', (it) => mail({ headers: { 'x-campaign': it } })],
    ['senderAddress', (it) => mail({ senderAddress: `news@contoso.com${it}` })],
    ['recipients.to[0].address', (it) => mail({ recipients: { to: [{ address: `anna@contoso.com${it}` }] } })],
  ];

  // RFC 5322 §2.2; U+2028 and U+0085 end a line in Unicode: https://unicode.org/reports/tr14/#BK
  const breaks = ['\r\nBcc: x@example.com', '\n', '\r', '\0', '\x0b', '\x85', '\u2028', '\x1b[2J', '\x7f'];
  test.each(places)('line breaks in %s are rejected', (field, withValue) => {
    for (const it of breaks)
      expect(refusedFields(emailMessage, withValue(`; a${it}`)), JSON.stringify(it)).toContain(field);
  });

  // Fields: RFC 5322 §3.6. Others: https://www.iana.org/assignments/message-headers/message-headers.xhtml
  test.each([
    ...['From', 'sender', 'REPLY-TO', 'To', 'Cc', 'Bcc', 'Subject', 'Date', 'Return-Path', 'Received'],
    ...['Resent-From', 'Resent-Bcc', 'MIME-Version', 'Content-Type', 'Content-Transfer-Encoding'],
    ...['DKIM-Signature', 'Authentication-Results', 'Received-SPF', 'ARC-Seal'],
    ...['Bcc:', 'x a', 'x\r\nBcc', 'x:\nBcc', '', 'é', ' Bcc', 'Bcc\t'],
  ])('a caller cannot set the header %j', (name) => {
    expect(refusedFields(emailMessage, mail({ headers: { [name]: 'x' } }))).toEqual([`headers.${name}`]);
  });

  test.each([
    ...[
      'x-campaign',
      'List-Unsubscribe',
      'List-Unsubscribe-Post',
      'Message-ID',
      'In-Reply-To',
      'References',
      'Importance',
    ],
    // https://learn.microsoft.com/azure/communication-services/concepts/email/email-headers
    ...['x-ms-acsemail-ignore-duplicate-content-id', 'x-ms-acsemail-validate-message-id'],
  ])('a caller can set the header %s', (name) => {
    expect(refusedFields(emailMessage, mail({ headers: { [name]: 'x' } }))).toEqual([]);
  });
});
