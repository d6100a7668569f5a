import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sendSmsRequest, smsSender, smsSendResult } from '../../../shared/contract/sms.ts';
import { accepts, refusedFields, times } from './fixtures.ts';

const recipient = (index = 0) => ({ to: `+1425555${String(index).padStart(4, '0')}` });
const request = (more: object = {}) => ({
  from: '+18005550100',
  smsRecipients: [recipient()],
  message: 'Hello',
  ...more,
});

test.each([
  [0, ['smsRecipients']],
  [1, []],
  [100, []],
  [101, ['smsRecipients']],
])('%i recipients', (count, refused) => {
  expect(refusedFields(sendSmsRequest, request({ smsRecipients: times(count, recipient) }))).toEqual(refused);
});

test('a message has at most 2048 characters, as JSON Schema counts them, and may be empty', () => {
  const message = fc
    .integer({ min: 0, max: 2100 })
    .chain((length) => fc.constantFrom('a', 'é', '字', '👋').map((it) => it.repeat(length)));
  fc.assert(
    fc.property(message, (text) => {
      expect(accepts(sendSmsRequest, request({ message: text }))).toBe([...text].length <= 2048);
    }),
  );
});

describe('a sender', () => {
  test.each(['+18005550100', '12345', '123456', 'CONTOSO', 'Contoso 24', 'a', 'ABCDEFGHIJK'])('may be %j', (sender) => {
    expect(accepts(smsSender, sender)).toBe(true);
  });

  test.each(['', '1234', '1234567', '+0123456789', 'ABCDEFGHIJKL', '123 45', '           ', 'Contoso!', 'Füllhorn'])(
    'may not be %j',
    (sender) => {
      expect(accepts(smsSender, sender)).toBe(false);
    },
  );

  test('of letters, digits and spaces has a letter and at most 11 characters', () => {
    const text = fc.string({ unit: fc.constantFrom(...'abZ 09'), minLength: 1, maxLength: 14 });
    fc.assert(
      fc.property(text, (sender) => {
        const isShortCode = /^\d{5,6}$/.test(sender);
        expect(accepts(smsSender, sender)).toBe(isShortCode || (/[A-Za-z]/.test(sender) && sender.length <= 11));
      }),
    );
  });
});

test('each invalid recipient is reported', () => {
  const smsRecipients = [recipient(), { to: 14255550123 }, {}, 'Anna', null];
  expect(refusedFields(sendSmsRequest, request({ smsRecipients }))).toEqual([
    ...['smsRecipients[1].to', 'smsRecipients[2].to', 'smsRecipients[3]', 'smsRecipients[4]'],
  ]);
});

test.each(['14255550124', '+1425555012345', '+1425', '', 'Anna'])('whether %j is a number is checked by ACS', (to) => {
  expect(accepts(sendSmsRequest, request({ smsRecipients: [recipient(), { to }] }))).toBe(true);
});

describe('repeatability', () => {
  const ids = {
    repeatabilityRequestId: '8b3f5c1e-2a47-4f0e-9d55-7c1b60a4d8f2',
    repeatabilityFirstSent: 'Thu, 15 Jan 2026 08:30:00 GMT',
  };
  const refused = (more: object) =>
    refusedFields(sendSmsRequest, request({ smsRecipients: [{ ...recipient(), ...more }] }));

  test('is an id and an RFC 1123 date, or neither', () => {
    expect(refused(ids)).toEqual([]);
    expect(refused({})).toEqual([]);
  });

  test('is not one without the other, nor in other forms', () => {
    const { repeatabilityRequestId, repeatabilityFirstSent } = ids;
    expect(refused({ repeatabilityRequestId })).toEqual(['smsRecipients[0].repeatabilityFirstSent']);
    expect(refused({ repeatabilityFirstSent })).toEqual(['smsRecipients[0].repeatabilityFirstSent']);
    expect(refused({ ...ids, repeatabilityRequestId: 'one' })).toEqual(['smsRecipients[0].repeatabilityRequestId']);
    expect(refused({ ...ids, repeatabilityFirstSent: '2026-01-15T08:30:00Z' })).toEqual([
      'smsRecipients[0].repeatabilityFirstSent',
    ]);
  });
});

describe('options', () => {
  const refused = (smsSendOptions: unknown) => refusedFields(sendSmsRequest, request({ smsSendOptions }));

  test('are all optional', () => {
    expect(refused({})).toEqual([]);
    expect(refused({ enableDeliveryReport: true, tag: 't', messagingConnect: { partner: 'p', apiKey: 'k' } })).toEqual(
      [],
    );
  });

  test.each([
    [59, false],
    [60, true],
    [43_200, true],
    [43_201, false],
    [60.5, false],
  ])('the timeout of a delivery report may be %d seconds: %s', (seconds, isTaken) => {
    const expected = isTaken ? [] : ['smsSendOptions.deliveryReportTimeoutInSeconds'];
    expect(refused({ deliveryReportTimeoutInSeconds: seconds })).toEqual(expected);
  });

  test('are reported if invalid', () => {
    expect(refused({ enableDeliveryReport: 'yes', tag: [] })).toEqual([
      'smsSendOptions.enableDeliveryReport',
      'smsSendOptions.tag',
    ]);
  });
});

test('all missing fields are reported', () => {
  expect(refusedFields(sendSmsRequest, { form: '+18005550100' })).toEqual(['from', 'smsRecipients', 'message']);
});

test('unknown fields are ignored, as on ACS', () => {
  const smsRecipients = [{ ...recipient(), name: 'Anna' }];
  expect(sendSmsRequest.parse(request({ smsRecipients, smsSendOptions: { isFlash: true }, priority: 1 }))).toEqual(
    request({ smsSendOptions: {} }),
  );
});

test('a result keeps additional fields of ACS, and may lack the message id', () => {
  const item = { to: '+14255550123', httpStatusCode: 400, successful: false, errorMessage: 'bad', isNew: 1 };
  expect(smsSendResult.parse({ value: [item], extra: true })).toEqual({ value: [item], extra: true });
});
