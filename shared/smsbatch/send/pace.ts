import { type SenderKind, senderKind } from '../../contract/phoneNumber.ts';
import { millisecondsPerRecipient, PACED_SHARE, type SenderPace } from '../../pacing/senderTime.ts';
import type { Batch } from '../batch.ts';

/**
 * Recipients per minute. Toll-free numbers and short codes: for each number; alphanumeric sender IDs: for the whole
 * resource. Long codes (10DLC) are limited by the carriers rather than ACS; their rate here is a cautious choice.
 *
 * @see "Service limits" (ACS SMS)
 */
const DEFAULT_RATES: Readonly<Record<SenderKind, number>> = {
  tollFree: 200,
  shortCode: 6000,
  longCode: 200,
  alphanumeric: 600,
};

/** @param rates the setting SMS_RATES_PER_MINUTE: kind or exact sender → recipients per minute */
export function senderPace(sender: string, rates: Readonly<Record<string, number>>): SenderPace {
  const kind = senderKind(sender);
  // An alphanumeric sender may have the name of a kind, or of a member of every object, such as 'constructor'.
  const own = Object.hasOwn(rates, sender) && !Object.hasOwn(DEFAULT_RATES, sender) ? rates[sender] : undefined;
  if (own !== undefined) return { key: sender, ratePerMinute: own };
  return { key: kind === 'alphanumeric' ? kind : sender, ratePerMinute: rates[kind] ?? DEFAULT_RATES[kind] };
}

/** Recipients of one request to ACS. @see ACS SMS REST 2021-03-07 */
export const MAXIMUM_REQUEST_SIZE = 100;

/** Of a fast sender's chunk. Its results fit into one row, even if all are errors of the longest kind. */
const MAXIMUM_CHUNK_SIZE = 1000;

/** A chunk of several requests takes no more of a sender's time: the requests are sent at once, and the rest can be canceled. */
const MAXIMUM_CHUNK_SECONDS = 5;

/**
 * Recipients per chunk: as many full requests as the sender's rate allows in a few seconds; for a slow sender a single
 * request. A little less if that divides the rate into equal chunks: what is left of it in a minute cannot be used.
 */
export function chunkSize(ratePerMinute: number): number {
  const inSeconds = (ratePerMinute * PACED_SHARE * MAXIMUM_CHUNK_SECONDS) / 60;
  const requests = Math.floor(Math.min(MAXIMUM_CHUNK_SIZE, inSeconds) / MAXIMUM_REQUEST_SIZE);
  const most = Math.max(requests, 1) * MAXIMUM_REQUEST_SIZE;
  return Math.max(1, Math.floor(ratePerMinute / Math.ceil(ratePerMinute / most)));
}

/** Send time of one full chunk, which is also the smallest distance between two chunks of a batch. */
export function chunkMilliseconds({ chunkSize: size, pace }: Pick<Batch, 'chunkSize' | 'pace'>): number {
  return size * millisecondsPerRecipient(pace.ratePerMinute);
}
