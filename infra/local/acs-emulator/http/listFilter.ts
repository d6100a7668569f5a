import { refusal, type ServiceError } from './errors.ts';
import type { Call } from './route.ts';

/** Bad input to the emulator's own API. */
export function invalidOwnRequest(field: string, message: string): ServiceError {
  return refusal(400, 'BadRequest', message, field === '' ? {} : { target: field });
}

/** `?to=` and `?top=` of the emulator's own lists. @throws ServiceError 400 */
export function readFilter(call: Call): { to: string | undefined; top: number | undefined } {
  // A '+' in a query reads as a space; no phone number or address has one.
  const to = call.query.get('to')?.replace(/^ /, '+');
  const top = call.query.get('top') ?? undefined;
  if (top !== undefined && !/^\d{1,9}$/.test(top)) throw invalidOwnRequest('top', 'top must be a whole number.');
  return { to, top: top === undefined ? undefined : Number(top) };
}
