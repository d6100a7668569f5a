import fc from 'fast-check';
import type { CountryCode } from 'libphonenumber-js/max';
import { expect, test } from 'vitest';
import { isCountry, NumberReader } from '../../../../shared/smsbatch/recipients/numbers.ts';

const read = (text: string, country?: CountryCode) => new NumberReader(country).read(text);

test.each([
  ['+14255550123', undefined, '+14255550123'],
  [' +1 (425) 555-0123 ', undefined, '+14255550123'],
  ['+1.425.555.0123', undefined, '+14255550123'],
  ['+49.151.12345678', undefined, '+4915112345678'],
  ['425.555.0123', 'US', '+14255550123'],
  ['(425) 555.0123', 'US', '+14255550123'],
  ['01.42.68.53.00', 'FR', '+33142685300'],
  ['0151.12345678', 'DE', '+4915112345678'],
  ['0151/12345678', 'DE', '+4915112345678'],
  ['+43 1 58858 - 0', undefined, '+431588580'],
  ['(425) 555-0123', 'US', '+14255550123'],
  ['011 44 20 7946 0958', 'US', '+442079460958'],
  ['0049 151 12345678', 'GB', '+4915112345678'],
  ['020 7946 0958', 'GB', '+442079460958'],
  ['+44 (0) 20 7946 0958', undefined, '+442079460958'],
  ['(+49) 151 12345678', undefined, '+4915112345678'],
  ['+4915112345678', 'DE', '+4915112345678'],
  ['14255550123', 'US', '+14255550123'],
  ['48512345678', 'PL', '+48512345678'],
  ['0171 1234567', 'DE', '+491711234567'],
  ['+442079460958', 'US', '+442079460958'],
  ['+390612345678', undefined, '+390612345678'],
  ['tel:+1-425-555-0123', undefined, '+14255550123'],
  ["'+14255550123", undefined, '+14255550123'],
  ['+14255550123.', undefined, '+14255550123'],
  ['="+14255550123"', undefined, '+14255550123'],
  ['＋１（４２５）５５５－０１２３', undefined, '+14255550123'],
  ['+١٤٢٥٥٥٥٠١٢٣', undefined, '+14255550123'],
  ['+۱۴۲۵۵۵۵۰۱۲۳', undefined, '+14255550123'],
  ['\u202A+1\u200B425\u00AD555\uFE0F0123\u202C\n', undefined, '+14255550123'],
  ['+1\u202F425\u00A0555\u20070123\u3000', undefined, '+14255550123'],
  ['+1‑425–555—0123', undefined, '+14255550123'],
  ['090ー1234ー5678', 'JP', '+819012345678'],
  ['+43/664/1234567', undefined, '+436641234567'],
  ['0043 / 664 / 1234567', 'DE', '+436641234567'],
  ['(0151 12345678)', 'DE', '+4915112345678'],
  ['090(1234)5678', 'JP', '+819012345678'],
  ['+33.6.12.34.56.78', undefined, '+33612345678'],
  ['+56.9.8765.4321', undefined, '+56987654321'],
  ['0450/08 86 51', 'BE', '+32450088651'],
  ['+32 450/08.86.51', undefined, '+32450088651'],
  ['07435 / 058619', 'GB', '+447435058619'],
  ['0450 - 08 86 51', 'BE', '+32450088651'],
  ['21-14-31', 'FO', '+298211431'],
] as const)('%j (%s) is %s', (text, country, number) => {
  expect(read(text, country)).toEqual({ ok: true, number });
});

test.each([
  ['015112345678.0', 'DE', '+4915112345678'],
  ['+4915112345678.00', undefined, '+4915112345678'],
  ['+4915112345678,0', undefined, '+4915112345678'],
  ['+４９１５１１２３４５６７８．０', undefined, '+4915112345678'],
  ['4255550123.0', 'US', '+14255550123'],
] as const)('%j (%s) is the whole number %s, written as a float', (text, country, number) => {
  expect(read(text, country)).toEqual({ ok: true, number });
});

const DECIMAL = 'has a decimal point';
const SEVERAL = 'contains more than one number';
const NO_NUMBER = 'is not a phone number';

test.each([
  ['', undefined, 'is empty'],
  ['   ', 'US', 'is empty'],
  ['\u200B\u202C', 'US', 'is empty'],
  ['12/1/20245', 'US', SEVERAL],
  ['hello', 'US', NO_NUMBER],
  ['anna@contoso.com', undefined, NO_NUMBER],
  ['1-800-FLOWERS', 'US', NO_NUMBER],
  ['call +1 425 555 0123 now', undefined, NO_NUMBER],
  ['+1,425,555,0123', undefined, NO_NUMBER],
  ['4255550123', undefined, 'has no country code'],
  ['004915112345678', undefined, 'has no country code'],
  ['+999123456789', undefined, 'has no country code'],
  ['+1425', undefined, 'length'],
  ['+1425555012345', undefined, 'length'],
  ['+1', undefined, 'is too short'],
  ['+123456789012345678901', undefined, 'is too long'],
  ['+48 (0) 512 345 678', undefined, 'is not a valid number of its country'],
  ['+420 (0) 601 123 456', undefined, 'is not a valid number of its country'],
  ['+12005550123', undefined, 'is not a valid number of its country'],
  ['+14251550123', undefined, 'is not a valid number of its country'],
  ['+4915112345678.5', undefined, DECIMAL],
  ['+4915112345678.25', undefined, DECIMAL],
  ['+491511234567.012', undefined, DECIMAL],
  ['4915112345678.000', 'DE', DECIMAL],
  ['47.6062095', 'DE', DECIMAL],
  ['+1 425 555 0123.25', undefined, DECIMAL],
  ['.33500.49', 'AT', DECIMAL],
  ['01.58858.49', 'AT', DECIMAL],
  ['+49.151.1234567.0', undefined, DECIMAL],
  ['+٤٩١٥١١٢٣٤٥٦٧٨.٥', undefined, DECIMAL],
  ['+4915112345678,5', undefined, NO_NUMBER],
  ['+4915112345678٫0', undefined, NO_NUMBER],
  ['4.91511E+12', 'DE', 'is in scientific notation: the spreadsheet has lost digits'],
  ['4,91511e+12', 'DE', 'is in scientific notation'],
  ['+4.9E12', undefined, 'is in scientific notation'],
  ['+14255550123x5', undefined, 'has an extension, which cannot receive SMS'],
  ['+1 425 555 0123 ext. 12', undefined, 'has an extension'],
  ['+1 425 555 0123 #12', undefined, 'has an extension'],
  ['tel:+1-425-555-0123;ext=5', undefined, 'has an extension'],
  ['+43 664 1234567 (2)', undefined, SEVERAL],
  ['0664 1234567 [2]', 'AT', SEVERAL],
  ['0664 1234567 (25) ', 'AT', SEVERAL],
  ['030 1234567 ~ 9', 'DE', 'has an extension'],
  ['030 1234567～9', 'DE', 'has an extension'],
  ['+672 00000', undefined, 'is not a valid number of its country'],
  ['+14255550131 / +14255550132', undefined, SEVERAL],
  ['+14255550131 +14255550132', undefined, SEVERAL],
  ['+14255550131\n+14255550132', undefined, 'contains more than one line'],
  ['030 1234567/68', 'DE', SEVERAL],
  ['01 58858 - 01 58859', 'AT', SEVERAL],
  ['030 12345678 - 12345679', 'DE', SEVERAL],
  ['04366 12/04366 13', 'DE', SEVERAL],
  ['+4.9.151.12345678', undefined, DECIMAL],
] as const)('%j (%s) %s', (text, country, reason) => {
  expect(read(text, country)).toMatchObject({ ok: false, reason: expect.stringContaining(reason) });
});

test('any kind of valid number is accepted', () => {
  for (const number of ['+442079460958', '+18005550100', '+447400123456', '+443001234567']) {
    expect(read(number)).toEqual({ ok: true, number });
  }
});

const country = fc.constantFrom<CountryCode | undefined>(
  undefined,
  'US',
  'DE',
  'AT',
  'GB',
  'IT',
  'FR',
  'PL',
  'HU',
  'RU',
);

test('a number ends with the last digits of its cell, without decimals', () => {
  const part = fc.oneof(
    fc.stringMatching(/^\d{1,6}$/),
    fc.constantFrom('+', '.', ',', ' ', '-', '/', '(', ')', '.0', ',00', 'x', 'E+', '\u200B', '0', '00', '49', '1425'),
  );
  const spelling = fc.array(part, { minLength: 1, maxLength: 7 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(spelling, country, (text, defaultCountry) => {
      const result = read(text, defaultCountry);
      if (!result.ok) return;
      const digits = text
        .replaceAll('\u200B', '')
        .replace(/[.,]0{1,2}\W*$/, '')
        .replaceAll(/\D/g, '');
      const withZeros = text.replaceAll(/\D/g, '');
      const isEndOfNumber = (it: string) => result.number.endsWith(it.replace(/^0+/, '').slice(-6));
      expect([digits, withZeros].some(isEndOfNumber)).toBe(true);
      expect(text).not.toMatch(/\d{5,}[.,]\d?[1-9]\D*$/);
    }),
    { numRuns: 2000, examples: [['22115100721.\u200B0', 'AT']] },
  );
});

test('a number in E.164 is unchanged', () => {
  const digits = fc.stringMatching(/^425[2-9]\d{6}$/);
  fc.assert(
    fc.property(digits, (it) => {
      expect(read(`+1${it}`)).toEqual({ ok: true, number: `+1${it}` });
      expect(read(it, 'US')).toEqual({ ok: true, number: `+1${it}` });
    }),
  );
});

test('never throws', () => {
  const reader = new NumberReader('US');
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void reader.read(text)));
});

test('recognizes countries', () => {
  expect(['US', 'DE', 'AC'].map(isCountry)).toEqual([true, true, true]);
  expect(['XX', 'us', ''].map(isCountry)).toEqual([false, false, false]);
});
