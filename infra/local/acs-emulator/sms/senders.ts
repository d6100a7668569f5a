export type SenderKind = 'tollFree' | 'shortCode' | 'alphanumeric' | 'number';

const E164 = /^\+[1-9]\d{6,14}$/;
const TOLL_FREE = /^\+18(?:00|33|44|55|66|77|88)\d{7}$/;
const SHORT_CODE = /^\d{5,6}$/;
const ALPHANUMERIC = /^(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}$/;

export function isPhoneNumber(text: string): boolean {
  return E164.test(text);
}

/** The kind of a sender; undefined when it has none of the forms. @see "SMS FAQ", sender formats */
export function senderKind(from: string): SenderKind | undefined {
  if (TOLL_FREE.test(from)) return 'tollFree';
  if (E164.test(from)) return 'number';
  if (SHORT_CODE.test(from)) return 'shortCode';
  return ALPHANUMERIC.test(from) ? 'alphanumeric' : undefined;
}
