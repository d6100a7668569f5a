/**
 * The number in E.164 that a recipient's text holds: what ACS makes of other spellings must not evade an opt-out or a
 * restriction. Digits of any script count, and leading zeros (`00` for the plus) do not: no country code begins with 0.
 */
export function numberIn(text: string): string {
  return `+${digitsIn(text).replace(/^0+/, '')}`;
}

/**
 * Every number that a recipient's text may mean. Without a plus, that is also the one behind North America's prefix for
 * calls abroad, or with its country code in front: ACS does not document whether it completes numbers, and a short code
 * as the sender does not say with which code.
 */
export function numbersIn(text: string): readonly string[] {
  const digits = digitsIn(text);
  // A plus in front of a prefix for calls abroad is none.
  if (text.normalize('NFKC').includes('+') && !digits.startsWith('0')) return [numberIn(text)];
  return [
    numberIn(text),
    ...(digits.startsWith('011') ? [`+${digits.slice('011'.length)}`] : []),
    ...(digits.length === NORTH_AMERICAN_DIGITS ? [`+1${digits}`] : []),
  ];
}

/** Of a number without its country code. @see NANPA, "About the North American Numbering Plan" */
const NORTH_AMERICAN_DIGITS = 10;

function digitsIn(text: string): string {
  return text
    .normalize('NFKC')
    .replaceAll(/\p{Nd}/gu, digitOf)
    .replaceAll(/\D/g, '');
}

/** Unicode has the ten digits of a script one after the other. @see The Unicode Standard §4.6 "Numeric Value" */
function digitOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  let value = 0;
  while (value < 9 && /^\p{Nd}$/u.test(String.fromCodePoint(code - value - 1))) value += 1;
  return String(value);
}

/** What kind of number an SMS comes from: each kind has a rate of its own. */
export type SenderKind = 'tollFree' | 'shortCode' | 'longCode' | 'alphanumeric';

/** The prefixes of toll-free numbers. @see North American Numbering Plan, 8XX codes */
const TOLL_FREE = /^\+18(?:00|33|44|55|66|77|88)\d{7}$/;

export function senderKind(sender: string): SenderKind {
  if (/^\d{5,6}$/.test(sender)) return 'shortCode';
  if (!sender.startsWith('+')) return 'alphanumeric';
  return TOLL_FREE.test(sender) ? 'tollFree' : 'longCode';
}
