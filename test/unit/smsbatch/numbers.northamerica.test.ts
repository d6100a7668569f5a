import fc from 'fast-check';
import { parsePhoneNumberWithError } from 'libphonenumber-js/min';
import { expect, test } from 'vitest';
import { normaliseNumber } from '../../../shared/smsbatch/numbers.ts';

const digits = (count: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: count, maxLength: count });

test('a North American number that is in form is what the library makes of it, in whatever country', () => {
  const country = fc.constantFrom(undefined, 'US', 'BB', 'DE', 'GB' as const);
  const property = fc.property(fc.integer({ min: 200, max: 999 }), digits(7), country, (area, rest, defaultCountry) => {
    const text = `+1${area}${rest}`;
    const options = defaultCountry ? { defaultCountry, extract: false } : { extract: false };
    const parsed = parsePhoneNumberWithError(text, options);
    expect(normaliseNumber(text, defaultCountry)).toEqual({ ok: parsed.isPossible(), number: parsed.number });
  });
  fc.assert(property, { numRuns: 2000 });
});
