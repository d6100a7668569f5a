import type { CountryCode } from 'libphonenumber-js/max';
import metadata from 'libphonenumber-js/max/metadata';

/**
 * Recognizes valid numbers in E.164 by the metadata of libphonenumber. The library itself compiles about ten patterns for
 * each number, which would take most of a submission's time; here, each country code has a single pattern.
 */
export class NumberingPlans {
  /** By country code; undefined for a code that only the library can decide. */
  readonly #patterns = new Map<string, RegExp | undefined>();

  /** Whether the library accepts a number as it is. If this returns false, the library may still accept it. */
  includes(e164: string): boolean {
    // No country code is the beginning of another one.
    for (let end = 2; end <= 4; end += 1) {
      const pattern = this.#patternOf(e164.slice(1, end));
      if (pattern) return pattern.test(e164);
    }
    return false;
  }

  #patternOf(callingCode: string): RegExp | undefined {
    if (!this.#patterns.has(callingCode)) this.#patterns.set(callingCode, patternOf(callingCode));
    return this.#patterns.get(callingCode);
  }
}

function patternOf(callingCode: string): RegExp | undefined {
  const codes = metadata.country_calling_codes;
  const countries = Object.hasOwn(codes, callingCode) ? (codes[callingCode] ?? []) : [];
  const plans = countries.map(planOf);
  const [main] = plans;
  if (!main) return undefined;
  // The library removes a national prefix even after the country code. Such numbers are left to it.
  const unchanged = main.nationalPrefix ? `(?!(?:${main.nationalPrefix})(?<!^\\+${callingCode}))` : '';
  return new RegExp(`^\\+${callingCode}${unchanged}${validIn(plans)}$`);
}

interface Plan {
  readonly pattern: string;
  /** What precedes a national number within the country; the pattern may match an empty string. */
  readonly nationalPrefix: string | undefined;
  /** The beginning of this country's numbers, which distinguishes it from others with the same country code. */
  readonly leadingDigits: string | undefined;
  readonly types: readonly { readonly pattern: string; readonly lengths: readonly number[] }[];
}

/** @see https://gitlab.com/catamphetamine/libphonenumber-js/-/blob/master/METADATA.md */
function planOf(country: CountryCode): Plan {
  const plan = metadata.countries[country] ?? [];
  const lengths: number[] = plan[3];
  const types: ([pattern: string, lengths?: number[]] | 0)[] = plan[11] || [];
  return {
    pattern: plan[2],
    nationalPrefix: plan[7] || plan[5] || undefined,
    leadingDigits: plan[10] || undefined,
    types: types.flatMap((type) => (type ? [{ pattern: type[0], lengths: type[1] || lengths }] : [])),
  };
}

/**
 * By the library's rules: a number's country is the first one whose leading digits it has or, for countries without leading
 * digits, in which it is valid. It must have a valid type there.
 */
function validIn([plan, ...others]: readonly Plan[]): string {
  if (!plan) return '(?!)';
  const { pattern, leadingDigits, types } = plan;
  const ofType = types.map(
    (it) => `(?=(?:${it.lengths.map((length) => `\\d{${length}}`).join('|')})$)(?:${it.pattern})`,
  );
  const valid = `(?=(?:${pattern})$)(?:${ofType.join('|')})`;
  if (others.length === 0) return valid;
  const other = validIn(others);
  return leadingDigits ? `(?:(?=${leadingDigits})${valid}|(?!${leadingDigits})${other})` : `(?:${valid}|${other})`;
}
