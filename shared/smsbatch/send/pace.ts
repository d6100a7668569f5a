import { type SenderKind, senderKind } from '../../contract/phoneNumber.ts';
import { millisecondsPerRecipient, PACED_SHARE, type SenderPace } from '../../pacing/senderStore.ts';
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
  const own = rates[sender];
  if (own !== undefined) return { key: sender, ratePerMinute: own };
  return { key: kind === 'alphanumeric' ? kind : sender, ratePerMinute: rates[kind] ?? DEFAULT_RATES[kind] };
}

/** Recipients of one request to ACS. @see ACS SMS REST 2021-03-07 */
export const MAXIMUM_REQUEST_SIZE = 100;

/** Of a fast sender's chunk. Its results fit into one row, even if all are errors of the longest kind. */
const MAXIMUM_CHUNK_SIZE = 1000;

/** A chunk of several requests takes no more of a sender's time: the requests are sent at once, and the rest can be canceled. */
const MAXIMUM_CHUNK_SECONDS = 5;

/** How late each chunk of several requests may start without a minute containing more recipients than the rate allows. */
const LATENESS_SECONDS = 6;

/**
 * Recipients per chunk: as many full requests as the sender's rate allows in a few seconds; for a slow sender a single
 * request, as large as possible. No window of 60 seconds contains more recipients than the rate allows.
 */
export function chunkSize(ratePerMinute: number): number {
  const inSeconds = (ratePerMinute * PACED_SHARE * MAXIMUM_CHUNK_SECONDS) / 60;
  const requests = Math.floor(Math.min(MAXIMUM_CHUNK_SIZE, inSeconds) / MAXIMUM_REQUEST_SIZE);
  for (let size = requests * MAXIMUM_REQUEST_SIZE; size > MAXIMUM_REQUEST_SIZE; size -= MAXIMUM_REQUEST_SIZE) {
    if (recipientsInWindow(size, ratePerMinute, 60 + LATENESS_SECONDS) <= ratePerMinute) return size;
  }
  for (let size = Math.min(MAXIMUM_REQUEST_SIZE, Math.floor(ratePerMinute)); size > 1; size -= 1) {
    if (recipientsInWindow(size, ratePerMinute, 60) <= ratePerMinute) return size;
  }
  return 1;
}

/** Chunks of n start n send times apart, so a window contains at most ⌊window / that distance⌋ + 1 of them. */
function recipientsInWindow(size: number, ratePerMinute: number, windowSeconds: number): number {
  const distanceSeconds = (size * 60) / (ratePerMinute * PACED_SHARE);
  return size * (Math.floor(windowSeconds / distanceSeconds) + 1);
}

/** Send time of one full chunk, which is also the smallest distance between two chunks of a batch. */
export function chunkMilliseconds({ chunkSize: size, pace }: Pick<Batch, 'chunkSize' | 'pace'>): number {
  return size * millisecondsPerRecipient(pace.ratePerMinute);
}
