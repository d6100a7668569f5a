import {
  type CountryCode,
  getCountryCallingCode,
  isSupportedCountry,
  ParseError,
  type PhoneNumber,
  parsePhoneNumberFromString,
  parsePhoneNumberWithError,
} from 'libphonenumber-js/max';
import { readSpelling } from './spelling.ts';

export type NormalisedNumber =
  | { readonly ok: true; readonly number: string }
  /** `reason` is a short text for people. */
  | { readonly ok: false; readonly reason: string };

const NO_COUNTRY = 'has no country code (or an unknown one): write +1…, or give defaultCountry';

const REASONS: Readonly<Record<string, string>> = {
  NOT_A_NUMBER: 'is not a phone number',
  INVALID_COUNTRY: NO_COUNTRY,
  TOO_SHORT: 'is too short',
  TOO_LONG: 'is too long',
};

const LENGTH = 'has a length that its country does not use';
const AMBIGUOUS = 'may begin with its country code, or not: write it with +, or with the leading 0';
const NOT_VALID = 'is not a valid number of its country';

/** The second one where a country has the same numbers for both. */
const MOBILE_TYPES: ReadonlySet<string | undefined> = new Set(['MOBILE', 'FIXED_LINE_OR_MOBILE']);

/** A North American number in E.164. @see NANPA, "About the North American Numbering Plan" */
const NORTH_AMERICAN = /^\+1[2-9]\d{9}$/;

/** Turns numbers as people and spreadsheets write them into E.164, where they are valid for their country. */
export class NumberReader {
  readonly #options: { readonly defaultCountry?: CountryCode; readonly extract: false };
  readonly #thousands = new ThousandBlocks();

  /** @param defaultCountry of numbers without a country code, e.g. `US` */
  constructor(defaultCountry: CountryCode | undefined) {
    this.#options = defaultCountry ? { defaultCountry, extract: false } : { extract: false };
  }

  read(cell: string): NormalisedNumber {
    if (!NORTH_AMERICAN.test(cell)) return this.#parse(cell);
    const isValid = this.#thousands.verdict(cell);
    if (isValid === undefined) {
      const result = this.#parse(cell);
      this.#thousands.keep(cell, result.ok);
      return result;
    }
    return isValid ? { ok: true, number: cell } : { ok: false, reason: NOT_VALID };
  }

  /**
   * Whether a number without a plus could also be an international one. Spreadsheets drop the plus, and what is left of
   * another country's number may be a valid landline here; where a carrier's code follows `00`, so may the rest of one
   * that was written with `00`. A single leading 0 says that it is local, and so does a valid local mobile number.
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
    // With this country's own code, one that is not quite right is likelier than a landline without its leading 0.
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

/** The library completes local numbers of some countries, even after their country code: `+672 00000` to `+672 300000`. */
function isRewritten(text: string, nationalNumber: string): boolean {
  return text.startsWith('+') && !text.replaceAll(/\D/g, '').endsWith(nationalNumber);
}

/** An ISO 3166-1 alpha-2 code that has phone numbers. */
export function isCountry(code: string): code is CountryCode {
  return isSupportedCountry(code);
}

/**
 * What the library has said about North American numbers, for which it would take most of a submission's time. Numbers
 * that differ in the last three digits only are all valid or none is: the plan hands out whole thousands.
 */
class ThousandBlocks {
  /** Two bits a block: 0 unknown, 1 invalid, 2 valid. */
  readonly #bits = new Uint8Array(BLOCKS / 4);

  verdict(e164: string): boolean | undefined {
    const block = blockOf(e164);
    const verdict = ((this.#bits[block >> 2] ?? 0) >> ((block & 3) * 2)) & 3;
    return verdict === 0 ? undefined : verdict === 2;
  }

  keep(e164: string, isValid: boolean): void {
    const block = blockOf(e164);
    this.#bits[block >> 2] = (this.#bits[block >> 2] ?? 0) | ((isValid ? 2 : 1) << ((block & 3) * 2));
  }
}

const BLOCKS = 10 ** 7;

/** The seven digits after `+1`. */
function blockOf(e164: string): number {
  return Number(e164.slice(2, 9));
}

/** No number is zero. */
const EMPTY = 0;

/**
 * The numbers seen so far. E.164 has 15 digits at most, which a double holds exactly, so a million numbers take 16 MB
 * here and not the 100 MB of a Set of strings.
 */
export class NumberSet {
  #slots: Float64Array;
  #size = 0;

  /** @param expected about how many there will be: growing leaves as much garbage as there are numbers */
  constructor(expected = 512) {
    this.#slots = new Float64Array(2 ** Math.ceil(Math.log2(Math.max(2, expected * 2 + 2))));
  }

  /** @returns false when the number was there already */
  add(e164: string): boolean {
    if (this.#size * 2 >= this.#slots.length) this.#grow();
    const added = insert(this.#slots, Number(e164.slice(1)));
    if (added) this.#size += 1;
    return added;
  }

  #grow(): void {
    const larger = new Float64Array(this.#slots.length * 2);
    for (const value of this.#slots) if (value !== EMPTY) insert(larger, value);
    this.#slots = larger;
  }
}

/** Open addressing with linear probing; the table is never more than half full. */
function insert(slots: Float64Array, value: number): boolean {
  const mask = slots.length - 1;
  // Fibonacci hashing of both halves: consecutive numbers, which lists are full of, must spread
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
