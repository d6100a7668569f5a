import fc from 'fast-check';
import { type CountryCode, parsePhoneNumberWithError } from 'libphonenumber-js/max';
import metadata from 'libphonenumber-js/max/metadata';
import examples from 'libphonenumber-js/mobile/examples';
import { expect, test } from 'vitest';
import { NumberingPlans } from '../../../../shared/smsbatch/recipients/numberingPlans.ts';
import { NumberReader } from '../../../../shared/smsbatch/recipients/numbers.ts';

/** A number in E.164 must have the library's own verdict, in every country. */

function libraryHas(text: string, defaultCountry?: CountryCode): boolean {
  try {
    const parsed = parsePhoneNumberWithError(
      text,
      defaultCountry ? { defaultCountry, extract: false } : { extract: false },
    );
    return parsed.isValid() && parsed.number === text;
  } catch {
    return false; // the library's way to say that it is not a number
  }
}

const plans = Object.entries(metadata.countries).map(([country, plan]) => {
  const [callingCode, , general]: string[] = plan;
  const types: ([pattern?: string] | 0)[] = plan[11] || [];
  return { country, callingCode, patterns: [general, ...types.map((type) => type || [])].flat().filter(Boolean) };
});

/** National numbers by the patterns of a country and its neighbors with the same code. */
const byPlan = fc
  .constantFrom(...plans)
  .chain(({ callingCode, patterns }) =>
    fc
      .constantFrom(...patterns)
      .chain((it) => fc.stringMatching(new RegExp(`^(?:${it})$`)).map((rest) => ({ callingCode, rest }))),
  );

const digit = fc.integer({ min: 0, max: 9 }).map(String);

/** … and numbers that differ from them in one digit. */
const nearPlan = fc
  .tuple(byPlan, fc.constantFrom('none', 'replace', 'insert', 'remove'), fc.nat(), digit)
  .map(([{ callingCode, rest }, change, random, other]) => {
    const at = random % rest.length;
    const after = rest.slice(change === 'insert' || change === 'none' ? at : at + 1);
    return `+${callingCode}${rest.slice(0, at)}${change === 'remove' || change === 'none' ? '' : other}${after}`;
  });

const anyNumber = fc.stringMatching(/^\+\d{1,20}$/);
const country = fc.constantFrom<CountryCode | undefined>(undefined, 'US', 'BB', 'DO', 'DE', 'GB', 'AR', 'RU');

test('a number in E.164 is valid if the library accepts it as it is', () => {
  const text = fc.oneof({ weight: 9, arbitrary: nearPlan }, { weight: 1, arbitrary: anyNumber });
  fc.assert(
    fc.property(text, country, (it, defaultCountry) => {
      const read = new NumberReader(defaultCountry).read(it);
      expect(read.ok && read.number === it).toBe(libraryHas(it, defaultCountry));
    }),
    { numRuns: 4000 },
  );
}, 60_000);

test('… in every area of North America, which 25 countries share', () => {
  const reader = new NumberReader(undefined);
  const rest = fc.tuple(fc.constantFrom('521', '520', '606', '619', '555', '976', '800', '300', '225'), fc.nat(9999));
  fc.assert(
    fc.property(rest, ([exchange, line]) => {
      for (let area = 200; area < 1000; area += 1) {
        const text = `+1${area}${exchange}${String(line).padStart(4, '0')}`;
        expect([text, reader.read(text).ok]).toEqual([text, libraryHas(text)]);
      }
    }),
    { numRuns: 8 },
  );
}, 60_000);

test('mobile numbers are recognized without the library', () => {
  const numberingPlans = new NumberingPlans();
  const codes = new Map(plans.map(({ country: it, callingCode }) => [it, callingCode]));
  const numbers = Object.entries(examples).map(([it, national]) => `+${codes.get(it)}${national}`);
  expect(numbers.filter((it) => !numberingPlans.includes(it))).toEqual([]);
});
