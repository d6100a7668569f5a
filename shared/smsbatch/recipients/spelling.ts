/** A cell as an ASCII phone number, or why it cannot be one. `reason` is for display, without a subject. */
export type Spelling = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly reason: string };

/** No phone number is longer, whatever its grouping. Longer cells are not examined further. */
const MAXIMUM_CHARACTERS = 64;

/** Unambiguous, as most cells are. */
const PLAIN = /^\+?\d{1,20}$/;

/** Formatting characters and variation selectors, from text that was copied from a web page or a chat. */
const INVISIBLE = /\p{Cf}|\p{Variation_Selector}/gu;
const SPACES = /[\p{Zs}\t]/gu;
const FULL_WIDTH = /[\uFF01-\uFF5E]/g;
const ARABIC_DIGITS = /[\u0660-\u0669\u06F0-\u06F9]/g;

/** `="+14255550123"`, like an apostrophe, prevents a spreadsheet from treating the cell as a number. */
const FORMULA = /^="([^"]*)"$/;
const APOSTROPHE = /^['\u2018\u2019\u02BC]\s*/;

const SCIENTIFIC = /^[+-]?\d+(?:[.,]\d+)?\s*e\s*[+-]?\d+$/i;
const DAY = '(?:0?[1-9]|[12]\\d|3[01])';
const MONTH = '(?:0?[1-9]|1[0-2])';
const DATES = [
  new RegExp(`^${DAY}([./-])${MONTH}\\1(?:19|20)?\\d\\d$`),
  new RegExp(`^${MONTH}([./-])${DAY}\\1(?:19|20)?\\d\\d$`),
  new RegExp(`^(?:19|20)\\d\\d([./-])${MONTH}\\1${DAY}$`),
];
const EXTENSION = /(?:;\s*ext|ext|extn|extension|x|#|~|doppel|durchwahl|доб)[\s.:=]*\d+\s*$/iu;

/** A count or a second number after a complete number. Brackets around part of a number are not the last characters. */
const ENDS_IN_BRACKETS = /\d\D*[([]\s*\d+\s*[)\]]$/;
const ENDS_AS_FLOAT = /^(\+?\d{5,})[.,]0{1,2}$/;

/**
 * Interprets the spelling of a phone number without country-specific rules. Changes made by a spreadsheet are reverted
 * where no information was lost: `.0` after a whole number is removed. Decimals never become digits of a number.
 */
export function readSpelling(cell: string): Spelling {
  if (PLAIN.test(cell)) return { ok: true, text: cell };
  const text = plain(cell);
  if (text === '') return rejected('is empty');
  if (text.length > MAXIMUM_CHARACTERS) return rejected('is too long');
  if (/[\p{Cc}\u2028\u2029]/u.test(text)) return rejected('contains more than one line');
  const [, whole] = ENDS_AS_FLOAT.exec(text) ?? [];
  if (whole !== undefined) return { ok: true, text: whole };
  if (SCIENTIFIC.test(text)) {
    return rejected('is in scientific notation: the spreadsheet has lost digits; format the column as text');
  }
  if (DATES.some((date) => date.test(text))) return rejected('is a date');
  if (EXTENSION.test(text)) return rejected('has an extension, which cannot receive SMS');
  if (!/^[-+\d\s().[\]/\u2010-\u2015\u2212\u30FC]+$/.test(text) || !/\d/.test(text)) {
    return rejected('is not a phone number');
  }
  const problem = groupProblem(text);
  return problem === undefined ? { ok: true, text } : rejected(problem);
}

function rejected(reason: string): Spelling {
  return { ok: false, reason };
}

/** In ASCII as far as possible, without invisible characters. */
function plain(cell: string): string {
  const text = cell
    .replaceAll(INVISIBLE, '')
    .replaceAll(SPACES, ' ')
    .replaceAll(FULL_WIDTH, (it) => String.fromCharCode(it.charCodeAt(0) - 0xfee0))
    .replaceAll(ARABIC_DIGITS, (it) => String(it.charCodeAt(0) & 0xf))
    .trim();
  const [, inner = text] = FORMULA.exec(text) ?? [];
  return inner
    .trim()
    .replace(APOSTROPHE, '')
    .replace(/^tel:\s*/i, '')
    .replace(/\.$/, '')
    .replace(/^\(\s*\+\s*(\d{1,3})\s*\)/, '+$1 ')
    .replace(/^((?:\+|00)\d{1,3})\s*\/\s*/, '$1 ');
}

/** Dots, slashes and spaced dashes may separate groups of a number, but not decimals or a second number. */
function groupProblem(text: string): string | undefined {
  if (ENDS_IN_BRACKETS.test(text)) return 'contains more than one number';
  const [before = '', after, ...others] = text.split(/(?<!\s)\s*\/\s*|(?<!\s)\s+[-\u2010-\u2015\u2212]+\s+/);
  if (text.lastIndexOf('+') > 0 || (after !== undefined && isSecondNumber(before, after, text.includes('/')))) {
    return 'contains more than one number';
  }
  if (others.length > 0 && text.includes('/')) return 'contains more than one number';
  return isGroupedByDots(text) ? undefined : 'has a decimal point';
}

/** Maximum length. Such a short group is not a number by itself, so a following group may begin with 0. */
const AREA_CODE_DIGITS = 5;

/** `0151/1234567` and `0450/08 86 51` are one number, `030 1234567/68` and `01 58858 - 01 58859` are two. */
function isSecondNumber(before: string, after: string, isSlash: boolean): boolean {
  const digits = digitsOf(after);
  if (digits < 5) return isSlash;
  return digitsOf(before) > 8 || (after.startsWith('0') && digitsOf(before.replace(/^\+\d\d/, '')) > AREA_CODE_DIGITS);
}

/** The digit that some countries use to mark mobile numbers, between dots as in `+33.6.12.34.56.78`. */
const MOBILE_DIGIT = /^(\+\d{2,3})\.\d(?=\.)/;

/**
 * A single dot is taken for a decimal point except after a country code, after an area code with a leading zero, or in a
 * number that also contains other separators. @see RFC 5733 §2.5, which writes numbers as `+1.7035555555`
 */
function isGroupedByDots(text: string): boolean {
  const [first = '', ...groups] = text.replace(MOBILE_DIGIT, '$1').split('.');
  if (groups.some((group) => digitsOf(group) < 2)) return false;
  if (groups.length > 0 && digitsOf(first) === 0) return false;
  if (/\d{5}\.\d{2}$/.test(text)) return false; // a long group and two digits: an amount
  const [only = ''] = groups;
  if (groups.length !== 1) return true;
  if (/^\+\d{1,3}$/.test(first) || /^0\d{1,5}$/.test(first)) return digitsOf(only) >= 5;
  return /[\s()-]/.test(first) && digitsOf(only) >= 3;
}

function digitsOf(text: string): number {
  return text.replaceAll(/\D/g, '').length;
}
