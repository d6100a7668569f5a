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

test('to, cc and bcc have at most 50 recipients together', () => {
  const part = fc.integer({ min: 0, max: 30 });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 51 }), part, part, (to, cc, bcc) => {
      const recipients = { to: times(to, participant), cc: times(cc, participant), bcc: times(bcc, participant) };
      const count = to + cc + bcc;
      const refused = count > 50 ? ['recipients'] : ['recipients.to'];
      expect(refusedFields(emailMessage, mail({ recipients }))).toEqual(count > 0 && count <= 50 ? [] : refused);
    }),
  );
});

test.each([
  [{ to: times(50, participant) }, []],
  [{ to: times(51, participant) }, ['recipients']],
  [{ to: times(48, participant), cc: [participant()], bcc: [participant()] }, []],
  [{ to: times(49, participant), cc: [participant()], bcc: [participant()] }, ['recipients']],
  [{ to: [] }, ['recipients.to']],
  [{}, ['recipients.to']],
  [{ to: [], cc: [], bcc: [] }, ['recipients.to']],
  [{ cc: [participant()] }, []],
  [{ to: [], bcc: [participant()] }, []],
  [{ to: [null] }, ['recipients.to[0]']],
])('recipients, case %#', (recipients, refused) => {
  expect(refusedFields(emailMessage, mail({ recipients }))).toEqual(refused);
});

test('fields of ACS beyond the contract are passed through', () => {
  const extras = {
    attachments: [{ name: 'a.txt', contentType: 'text/plain', contentInBase64: 'aGVsbG8=', contentId: 'c1' }],
    replyTo: [{ address: 'reply@contoso.com', displayName: 'Reply' }],
    headers: { 'x-campaign': 'spring' },
    userEngagementTrackingDisabled: true,
  };
  expect(emailMessage.parse(mail(extras))).toEqual(mail(extras));
});

test('an attachment of several megabytes is accepted', () => {
  const attachments = [{ name: 'a', contentType: 'text/plain', contentInBase64: 'QUJD'.repeat(2_000_000) }];
  expect(accepts(emailMessage, mail({ attachments }))).toBe(true);
});

test('every invalid field is reported', () => {
  const wrong = {
    senderAddress: 'news',
    recipients: { to: [{ address: 'anna' }], cc: [{ displayName: 'Ben' }] },
    content: { html: 1 },
    attachments: [{ name: '', contentType: 'text/plain', contentInBase64: 'not base64!' }],
    headers: { 'x-number': 1 },
  };
  expect(new Set(refusedFields(emailMessage, wrong))).toEqual(
    new Set([
      'senderAddress',
      ...['recipients.to[0].address', 'recipients.cc[0].address', 'content.subject', 'content.html'],
      ...['attachments[0].name', 'attachments[0].contentInBase64', 'headers.x-number'],
    ]),
  );
});

test('to is an empty list if only cc or bcc is given, because ACS requires it', () => {
  const recipients = { bcc: [participant()] };
  expect(emailMessage.parse(mail({ recipients }))).toEqual(mail({ recipients: { to: [], ...recipients } }));
});

test('unknown fields are ignored, as on ACS', () => {
  const attachments = [{ name: 'a', contentType: 'text/plain', contentInBase64: 'QUFB' }];
  const unknown = {
    importance: 'normal',
    content: { subject: 'Hello', plainText: 'World', amp: 'x' },
    recipients: { to: [{ ...participant(), name: 'Anna' }], others: [] },
    attachments: attachments.map((it) => ({ ...it, content_id: 'a' })),
  };
  expect(emailMessage.parse(mail(unknown))).toEqual(mail({ attachments }));
});

test('an operation id is a UUID', () => {
  expect(accepts(emailOperationParams, { operationId: '3fa85f64-5717-4562-b3fc-2c963f66afa6' })).toBe(true);
  expect(accepts(emailOperationParams, { operationId: '../x' })).toBe(false);
});

describe('an operation of ACS', () => {
  test.each(['NotStarted', 'Running', 'Succeeded', 'Failed', 'Canceled'])('may be %s', (status) => {
    expect(emailOperation.parse({ id: 'x', status, error: null })).toEqual({ id: 'x', status, error: null });
  });

  test('must have a known state', () => {
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
    'may not be %s, and the field is reported',
    (contentType) => {
      expect(refusedFields(emailMessage, attached(contentType))).toEqual(['attachments[0].contentType']);
    },
  );

  test('of any type is accepted if ACS is to omit invalid attachments', () => {
    const headers = { 'X-MS-AcsEmail-Suppress-Invalid-Attachment': 'true' };
    expect(accepts(emailMessage, attached('text/html', headers))).toBe(true);
    expect(
      accepts(emailMessage, attached('text/html', { ...headers, 'X-MS-AcsEmail-Suppress-Invalid-Attachment': 'no' })),
    ).toBe(false);
  });

  describe('with a content id', () => {
    const refused = (contentIds: readonly (string | undefined)[], headers: Record<string, string> = {}) => {
      const attachments = contentIds.map((contentId, index) => ({
        ...{ name: `${index}.png`, contentType: 'image/png', contentInBase64: 'QUFB' },
        ...(contentId === undefined ? {} : { contentId }),
      }));
      return refusedFields(emailMessage, mail({ attachments, headers }));
    };

    test('does not share it', () => {
      expect(refused(['logo', 'photo', undefined, undefined])).toEqual([]);
      expect(refused(['logo', 'photo', 'logo', 'logo'])).toEqual([
        'attachments[2].contentId',
        'attachments[3].contentId',
      ]);
    });

    test('may share it if ACS is to ignore duplicates', () => {
      const header = 'X-MS-AcsEmail-Ignore-Duplicate-Content-Id';
      expect(refused(['logo', 'logo'], { [header]: 'True' })).toEqual([]);
      expect(refused(['logo', 'logo'], { [header]: 'false' })).toEqual(['attachments[1].contentId']);
      expect(refused(['logo', 'logo'], { 'x-ms-acsemail-suppress-invalid-attachment': 'true' })).toEqual([
        'attachments[1].contentId',
      ]);
    });
  });

  test('may have 10 MB, and is validated as base64', () => {
    const contentInBase64 = 'QUFB'.repeat(2_600_000);
    expect(accepts(emailMessage, attached('text/plain', {}, contentInBase64))).toBe(true);
    expect(refusedFields(emailMessage, attached('text/plain', {}, `${contentInBase64}%`))).toEqual([
      'attachments[0].contentInBase64',
    ]);
  });
});
