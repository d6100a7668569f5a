import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isSenderRejection, parseErrorBody } from '../../../shared/acs/acsError.ts';

const read = (status: number, body: unknown) => parseErrorBody(status, JSON.stringify(body));

describe('the error envelope', () => {
  test('is parsed completely', () => {
    const error = {
      ...{ code: 'ValidationError', message: 'Out of range.', target: 'ExpiresInMinutes', innererror: null },
      details: [{ code: 'a', message: 'b', target: 'c' }, { code: 'd' }, 'text'],
    };
    expect(read(400, { error })).toEqual({
      code: 'ValidationError',
      message: 'Out of range.',
      target: 'ExpiresInMinutes',
      details: [
        { code: 'a', message: 'b', target: 'c' },
        { code: 'd', message: '', target: '' },
      ],
    });
  });

  test('without a code yields the status as code', () => {
    expect(read(404, { error: {} })).toEqual({ code: 'Status404', message: '', target: undefined, details: [] });
    expect(read(404, { error: { code: '' } }).code).toBe('Status404');
  });

  // The code is also sent in a header, whose values are ASCII without control characters: RFC 9110 §5.5.
  test.each(['Bad\r\nX-Evil: 1', 'Ung\u00FCltig', 'a\u0000', ' a', 'x'.repeat(1025)])(
    'with the code %j, which no header can have, yields the status as code',
    (code) => {
      expect(read(404, { error: { code, message: 'gone' } })).toMatchObject({ code: 'Status404', message: 'gone' });
      expect(read(404, { CommunicationError: { Code: code } }).code).toBe('Status404');
    },
  );
});

describe('chat’s own envelope', () => {
  // https://github.com/Azure/azure-sdk-for-java, ChatClientTest.getNotFoundOnNonExistingChatThreadSync[1].json
  const NO_THREAD =
    '{\r\n  "CommunicationError": {\r\n    "Code": "NotFound",\r\n    "Message": "The specified thread id was not found.",\r\n    "Details": []\r\n  }\r\n}';

  test('is parsed like the envelope of the specification', () => {
    expect(parseErrorBody(404, NO_THREAD)).toEqual({
      ...{ code: 'NotFound', message: 'The specified thread id was not found.', target: undefined, details: [] },
    });
  });

  test('has no message for some errors', () => {
    // https://github.com/Azure/azure-sdk-for-js/issues/35107
    expect(read(404, { CommunicationError: { Code: 'NotFound', Details: [] } })).toMatchObject({
      ...{ code: 'NotFound', message: '' },
    });
  });

  test('may have details', () => {
    const Details = [{ Code: 'a', Message: 'b', Target: 'c' }];
    expect(read(400, { CommunicationError: { Code: 'BadRequest', Target: 't', Details } })).toMatchObject({
      ...{ code: 'BadRequest', target: 't', details: [{ code: 'a', message: 'b', target: 'c' }] },
    });
  });
});

test('an error of chat without an envelope yields its code and message', () => {
  // https://github.com/Azure/azure-sdk-for-java/issues/21723
  const Message = 'Initiator is not a participant of the thread';
  expect(read(400, { Code: 'BadRequest', Message, InnerErrors: [] })).toEqual({
    ...{ code: 'BadRequest', message: Message, target: undefined, details: [], traceId: undefined },
  });
});

test('a bare ModelState object yields field names as in the request', () => {
  expect(read(400, { From: ['Invalid from phone number format.'], SmsRecipients: ['a', 'b'] })).toEqual({
    code: 'InvalidRequest',
    message: 'Invalid from phone number format.',
    target: 'from',
    details: [
      { code: 'InvalidField', message: 'Invalid from phone number format.', target: 'from' },
      { code: 'InvalidField', message: 'a', target: 'smsRecipients' },
      { code: 'InvalidField', message: 'b', target: 'smsRecipients' },
    ],
  });
});

describe('problem+json', () => {
  const title = 'One or more validation errors occurred.';

  test('yields its fields', () => {
    const problem = { type: 't', title, status: 400, errors: { Message: ['too long'] }, traceId: 'x' };
    expect(read(400, problem)).toMatchObject({ code: 'InvalidRequest', message: 'too long', target: 'message' });
  });

  // Azure/azure-rest-api-specs, Sms/stable/2026-01-23/examples: SmsSend.json, OptOutAdd.json
  test.each([
    ['SmsRecipients', 'Invalid recipient phone number format.', 'smsRecipients'],
    ['From', 'Invalid from phone number format.', 'from'],
  ])('of the specification yields the field %s', (field, message, target) => {
    const type = 'https://tools.ietf.org/html/rfc9110#section-15.5.1';
    const traceId = '00-be8d0cac83cc01715e39bc84c2d10c61-5d7b25cd36751c3d-00';
    expect(read(400, { type, title, status: 400, errors: { [field]: [message] }, traceId })).toEqual({
      ...{ code: 'InvalidRequest', message, target, traceId },
      details: [{ code: 'InvalidField', message, target }],
    });
  });

  // The last three as ASP.NET names fields that it could not read:
  // https://learn.microsoft.com/aspnet/core/web-api/handle-errors
  test.each([
    ['SmsSendOptions.DeliveryReportTimeoutInSeconds', 'smsSendOptions.deliveryReportTimeoutInSeconds'],
    ['SmsSendOptions.MessagingConnect.PartnerParams', 'smsSendOptions.messagingConnect.partnerParams'],
    ['SmsRecipients[3].To', 'smsRecipients[3].to'],
    ['$.smsRecipients[3].to', 'smsRecipients[3].to'],
    ['$', ''],
    ['', ''],
  ])('names the field %j as %j', (field, target) => {
    expect(read(400, { title, status: 400, errors: { [field]: ['m'] } }).details).toEqual([
      { code: 'InvalidField', message: 'm', target },
    ]);
  });

  test('without fields yields its title', () => {
    expect(read(404, { title: 'Not Found', status: 404 })).toEqual({
      ...{ code: 'Status404', message: 'Not Found', target: undefined, details: [] },
    });
  });
});

describe('a body that is unlike those of the specification', () => {
  const title = 'One or more validation errors occurred.';

  test('yields the detail of a problem (RFC 9457 §3.1.4), else its title, if it has no fields', () => {
    const detail = 'The partner is unknown.';
    for (const errors of [undefined, {}, [], ['a'], null, 'text']) {
      expect(read(400, { title, detail, status: 400, errors })).toMatchObject({ message: detail, details: [] });
      expect(read(400, { title, status: 400, errors })).toMatchObject({ message: title, details: [] });
    }
  });

  test('yields nested messages as text', () => {
    const errors = { From: [['x', ['y']], { code: 5 }, null, 7], To: 'z', More: { Inner: ['deep'] } };
    expect(read(400, { title, errors }).details.map(({ target, message }) => [target, message])).toEqual([
      ['from', 'x'],
      ['from', 'y'],
      ['from', '{"code":5}'],
      ['from', '7'],
      ['to', 'z'],
      ['more', '{"Inner":["deep"]}'],
    ]);
  });

  // A row of table storage has 1 MiB, and a header of Node's server 16 KiB.
  test.each([
    { title: 'x'.repeat(3_000_000) },
    { title, errors: { From: ['😀'.repeat(1_000_000)] } },
    { title, errors: Object.fromEntries(Array.from({ length: 5000 }, (_, it) => [`F${it}`, ['x'.repeat(300)]])) },
    { title, errors: { ['x'.repeat(100_000)]: ['m'] }, traceId: 'x'.repeat(100_000) },
    { error: { code: 'A'.repeat(100_000), message: 'x'.repeat(100_000), target: 'x'.repeat(100_000) } },
    { error: { code: 'A', details: Array.from({ length: 5000 }, () => ({ code: 'x'.repeat(999), message: 'm' })) } },
  ])('of any size yields an error that fits into a row: %#', (body) => {
    const error = read(400, body);
    expect(JSON.stringify(error).length).toBeLessThan(200_000);
    expect(JSON.stringify(error).isWellFormed()).toBe(true);
    expect(error.code.length).toBeLessThan(1000);
  });

  test('has nothing of a secret that is quoted, wherever the text is cut', () => {
    const key = 'Zz0123456789Zz';
    for (let start = 0; start < 600; start += 1) {
      const message = `${'x'.repeat(start)}${key}`;
      const body = JSON.stringify({ error: { code: key, message }, traceId: message });
      expect(JSON.stringify(parseErrorBody(400, body, [key]))).not.toContain('Zz');
    }
  });
});

describe('any other body', () => {
  test.each(['', '<html>Bad gateway</html>', 'null', '[]', '"text"', '5', '{}', '{"error":"text"}', '{'])(
    '%j yields an error with the status',
    (text) => {
      expect(parseErrorBody(502, text)).toEqual({ code: 'Status502', message: '', target: undefined, details: [] });
    },
  );

  test('is parsed without an exception', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const { code, message, details } = parseErrorBody(500, text);
        expect([typeof code, typeof message, Array.isArray(details)]).toEqual(['string', 'string', true]);
        expect(code).not.toBe('');
      }),
    );
    const envelope = fc.dictionary(
      fc.constantFrom('error', 'CommunicationError', 'errors', 'title', 'From'),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(envelope, (body) => {
        expect(read(500, body).code).not.toBe('');
      }),
    );
  });
});

describe('a sender that does not belong to the resource', () => {
  const body = { error: { code: 'Unauthorized', message: '' } };

  test('yields a 401 without a message', () => {
    expect(isSenderRejection(401, JSON.stringify(body))).toBe(true);
  });

  test.each([
    [403, body],
    [401, { error: { code: 'Denied', message: 'Denied by the resource provider.' } }],
    [401, { error: { code: 'Unauthorized', message: 'Request is not authorized.' } }],
    [401, {}],
  ])('is not %i %j', (status, other) => {
    expect(isSenderRejection(status, JSON.stringify(other))).toBe(false);
  });
});
