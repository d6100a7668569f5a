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
const MAXIMUM_CHUNK_SIZE = 100;

/**
 * Recipients per chunk: the largest number up to 100 for which no window of 60 seconds contains more recipients than the
 * rate allows. Chunks of n start n send times apart, so a minute contains at most ⌊minute / that distance⌋ + 1 of them.
 */
export function chunkSize(ratePerMinute: number): number {
  for (let size = Math.min(MAXIMUM_CHUNK_SIZE, Math.floor(ratePerMinute)); size > 1; size -= 1) {
    const chunksPerMinute = Math.floor((ratePerMinute * PACED_SHARE) / size) + 1;
    if (size * chunksPerMinute <= ratePerMinute) return size;
  }
  return 1;
}

/** Send time of one full chunk, which is also the smallest distance between two chunks of a batch. */
export function chunkMilliseconds({ chunkSize: size, pace }: Pick<Batch, 'chunkSize' | 'pace'>): number {
  return size * millisecondsPerRecipient(pace.ratePerMinute);
}
