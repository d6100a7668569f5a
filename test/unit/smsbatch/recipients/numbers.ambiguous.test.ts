import examples from 'libphonenumber-js/examples.mobile';
import { getCountries, getCountryCallingCode, getExampleNumber, parsePhoneNumber } from 'libphonenumber-js/max';
import { expect, test } from 'vitest';
import { NumberReader } from '../../../../shared/smsbatch/recipients/numbers.ts';

test.each([
  ['4915112345678', 'DE'],
  ['4915112345678.0', 'DE'],
  ['436641234567', 'DE'],
  ['48512345678', 'AT'],
  ['36201234567.0', 'AT'],
  ['00918123456789', 'HK'],
  ['00522221234567', 'CO'],
  ['491845269411', 'DE'], // https://github.com/daviddrysdale/python-phonenumbers/issues/238
  ['49175312997', 'DE'], // a mobile number with a digit missing
] as const)('%j (%s) may or may not begin with its country code', (text, country) => {
  const reason = 'may or may not begin with its country code: write it with + or with the leading 0';
  expect(new NumberReader(country).read(text)).toEqual({ ok: false, reason });
});

test.each([
  ['17012345678', 'DE', '+4917012345678'],
  ['3012345678', 'DE', '+493012345678'],
  ['4792448617', 'US', '+14792448617'],
  ['00918123456789', 'GB', '+918123456789'],
  ['9187654321', 'IN', '+919187654321'],
  ['34 10 2085', 'HT', '+50934102085'],
  ['32.10.2085', 'HT', '+50932102085'],
] as const)('%j (%s) is %s', (text, country, number) => {
  expect(new NumberReader(country).read(text)).toEqual({ ok: true, number });
});

test.each(['AR', 'AT', 'BR', 'CN', 'DE', 'FI', 'FR', 'GB', 'HK', 'IT', 'JP', 'MX', 'US'] as const)(
  'a foreign mobile number without its plus is not taken for a landline in %s',
  (country) => {
    const reader = new NumberReader(country);
    const foreign = getCountries()
      .filter((it) => getCountryCallingCode(it) !== getCountryCallingCode(country))
      .flatMap((it) => getExampleNumber(it, examples)?.number ?? []);
    expect(foreign.length).toBeGreaterThan(200);
    for (const number of foreign) {
      const result = reader.read(number.slice(1));
      if (result.ok && result.number !== number) {
        expect([result.number, parsePhoneNumber(result.number).getType()]).toEqual([
          result.number,
          expect.stringMatching(/MOBILE$/),
        ]);
      }
      const dialed = reader.read(`00${number.slice(1)}`);
      if (dialed.ok) expect(dialed.number).toBe(number);
    }
  },
);

test.each([
  ['28.11.2026', 'DE'],
  ['2026-11-28', 'DE'],
  ['2026.11.28', 'DE'],
  ['28-11-2026', 'DE'],
  ['11-28-2026', 'NO'],
  ['28-11-2026', 'DK'],
  ['01-02-1990', 'IT'],
  ['28.11.26', 'DE'],
  ['28-11-26', 'DE'],
  ['11-28-26', 'DE'],
  ['28/11/2026', 'DE'],
  ['12/1/2024', 'US'],
  ['2026/11/28', 'FR'],
  ['28/11/26', 'DE'],
] as const)('%j (%s) is a date', (text, country) => {
  expect(new NumberReader(country).read(text)).toEqual({ ok: false, reason: 'is a date' });
});
