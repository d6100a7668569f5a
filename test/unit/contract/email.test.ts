import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { emailMessage, emailOperation, emailOperationParams } from '../../../shared/contract/email.ts';
import { accepts, refusedFields, times } from './fixtures.ts';

const participant = (index = 0) => ({ address: `anna${index}@contoso.com` });
const mail = (more: object = {}) => ({
  senderAddress: 'news@contoso.com',
  recipients: { to: [participant()] },
  content: { subject: 'Hello', plainText: 'World' },
  ...more,
});

test('to, cc and bcc hold 50 recipients together', () => {
  const part = fc.integer({ min: 0, max: 30 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 51 }), part, part, (to, cc, bcc) => {
      const recipients = { to: times(to, participant), cc: times(cc, participant), bcc: times(bcc, participant) };
      expect(refusedFields(emailMessage, mail({ recipients }))).toEqual(to + cc + bcc <= 50 ? [] : ['recipients']);
    }),
  );
});

test.each([
  [{ to: times(50, participant) }, []],
  [{ to: times(51, participant) }, ['recipients']],
  [{ to: times(48, participant), cc: [participant()], bcc: [participant()] }, []],
  [{ to: times(49, participant), cc: [participant()], bcc: [participant()] }, ['recipients']],
  [{ to: [] }, ['recipients.to']],
  [{ cc: [participant()] }, ['recipients.to']],
])('recipients, case %#', (recipients, refused) => {
  expect(refusedFields(emailMessage, mail({ recipients }))).toEqual(refused);
});

test('what ACS takes beside the contract passes through', () => {
  const extras = {
    attachments: [{ name: 'a.txt', contentType: 'text/plain', contentInBase64: 'aGVsbG8=', contentId: 'c1' }],
    replyTo: [{ address: 'reply@contoso.com', displayName: 'Reply' }],
    headers: { 'x-campaign': 'spring' },
    userEngagementTrackingDisabled: true,
  };
  expect(emailMessage.parse(mail(extras))).toEqual(mail(extras));
});

test('an attachment of several megabytes is taken', () => {
  const attachments = [{ name: 'a', contentType: 'text/plain', contentInBase64: 'QUJD'.repeat(2_000_000) }];
  expect(accepts(emailMessage, mail({ attachments }))).toBe(true);
});

test('every wrong field is named', () => {
  const wrong = {
    senderAddress: 'news',
    recipients: { to: [{ address: 'anna' }], cc: [{ displayName: 'Ben' }] },
    content: { html: 1 },
    attachments: [{ name: '', contentType: 'text/plain', contentInBase64: 'not base64!' }],
    headers: { 'x-number': 1 },
    atachments: [],
  };
  expect(new Set(refusedFields(emailMessage, wrong))).toEqual(
    new Set([
      'senderAddress',
      ...['recipients.to[0].address', 'recipients.cc[0].address', 'content.subject', 'content.html'],
      ...['attachments[0].name', 'attachments[0].contentInBase64', 'headers.x-number', 'atachments'],
    ]),
  );
});

test('an operation id is a UUID', () => {
  expect(accepts(emailOperationParams, { operationId: '3fa85f64-5717-4562-b3fc-2c963f66afa6' })).toBe(true);
  expect(accepts(emailOperationParams, { operationId: '../x' })).toBe(false);
});

describe('an operation of ACS', () => {
  test.each(['NotStarted', 'Running', 'Succeeded', 'Failed', 'Canceled'])('may be %s', (status) => {
    expect(emailOperation.parse({ id: 'x', status, error: null })).toEqual({ id: 'x', status, error: null });
  });

  test('with a state that nobody knows is not one', () => {
    expect(accepts(emailOperation, { id: 'x', status: 'Queued' })).toBe(false);
  });
});

describe('an attachment', () => {
  const attached = (contentType: string, headers: Record<string, string> = {}, contentInBase64 = 'SGVsbG8=') =>
    mail({ attachments: [{ name: 'a', contentType, contentInBase64 }], headers });

  test.each([
    'text/plain',
    'TEXT/Plain; charset=utf-8',
    'application/pdf',
    'image/png',
    'application/vnd.ms-excel.sheet.macroEnabled.12',
  ])('may be %s', (contentType) => {
    expect(accepts(emailMessage, attached(contentType))).toBe(true);
  });

  test.each(['application/x-msdownload', 'text/html', 'text/javascript', 'nonsense', 'text/plain2'])(
    'may not be %s, and the field is named',
    (contentType) => {
      expect(refusedFields(emailMessage, attached(contentType))).toEqual(['attachments[0].contentType']);
    },
  );

  test('of any type is taken where ACS is asked to leave out what it does not take', () => {
    const headers = { 'X-MS-AcsEmail-Suppress-Invalid-Attachment': 'true' };
    expect(accepts(emailMessage, attached('text/html', headers))).toBe(true);
    expect(
      accepts(emailMessage, attached('text/html', { ...headers, 'X-MS-AcsEmail-Suppress-Invalid-Attachment': 'no' })),
    ).toBe(false);
  });

  test('may fill the 10 MB of a mail, and is still held against base64', () => {
    const contentInBase64 = 'QUFB'.repeat(2_600_000);
    expect(accepts(emailMessage, attached('text/plain', {}, contentInBase64))).toBe(true);
    expect(refusedFields(emailMessage, attached('text/plain', {}, `${contentInBase64}%`))).toEqual([
      'attachments[0].contentInBase64',
    ]);
  });
});
