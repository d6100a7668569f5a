import { type CountryCode, isSupportedCountry, ParseError, parsePhoneNumberWithError } from 'libphonenumber-js/min';

export type NormalisedNumber =
  | { readonly ok: true; readonly number: string }
  /** `reason` is a short text for people. */
  | { readonly ok: false; readonly reason: string };

const REASONS: Readonly<Record<string, string>> = {
  NOT_A_NUMBER: 'is not a phone number',
  INVALID_COUNTRY: 'has no country code (or an unknown one): write +1…, or give defaultCountry',
  TOO_SHORT: 'is too short',
  TOO_LONG: 'is too long',
  INVALID_LENGTH: 'has a length that its country does not use',
};

/**
 * A North American number as it is to be: nothing is left to find out, and the library would take most of a submission's
 * time. @see NANPA, "About the North American Numbering Plan": ten digits, no area code begins with 0 or 1
 */
const NORTH_AMERICAN = /^\+1[2-9]\d{9}$/;

/** A number as people write it → E.164. @param defaultCountry of numbers without a country code, e.g. `US` */
export function normaliseNumber(text: string, defaultCountry: CountryCode | undefined): NormalisedNumber {
  if (NORTH_AMERICAN.test(text)) return { ok: true, number: text };
  const trimmed = text.trim();
  if (trimmed === '') return { ok: false, reason: 'is empty' };
  try {
    const number = parsePhoneNumberWithError(
      trimmed,
      defaultCountry ? { defaultCountry, extract: false } : { extract: false },
    );
    if (number.isPossible()) return { ok: true, number: number.number };
    return { ok: false, reason: 'has a length that its country does not use' };
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return { ok: false, reason: REASONS[error.message] ?? 'is not a phone number' };
  }
}

/** An ISO 3166-1 alpha-2 code that has phone numbers. */
export function isCountry(code: string): code is CountryCode {
  return isSupportedCountry(code);
}

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
