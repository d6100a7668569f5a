import fc from 'fast-check';
import { type CountryCode, parsePhoneNumberWithError } from 'libphonenumber-js/max';
import { expect, test } from 'vitest';
import { NumberReader } from '../../../../shared/smsbatch/recipients/numbers.ts';

/** Cached verdicts on North American numbers must equal the library's verdict on each number. */

const AREAS = Array.from({ length: 800 }, (_, index) => 200 + index);

/** Exchanges that countries of the plan divide into thousands, and others. */
const exchange = fc.oneof(
  fc.constantFrom('521', '520', '606', '619', '555', '976', '800', '300', '225'),
  fc.integer({ min: 0, max: 999 }).map((it) => String(it).padStart(3, '0')),
);
const last = fc.integer({ min: 0, max: 9999 }).map((it) => String(it).padStart(4, '0'));
const country = fc.constantFrom<CountryCode | undefined>(undefined, 'US', 'BB', 'DO', 'DE', 'GB');

function libraryHas(text: string, defaultCountry: CountryCode | undefined): boolean {
  const options = defaultCountry ? { defaultCountry, extract: false } : { extract: false };
  const parsed = parsePhoneNumberWithError(text, options);
  return parsed.isValid() && parsed.number === text;
}

test('in every area code, a number is valid if the library accepts it, also from the cache', () => {
  fc.assert(
    fc.property(exchange, fc.array(last, { minLength: 2, maxLength: 3 }), country, (middle, lasts, defaultCountry) => {
      const reader = new NumberReader(defaultCountry);
      for (const area of AREAS) {
        for (const it of [...lasts, `${lasts[0]?.[0]}000`, `${lasts[0]?.[0]}999`]) {
          const text = `+1${area}${middle}${it}`;
          expect([text, reader.read(text).ok]).toEqual([text, libraryHas(text, defaultCountry)]);
        }
      }
    }),
    { numRuns: 20 },
  );
}, 60_000);

test('… where a country of the plan has a thousand of its own', () => {
  const reader = new NumberReader(undefined);
  for (const prefix of ['246521', '246520', '876606', '868619', '721521', '800214', '829264']) {
    for (let rest = 0; rest < 10_000; rest += 37) {
      const text = `+1${prefix}${String(rest).padStart(4, '0')}`;
      expect([text, reader.read(text).ok]).toEqual([text, libraryHas(text, undefined)]);
    }
  }
});
