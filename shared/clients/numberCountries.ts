import { getCountries, getCountryCallingCode, parsePhoneNumberFromString } from 'libphonenumber-js/max';

// Apart from `destinations.ts`, because the phone number rules are large: only restricted clients need them.

/** The North American Numbering Plan, in which a price list has one entry for most of its countries. */
const NORTH_AMERICA = '1';

/** Of calling codes, none of which is the start of another. @see ITU-T E.164 §6.2.1 */
const CODE_LENGTHS = [1, 2, 3] as const;

const COUNTRIES_BY_CODE: ReadonlyMap<string, readonly string[]> = Map.groupBy(getCountries(), (country) =>
  getCountryCallingCode(country),
);

/** Answers whether a number (E.164) belongs to one of the countries. */
export type CountryTest = (number: string) => boolean;

/**
 * The countries of a sender: that of its number, and for +1 all of the North American Numbering Plan. None where the
 * sender is no phone number: a short code or a sender ID does not say which country it is registered in.
 */
export function countriesOfSender(sender: string): ReadonlySet<string> {
  const { country, countryCallingCode: code } = parsePhoneNumberFromString(sender, { extract: false }) ?? {};
  if (code === NORTH_AMERICA) return new Set(COUNTRIES_BY_CODE.get(NORTH_AMERICA));
  return new Set(country === undefined ? [] : [country]);
}

export function countryTest(allowed: ReadonlySet<string>): CountryTest {
  const allowedAreas = new Set<string>();
  const isInNorthAmerica: CountryTest = (number) => {
    const area = number.slice(0, '+1425'.length); // belongs to one country
    if (allowedAreas.has(area)) return true;
    const isAllowed = isIn(allowed, number);
    if (isAllowed) allowedAreas.add(area);
    return isAllowed;
  };
  return (number) => {
    const code = callingCode(number);
    const countries = COUNTRIES_BY_CODE.get(code) ?? [];
    // No country: also satellites and international networks, which cost most. All of a code's countries: the usual
    // case, without a look at the number, which takes long for a million of them.
    if (countries.every((it) => allowed.has(it))) return countries.length > 0;
    if (!countries.some((it) => allowed.has(it))) return false;
    return code === NORTH_AMERICA ? isInNorthAmerica(number) : isIn(allowed, number);
  };
}

/** A number that is none of any country is in none. */
function isIn(allowed: ReadonlySet<string>, number: string): boolean {
  const country = parsePhoneNumberFromString(number, { extract: false })?.country;
  return country !== undefined && allowed.has(country);
}

/** @returns an empty text where the number begins with no country's code */
function callingCode(number: string): string {
  const starts = CODE_LENGTHS.map((length) => number.slice(1, 1 + length));
  return starts.find((start) => COUNTRIES_BY_CODE.has(start)) ?? '';
}
