import {
  type CountryCode,
  getCountryCallingCode,
  isSupportedCountry,
  ParseError,
  type PhoneNumber,
  parsePhoneNumberFromString,
  parsePhoneNumberWithError,
} from 'libphonenumber-js/max';
import { NumberingPlans } from './numberingPlans.ts';
import { readSpelling } from './spelling.ts';

export type NormalisedNumber =
  | { readonly ok: true; readonly number: string }
  /** `reason` is for display, without a subject. */
  | { readonly ok: false; readonly reason: string };

const NO_COUNTRY = 'has no country code, or an unknown one: write +1…, or set defaultCountry';

const REASONS: Readonly<Record<string, string>> = {
  NOT_A_NUMBER: 'is not a phone number',
  INVALID_COUNTRY: NO_COUNTRY,
  TOO_SHORT: 'is too short',
  TOO_LONG: 'is too long',
};

const LENGTH = 'has a length that its country does not use';
const AMBIGUOUS = 'may or may not begin with its country code: write it with + or with the leading 0';
const NOT_VALID = 'is not a valid number of its country';

/** The second type is for countries whose mobile and landline numbers cannot be distinguished. */
const MOBILE_TYPES: ReadonlySet<string | undefined> = new Set(['MOBILE', 'FIXED_LINE_OR_MOBILE']);

/** Normalizes phone numbers, as written by people and spreadsheets, to E.164. */
export class NumberReader {
  readonly #options: { readonly defaultCountry?: CountryCode; readonly extract: false };
  readonly #plans = new NumberingPlans();

  /** @param defaultCountry the country of numbers without a country code, e.g. `US` */
  constructor(defaultCountry: CountryCode | undefined) {
    this.#options = defaultCountry ? { defaultCountry, extract: false } : { extract: false };
  }

  read(cell: string): NormalisedNumber {
    // As almost all are.
    return this.#plans.includes(cell) ? { ok: true, number: cell } : this.#parse(cell);
  }

  /**
   * Whether a number without a plus could also be an international number. Spreadsheets drop the plus, and the digits of
   * a foreign number may also form a valid landline number of this country. The same applies to numbers with `00` in
   * countries where `00` precedes a carrier code. A single leading 0 and a valid local mobile number are unambiguous.
   */
  #hasOtherReading(text: string, number: PhoneNumber): boolean {
    const { defaultCountry } = this.#options;
    if (!defaultCountry || !/^\D*(?:00|[1-9])/.test(text) || text.startsWith('+')) return false;
    const digits = text.replaceAll(/\D/g, '');
    const isOwnCode = digits.startsWith(getCountryCallingCode(defaultCountry));
    const isMobile = MOBILE_TYPES.has(number.getType());
    if (isMobile && !isOwnCode && !digits.startsWith('00')) return false;
    const international = parsePhoneNumberFromString(`+${digits.replace(/^00/, '')}`, { extract: false });
    if (!international || international.number === number.number) return false;
    // With this country's own code, a mistyped international number is more likely than a landline without leading 0.
    return isOwnCode && !isMobile ? international.isPossible() : international.isValid();
  }

  #parse(cell: string): NormalisedNumber {
    const spelling = readSpelling(cell);
    if (!spelling.ok) return spelling;
    try {
      const number = parsePhoneNumberWithError(spelling.text, this.#options);
      if (!number.isValid()) return { ok: false, reason: number.isPossible() ? NOT_VALID : LENGTH };
      if (isRewritten(spelling.text, number.nationalNumber)) return { ok: false, reason: NOT_VALID };
      if (this.#hasOtherReading(spelling.text, number)) return { ok: false, reason: AMBIGUOUS };
      return { ok: true, number: number.number };
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
      return { ok: false, reason: REASONS[error.message] ?? 'is not a phone number' };
    }
  }
}

/** The library completes local numbers of some countries, even after the country code: `+672 00000` to `+672 300000`. */
function isRewritten(text: string, nationalNumber: string): boolean {
  return text.startsWith('+') && !text.replaceAll(/\D/g, '').endsWith(nationalNumber);
}

/** Whether this is the ISO 3166-1 alpha-2 code of a country with phone numbers. */
export function isCountry(code: string): code is CountryCode {
  return isSupportedCountry(code);
}

/** Marks a free slot; no phone number is zero. */
const EMPTY = 0;

/**
 * A set of phone numbers. E.164 numbers have at most 15 digits, which a double represents exactly: a million numbers take
 * 16 MB instead of the 100 MB of a Set of strings.
 */
export class NumberSet {
  #slots: Float64Array;
  #size = 0;

  /** @param expected estimated size; growing beyond it leaves garbage as large as the set */
  constructor(expected = 512) {
    this.#slots = new Float64Array(2 ** Math.ceil(Math.log2(Math.max(2, expected * 2 + 2))));
  }

  /** @returns false when the set already contains the number */
  add(e164: string): boolean {
    if (this.#size * 2 >= this.#slots.length) this.#grow();
    const added = insert(this.#slots, Number(e164));
    if (added) this.#size += 1;
    return added;
  }

  #grow(): void {
    const larger = new Float64Array(this.#slots.length * 2);
    for (const value of this.#slots) if (value !== EMPTY) insert(larger, value);
    this.#slots = larger;
  }
}

/** Open addressing with linear probing. The table is never more than half full. */
function insert(slots: Float64Array, value: number): boolean {
  const mask = slots.length - 1;
  // Fibonacci hashing of both halves spreads consecutive numbers, which are common in lists.
  const hash = Math.imul(value >>> 0, 0x9e37_79b1) ^ Math.imul((value / 2 ** 32) >>> 0, 0x85eb_ca6b);
  for (let index = (hash >>> 7) & mask; ; index = (index + 1) & mask) {
    const present = slots[index];
    if (present === value) return false;
    if (present === EMPTY) {
      slots[index] = value;
      return true;
    }
  }
}
