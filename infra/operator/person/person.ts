import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { numberIn } from '../../../shared/contract/phoneNumber.ts';

/** The phone number or email address whose data is exported or erased. */
export interface Person {
  readonly kind: 'number' | 'address';
  /** E.164, or in lower case. */
  readonly value: string;
  /** Finds it in a text, in the spellings that callers use. */
  readonly pattern: RegExp;
}

/** What stands in the place of what was erased. */
export const ERASED = 'erased';

/** @throws Error for what is neither */
export function parsePerson(text: string): Person {
  const trimmed = text.trim();
  if (trimmed.includes('@')) return addressOf(trimmed.toLowerCase());
  if (/^\+[\d\s().\-/]+$/.test(trimmed) && numberIn(trimmed).length > '+123456'.length)
    return numberOf(numberIn(trimmed));
  throw new Error(
    `'${text}' is neither a phone number with a plus and country code (+14255550123) nor an email address.`,
  );
}

export function mentions({ pattern }: Person, text: string): boolean {
  return text.search(pattern) >= 0;
}

export function withoutPerson({ pattern }: Person, text: string): string {
  return text.replaceAll(pattern, ERASED);
}

function addressOf(value: string): Person {
  const pattern = new RegExp(`(?<![\\w.+-])${escaped(value)}(?![\\w-]|\\.\\w)`, 'gi');
  return { kind: 'address', value, pattern };
}

/** Between the digits of a number. */
const GAP = '[ ().\\-/]{0,3}';

function numberOf(value: string): Person {
  const parsed = parsePhoneNumberFromString(value);
  const code = parsed?.countryCallingCode ?? '';
  const national = spaced(value.slice(1 + code.length));
  const international = `(?:\\+|%2B)${GAP}${spaced(code)}${GAP}(?:0${GAP})?${national}(?!\\d)`;
  const withoutPlus = `(?<![\\d+])(?:(?:00|011)${GAP})?${spaced(code)}${GAP}${national}(?!\\d)`;
  // After another number it would be the end of that.
  const atHome = `(?<![\\d+]|\\d[ ().\\-/]{1,3})(?:0${GAP})?${national}(?!\\d)`;
  return { kind: 'number', value, pattern: new RegExp([international, withoutPlus, atHome].join('|'), 'gi') };
}

function spaced(digits: string): string {
  return [...digits].join(GAP);
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
