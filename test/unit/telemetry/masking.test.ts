import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SwitchboardError } from '../../../shared/contract/switchboardError.ts';
import { describeError, errorLabel, logLine, mask } from '../../../shared/telemetry/masking.ts';

/** A line of log with a secret somewhere in it. */
const line = (secret: fc.Arbitrary<string>) =>
  fc.tuple(
    fc.constantFrom('', 'sent to ', 'a: ', '{"x":"', "'", '(', 'to=', 'number ', '<', '/path/', 'x,', 'Bearer '),
    secret,
    fc.constantFrom('', '.', ', ', '"}', "'", ')', ' was refused', '; b', '>', '?', '\n'),
  );

function survives(secret: fc.Arbitrary<string>): void {
  fc.assert(
    fc.property(line(secret), ([before, it, after]) => {
      expect(mask(before + it + after)).not.toContain(it);
    }),
    { numRuns: 500 },
  );
}

const digits = (minimum: number, maximum: number) =>
  fc
    .tuple(
      fc.integer({ min: 1, max: 9 }),
      fc.array(fc.integer({ min: 0, max: 9 }), { minLength: minimum - 1, maxLength: maximum - 1 }),
    )
    .map(([first, rest]) => [first, ...rest].join(''));

const base64url = (bytes: number) =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes * 3 }).map((it) => Buffer.from(it).toString('base64url'));

describe('does not survive whole', () => {
  test('a phone number in E.164', () => survives(digits(7, 15).map((it) => `+${it}`)));
  test('a phone number in a URL', () => survives(digits(7, 15).map((it) => `%2B${it}`)));
  test('a phone number without its plus', () => survives(digits(10, 15)));
  test('an e-mail address', () => survives(fc.emailAddress()));

  test('an e-mail address of other letters', () => {
    const word = fc.string({ unit: fc.constantFrom(...'aü_é字ß-+!#$%&1.'), minLength: 1, maxLength: 6 });
    const label = fc.string({ unit: fc.constantFrom(...'aüé字ß1'), minLength: 1, maxLength: 6 });
    survives(fc.tuple(word, label, label).map(([local, domain, top]) => `${local}@${domain}.${top}`));
  });

  test('a JSON Web Token', () => {
    const token = fc.tuple(base64url(8), base64url(8), base64url(8));
    survives(token.map(([header, payload, signature]) => `eyJ${header}.${payload}.${signature}`));
  });

  test('an access key, padded or not', () => {
    const bytes = fc.string().map((seed) => createHash('sha512').update(seed).digest());
    const size = fc.constantFrom(32, 48, 63, 64);
    survives(fc.tuple(bytes, size).map(([it, length]) => it.subarray(0, length).toString('base64')));
  });

  test.each([
    'endpoint=https://h/;accesskey=c2hvcnQ=',
    'DefaultEndpointsProtocol=https;AccountName=x;AccountKey=c2hvcnQ=;EndpointSuffix=core.windows.net',
    'HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=c2hvcnQ=',
    'https://h/x?sv=2024&sig=c2hvcnQ%3D&se=x',
    'https://h/api?code=c2hvcnQ=',
  ])('a short secret with a name: %s', (text) => {
    expect(mask(text)).not.toContain('c2hvcnQ');
  });
});

describe('stays readable', () => {
  const stays = (text: fc.Arbitrary<string>) =>
    fc.assert(
      fc.property(text, (it) => {
        expect(mask(it)).toBe(it);
      }),
    );

  test('a UUID', () => stays(fc.uuid().map((it) => `request=${it} (${it})`)));
  test('a UUID of digits only', () => stays(fc.constant('12345678-1234-4234-8234-123456789012')));
  test('an ACS user', () => stays(fc.tuple(fc.uuid(), fc.uuid()).map(([a, b]) => `8:acs:${a}_${b}`)));

  test('a path', () => {
    const segment = fc.constantFrom(
      'chat',
      'threads',
      'messages',
      'emails:send',
      '8%3Aacs%3Aabc',
      'sms',
      'v2.1',
      '@azure',
    );
    stays(fc.array(segment, { minLength: 1, maxLength: 12 }).map((it) => `POST /${it.join('/')} → 502`));
  });

  test.each([
    'sendSms 202 12 ms client=shop request=8b3f5c1e-2a47-4f0e-9d55-7c1b60a4d8f2',
    'at Object.send (file:///app/node_modules/@azure/core-rest-pipeline/dist/esm/policies/retryPolicy.js:56:30)',
    '2026-01-15T08:30:00.123Z',
    '2022-09-07T14:34:56.2714874+00:00',
    '127.0.0.1:10001',
    'smsRecipients[3].to: must be a phone number in E.164 form',
  ])('%s', (text) => {
    expect(mask(text)).toBe(text);
  });
});

test('what is left of a secret tells two apart', () => {
  expect(mask('+14255550123 and +18005550100')).toBe('+1425••• and +1800•••');
  expect(mask('anna@contoso.com')).toBe('a•••@contoso.com');
});

test.each(['a-', 'eyJ-', 'eyJ.', 'a/', 'a/=', '1', '+1', 'a@', 'a.', '@a', 'é', 'code='])(
  'a line of any length is masked in linear time: %s…',
  (piece) => {
    expect(mask(piece.repeat(300_000 / piece.length)).length).toBeGreaterThan(0);
  },
);

describe('an error', () => {
  const WITH_FRAMES = '\\n(?: {4}at [^\\n]+\\n)+';

  test('is described with its causes by classes and places; what it says is left out', () => {
    const cause = new TypeError('refused for Anna');
    const text = describeError(new Error('sent to Anna', { cause: new RangeError('middle', { cause }) }));
    expect(`${text}\n`).toMatch(
      new RegExp(`^Error${WITH_FRAMES}caused by RangeError${WITH_FRAMES}caused by TypeError${WITH_FRAMES}$`),
    );
    expect(text).not.toMatch(/Anna|middle/);
  });

  test('several errors in one are all described', () => {
    const text = describeError(new AggregateError([new Error('for Anna'), new TypeError('second')], 'two'));
    expect(text.split('\n').filter((line) => !line.startsWith('    at '))).toEqual([
      'AggregateError',
      'one of them: Error',
      'one of them: TypeError',
    ]);
  });

  test('has its codes, if they are such', () => {
    const coded = Object.assign(new Error('x'), { code: 'ECONNRESET', statusCode: 503 });
    expect(errorLabel(coded)).toBe('Error ECONNRESET 503');
    expect(errorLabel(Object.assign(new Error('x'), { code: 'a b\nc' }))).toBe('Error ?');
    const upstream = { status: 400, code: 'no\ncode' };
    expect(errorLabel(new SwitchboardError('UpstreamRejected', 'x', { upstream }))).toBe('?');
  });

  test('of which the message looks like a place has no such place', () => {
    const text = describeError(new Error('x\n    at Anna (/app/x.js:1:1)\n    at Ben'));
    expect(text).not.toMatch(/Anna|Ben/);
    expect(text).toMatch(/\n {4}at /);
  });

  test.each([
    ['+14255550123', 'a value of type string'],
    [undefined, 'a value of type undefined'],
    [null, 'a value of type object'],
  ])('may be any value: %s', (thrown, text) => {
    expect(describeError(thrown)).toBe(text);
  });
});

describe('a line', () => {
  test('stays one, whatever it is made of', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', '\n', '\r', '\x85', '\u2028', '\u2029', '\x1b', '\0', '\u202E', '\v'),
    });
    fc.assert(
      fc.property(text, (it) => {
        expect(logLine(it)).toMatch(/^[a ]*$/);
      }),
    );
  });

  test('is cut', () => {
    expect(logLine('a '.repeat(1000))).toHaveLength(1001);
  });
});
