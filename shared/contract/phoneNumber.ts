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
