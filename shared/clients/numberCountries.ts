import { getCountries, getCountryCallingCode, parsePhoneNumberFromString } from 'libphonenumber-js/max';

// Separate from `destinations.ts` because phone number metadata is large, and only restricted clients need it.

/** Calling code of the North American Numbering Plan, which many countries share. */
const NORTH_AMERICA = '1';

/** Lengths of calling codes. No calling code is a prefix of another. @see ITU-T E.164 §6.2.1 */
const CODE_LENGTHS = [1, 2, 3] as const;

const COUNTRIES_BY_CODE: ReadonlyMap<string, readonly string[]> = Map.groupBy(getCountries(), (country) =>
  getCountryCallingCode(country),
);

/** Whether an E.164 number belongs to one of the countries. */
export type CountryTest = (number: string) => boolean;

/**
 * The countries of a sender: the country of its number, or for +1 the whole North American Numbering Plan. Empty if the
 * sender is a short code or sender ID, which does not reveal where it is registered.
 */
export function countriesOfSender(sender: string): ReadonlySet<string> {
  const { country, countryCallingCode: code } = parsePhoneNumberFromString(sender, { extract: false }) ?? {};
  if (code === NORTH_AMERICA) return new Set(COUNTRIES_BY_CODE.get(NORTH_AMERICA));
  return new Set(country === undefined ? [] : [country]);
}

export function countryTest(allowed: ReadonlySet<string>): CountryTest {
  const allowedAreas = new Set<string>();
  const isInNorthAmerica: CountryTest = (number) => {
    const area = number.slice(0, '+1425'.length); // an area code belongs to one country
    if (allowedAreas.has(area)) return true;
    const isAllowed = isIn(allowed, number);
    if (isAllowed) allowedAreas.add(area);
    return isAllowed;
  };
  return (number) => {
    const code = callingCode(number);
    const countries = COUNTRIES_BY_CODE.get(code) ?? [];
    // A code without countries belongs to satellite and international networks, which are the most expensive. If all
    // countries of a code are allowed, which is the usual case, the number need not be parsed: that is slow for a million.
    if (countries.every((it) => allowed.has(it))) return countries.length > 0;
    if (!countries.some((it) => allowed.has(it))) return false;
    return code === NORTH_AMERICA ? isInNorthAmerica(number) : isIn(allowed, number);
  };
}

/** False for a number that belongs to no country. */
function isIn(allowed: ReadonlySet<string>, number: string): boolean {
  const country = parsePhoneNumberFromString(number, { extract: false })?.country;
  return country !== undefined && allowed.has(country);
}

/** @returns an empty string if the number starts with no known calling code */
function callingCode(number: string): string {
  const starts = CODE_LENGTHS.map((length) => number.slice(1, 1 + length));
  return starts.find((start) => COUNTRIES_BY_CODE.has(start)) ?? '';
}
