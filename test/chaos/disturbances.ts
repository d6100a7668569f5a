import type { Fault } from '../../infra/local/acs-emulator/http/fault.ts';

type Kind = Omit<Fault, 'operation' | 'count'>;

/** The numbers share no divisor, so that every kind follows every other one sooner or later. */
const KINDS: readonly Kind[] = [
  { everyNth: 17, status: 'timeout', afterEffect: true },
  { everyNth: 7, status: 'reset', afterEffect: true },
  { everyNth: 16, status: 500, afterEffect: true },
  { everyNth: 11, status: 'reset' },
  { everyNth: 13, status: 429, retryAfterSeconds: 1 },
  { everyNth: 5, status: 500 },
  { everyNth: 19, status: 503 },
];

/**
 * What ACS does to requests, counted and not drawn by chance: the same run meets the same disturbances.
 *
 * @param strikes of each kind at most
 */
export function disturbances(strikes: number): Fault[] {
  return KINDS.map((kind) => ({ operation: 'sendSms', count: strikes, ...kind }));
}
