import { validatePhoneNumberLength } from 'libphonenumber-js/min';
import { acsError } from '../http/serviceError.ts';

export type SenderKind = 'tollFree' | 'shortCode' | 'alphanumeric' | 'number';

/** @see North American Numbering Plan: ten digits, the first of which is 2 to 9 */
const NORTH_AMERICAN = /^\+1[2-9]\d{9}$/;

const E164 = /^\+[1-9]\d{6,14}$/;
const TOLL_FREE = /^\+18(?:00|33|44|55|66|77|88)\d{7}$/;
const SHORT_CODE = /^\d{5,6}$/;
const ALPHANUMERIC = /^(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}$/;

/** Whether the text is E.164 with a valid length for its country: the live service rejects `+1425555012345`. */
export function isPhoneNumber(text: string): boolean {
  if (text.startsWith('+1')) return NORTH_AMERICAN.test(text);
  return E164.test(text) && validatePhoneNumberLength(text) === undefined;
}

/** Returns the kind of a sender; undefined if it has no valid form. @see "SMS FAQ", sender formats */
export function senderKind(from: string): SenderKind | undefined {
  if (TOLL_FREE.test(from)) return 'tollFree';
  if (E164.test(from)) return 'number';
  if (SHORT_CODE.test(from)) return 'shortCode';
  return ALPHANUMERIC.test(from) ? 'alphanumeric' : undefined;
}

/**
 * @param senders of the resource; undefined: every one
 * @throws ServiceError 401 `Unauthorized` without a message, as recorded for a sender of another resource
 */
export function requireOwnSender(from: string, senders: ReadonlySet<string> | undefined): void {
  if (senders && !senders.has(from)) throw acsError(401, 'Unauthorized', '');
}

/** What people, and the address books that they copy from, write in a phone number besides its digits. */
const NUMBER_PUNCTUATION = /[+\s().\p{Pd}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Returns only the digits of a number, however it is written: `+1 (425) 555-0123`. Other text is returned as it is. */
export function compactNumber(text: string): string {
  const compact = text.replace(NUMBER_PUNCTUATION, '');
  return /^\d+$/.test(compact) ? compact : text;
}
