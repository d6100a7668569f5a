import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { segment } from '../../../shared/acs/request.ts';
import {
  chatMetadata,
  dateTime,
  emailAddress,
  errorEnvelope,
  httpDate,
  identifierText,
  noBody,
  noParams,
  wholeNumber,
} from '../../../shared/contract/common.ts';
import { accepts, refusedFields } from './fixtures.ts';

describe('email addresses', () => {
  test('from fast-check are accepted', () => {
    fc.assert(
      fc.property(fc.emailAddress(), (address) => {
        expect(accepts(emailAddress, address)).toBe(true);
      }),
    );
  });

  test.each(['', 'anna', 'anna@', '@contoso.com', 'anna@contoso', 'anna@contoso.', 'anna@.com', 'a@b@c.com'])(
    '%j is rejected',
    (text) => {
      expect(accepts(emailAddress, text)).toBe(false);
    },
  );

  test.each(['anna @contoso.com', 'Anna <anna@contoso.com>', '"anna"@contoso.com', 'anna@contoso.com\n'])(
    '%j, which is ambiguous in a header, is rejected',
    (text) => {
      expect(accepts(emailAddress, text)).toBe(false);
    },
  );

  test('have at most 320 characters', () => {
    const ofLength = (length: number) => `${'a'.repeat(length - '@b.co'.length)}@b.co`;
    expect(accepts(emailAddress, ofLength(320))).toBe(true);
    expect(accepts(emailAddress, ofLength(321))).toBe(false);
  });
});

describe('dates', () => {
  test.each(['2026-01-15T08:30:00Z', '2026-01-15T08:30:00.123Z', '2022-09-07T14:34:56.2714874+00:00'])(
    'in a notation of ACS are accepted: %s',
    (text) => {
      expect(accepts(dateTime, text)).toBe(true);
    },
  );

  test('in JavaScript’s own notation are accepted', () => {
    const date = fc.date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(date, (it) => {
        expect(accepts(dateTime, it.toISOString())).toBe(true);
      }),
    );
  });

  test.each(['', '2026-01-15', '2026-01-15T08:30:00', '2026-13-15T08:30:00Z', '2026-02-30T08:30:00Z', '1768465800'])(
    '%j is rejected',
    (text) => {
      expect(accepts(dateTime, text)).toBe(false);
    },
  );

  test('of RFC 1123 are those of toUTCString', () => {
    const date = fc.date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(date, (it) => {
        expect(accepts(httpDate, it.toUTCString())).toBe(true);
        expect(accepts(httpDate, it.toISOString())).toBe(false);
      }),
    );
  });

  test.each([
    '',
    'now',
    'Wed, 15 Jan 2026 08:30:00 GMT',
    'Thu, 15 Jan 2026 08:30:00 +0000',
    '15 Jan 2026 08:30:00 GMT',
  ])('%j is not an RFC 1123 date', (text) => {
    expect(accepts(httpDate, text)).toBe(false);
  });
});

describe('whole numbers', () => {
  const schema = wholeNumber(1, 200);

  test('within the limits are accepted as strings and as numbers', () => {
    fc.assert(
      fc.property(fc.integer({ min: -10, max: 400 }), (number) => {
        expect(accepts(schema, number)).toBe(number >= 1 && number <= 200);
        expect(schema.safeParse(String(number)).data).toBe(number >= 1 && number <= 200 ? number : undefined);
      }),
    );
  });

  test.each([1.5, '1.5', '1e2', '0x10', ' 1', '', null, true, '99999999999', Number.NaN])('%j is rejected', (value) => {
    expect(accepts(schema, value)).toBe(false);
  });
});

describe('identifiers in a path', () => {
  test('that are accepted remain one segment of the URL and are unchanged by it', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.constantFrom('.', '..', '...', '%2e', '/', '?', '#', '\ud800', 'a\udc00', '8:acs:x', '19:a@thread.v2', ''),
    );
    fc.assert(
      fc.property(text, (id) => {
        if (!accepts(identifierText, id)) return;
        const segments = new URL(`https://acs.example/identities/${segment(id)}/:issueAccessToken`).pathname.split('/');
        expect(segments.map(decodeURIComponent)).toEqual(['', 'identities', id, ':issueAccessToken']);
      }),
      { numRuns: 500 },
    );
  });

  test.each(['', '.', '..', '\ud800', 'line\nbreak', '\u0000', '\u0085', 'x'.repeat(513)])('%j is rejected', (id) => {
    expect(accepts(identifierText, id)).toBe(false);
  });

  test.each(['8:acs:11111111_2222', '19:abc@thread.v2', '...', '.a', 'ünïcode', 'x'.repeat(512)])(
    '%j is accepted',
    (id) => {
      expect(accepts(identifierText, id)).toBe(true);
    },
  );
});

test('chat metadata has string values, at most 1 KB of JSON', () => {
  const ofBytes = (bytes: number) => ({ k: 'é'.repeat((bytes - '{"k":""}'.length) / 2) });
  expect(accepts(chatMetadata, ofBytes(1024))).toBe(true);
  expect(accepts(chatMetadata, ofBytes(1026))).toBe(false);
  expect(refusedFields(chatMetadata, { a: 'text', b: 1 })).toEqual(['b']);
});

test('an operation without a body accepts no body, null and an empty object', () => {
  for (const body of [undefined, null, {}]) expect(accepts(noBody, body)).toBe(true);
  for (const body of ['', 0, [], { a: 1 }]) expect(accepts(noBody, body)).toBe(false);
});

test('an operation without parameters reports those that were sent', () => {
  expect(refusedFields(noParams, { maxPageSize: '1' })).toEqual(['maxPageSize']);
});

test('the error envelope keeps code, message, target and details', () => {
  const detail = { code: 'InvalidField', message: 'is wrong', target: 'from' };
  const body = { error: { code: 'InvalidRequest', message: 'from: is wrong', target: 'from', details: [detail] } };
  expect(errorEnvelope.parse(body)).toEqual(body);
});
