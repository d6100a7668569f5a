/** A number in E.164 format. */
export const E164 = /^\+[1-9]\d{6,14}$/;

/**
 * The E.164 number in a recipient's value, so that other spellings, which ACS may accept, cannot bypass an opt-out or a
 * restriction. Digits of any script count; leading zeros (`00` for the plus) are dropped: no country code starts with 0.
 */
export function numberIn(text: string): string {
  return `+${digitsIn(text).replace(/^0+/, '')}`;
}

/**
 * All numbers that a recipient's value can mean. Without a plus, `011` may be North America's prefix for international
 * calls, and 10 digits may lack the country code 1: ACS does not document whether it completes numbers.
 */
export function numbersIn(text: string): readonly string[] {
  const digits = digitsIn(text);
  // A plus before an international prefix has no meaning.
  if (text.normalize('NFKC').includes('+') && !digits.startsWith('0')) return [numberIn(text)];
  return [
    numberIn(text),
    ...(digits.startsWith('011') ? [`+${digits.slice('011'.length)}`] : []),
    ...(digits.length === NORTH_AMERICAN_DIGITS ? [`+1${digits}`] : []),
  ];
}

/** The numbers that a recipient's value may mean to ACS. A number in E.164 format means itself only. */
export function meantBy(text: string): readonly string[] {
  return E164.test(text) ? [text] : possibleNumbersIn(text);
}

/**
 * All numbers that a service could read from a recipient's value, even unlikely ones: without an extension, with letters as
 * on a keypad, and without a trunk prefix after the country code. Used to check whether any of them has opted out.
 *
 * @see https://github.com/google/libphonenumber/blob/master/FAQ.md
 */
export function possibleNumbersIn(text: string): readonly string[] {
  if (E164.test(text)) return [text, ...withoutTrunkPrefix(text)]; // as almost all are
  const plain = text.normalize('NFKC');
  const first = Math.max(0, plain.search(/\p{Nd}/u));
  const [prefix, rest] = [plain.slice(0, first), plain.slice(first)];
  const spelled = rest.replaceAll(/[a-z]/gi, keyOf);
  const readings = [text, prefix + beforeExtension(rest), prefix + spelled].flatMap(numbersIn);
  return [...new Set(readings.flatMap((number) => [number, ...withoutTrunkPrefix(number)]))];
}

/** Everything before the first letter or symbol. @param text begins with a digit */
function beforeExtension(text: string): string {
  const length = text.search(/[\p{L};,#*=]/u);
  return length < 0 ? text : text.slice(0, length);
}

/** @see ITU-T E.161 */
const KEYPAD = ['abc', 'def', 'ghi', 'jkl', 'mno', 'pqrs', 'tuv', 'wxyz'];

function keyOf(letter: string): string {
  return String(KEYPAD.findIndex((letters) => letters.includes(letter.toLowerCase())) + 2);
}

/** Country codes have 1 to 3 digits. */
function withoutTrunkPrefix(number: string): readonly string[] {
  return [2, 3, 4].flatMap((end) => (number[end] === '0' ? [number.slice(0, end) + number.slice(end + 1)] : []));
}

/** Without the country code. @see NANPA, "About the North American Numbering Plan" */
const NORTH_AMERICAN_DIGITS = 10;

function digitsIn(text: string): string {
  return text
    .normalize('NFKC')
    .replaceAll(/\p{Nd}/gu, digitOf)
    .replaceAll(/\D/g, '');
}

/** The ten digits of a script have consecutive code points. @see The Unicode Standard §4.6 "Numeric Value" */
function digitOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  let value = 0;
  while (value < 9 && /^\p{Nd}$/u.test(String.fromCodePoint(code - value - 1))) value += 1;
  return String(value);
}

/** Each kind of sender has its own rate. */
export type SenderKind = 'tollFree' | 'shortCode' | 'longCode' | 'alphanumeric';

/** The prefixes of toll-free numbers. @see North American Numbering Plan, 8XX codes */
const TOLL_FREE = /^\+18(?:00|33|44|55|66|77|88)\d{7}$/;

export function senderKind(sender: string): SenderKind {
  if (/^\d{5,6}$/.test(sender)) return 'shortCode';
  if (!sender.startsWith('+')) return 'alphanumeric';
  return TOLL_FREE.test(sender) ? 'tollFree' : 'longCode';
}
