import { describe, expect, test } from 'vitest';
import { importKey } from '../../../shared/signing/sign.ts';
import { authorizationOf, DATE, KEY, VECTORS } from '../../../shared/signing/vectors.ts';
import { verify } from '../../../shared/signing/verify.ts';
import { type Arrival, arrivalOf, received } from './received.ts';

// Microsoft's Postman tutorial signs the header Date instead of x-ms-date; the string to sign has the same three lines.
// https://learn.microsoft.com/azure/communication-services/tutorials/postman-tutorial
// https://learn.microsoft.com/rest/api/communication/headers ("Date" and "x-ms-date")

const key = importKey(KEY);
const now = new Date(DATE);
const [sms] = VECTORS;
if (!sms) throw new Error('There are no vectors.');
const withXMsDate = arrivalOf(sms);
const OTHER_DATE = 'Thu, 15 Jan 2026 08:31:00 GMT';
const signingDate = {
  authorization: authorizationOf(sms.signature).replace('=x-ms-date;', '=date;'),
  date: DATE,
  'x-ms-date': undefined,
};

function verified(headers: Arrival['headers'], at = now) {
  return verify(received({ ...withXMsDate, headers: { ...withXMsDate.headers, ...headers } }), [key], at);
}

describe('a signature over Date', () => {
  test('is accepted', () => {
    expect(verified(signingDate)).toEqual({ ok: true, keyIndex: 0 });
  });

  test('is accepted whatever x-ms-date says: the signed date is the one that SignedHeaders names', () => {
    expect(verified({ ...signingDate, 'x-ms-date': OTHER_DATE })).toEqual({ ok: true, keyIndex: 0 });
  });

  test.each([-5, 5])('is accepted %i minutes apart, and no further', (minutes) => {
    const apart = now.getTime() + minutes * 60_000;
    expect(verified(signingDate, new Date(apart))).toMatchObject({ ok: true });
    const further = verified(signingDate, new Date(apart + Math.sign(minutes)));
    expect(further).toMatchObject({ ok: false, part: 'date', message: expect.stringMatching(/^'Date' differs/) });
  });

  test('needs the header that it names', () => {
    const refusal = { ok: false, part: 'missing header', message: "The header 'Date' is missing." };
    expect(verified({ ...signingDate, date: undefined })).toEqual(refusal);
    expect(verified({ ...signingDate, date: undefined, 'x-ms-date': DATE })).toEqual(refusal);
  });

  test.each(['2026-01-15T08:30:00Z', 'Thu, 15 Jan 2026 8:30:00 GMT', 'now'])('needs an RFC 1123 date: %s', (date) => {
    expect(verified({ ...signingDate, date })).toMatchObject({
      ok: false,
      part: 'malformed',
      message: expect.stringMatching(/^'Date' must be an RFC 1123 date/),
    });
  });

  test('does not fit another date', () => {
    expect(verified({ ...signingDate, date: OTHER_DATE })).toMatchObject({ ok: false, part: 'signature' });
  });
});

test('with x-ms-date signed, a Date that says something else is ignored', () => {
  expect(verified({ date: OTHER_DATE })).toEqual({ ok: true, keyIndex: 0 });
  expect(verified({ date: 'yesterday' })).toEqual({ ok: true, keyIndex: 0 });
});

test.each([
  'host;x-ms-content-sha256',
  'date;x-ms-content-sha256',
  'date;host',
  'x-ms-date;date;host;x-ms-content-sha256',
  'date;x-ms-date;host;x-ms-content-sha256',
  'host;date;x-ms-content-sha256',
  'Date;host;x-ms-content-sha256',
  'x-ms-dates;host;x-ms-content-sha256',
])('SignedHeaders=%s is refused', (signedHeaders) => {
  const authorization = authorizationOf(sms.signature).replace(/SignedHeaders=[^&]*/, `SignedHeaders=${signedHeaders}`);
  const verification = verified({ authorization, date: DATE });
  expect(verification).toMatchObject({ ok: false, part: 'malformed' });
});
