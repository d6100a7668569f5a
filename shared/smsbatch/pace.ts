import { millisecondsPerRecipient, PACED_SHARE } from '../pacing/senderTime.ts';
import type { Batch } from './batch.ts';

/** Recipients of one request to ACS. @see ACS SMS REST 2021-03-07 */
const MAXIMUM_CHUNK_SIZE = 100;

/** Sending time of one whole chunk: its batch's chunks follow each other at least this far apart. */
export function chunkMilliseconds({
  chunkSize: size,
  pace: { ratePerMinute },
}: Pick<Batch, 'chunkSize' | 'pace'>): number {
  return size * millisecondsPerRecipient(ratePerMinute);
}

/**
 * How many recipients one chunk holds: the most, up to 100, for which no 60 seconds see more recipients than the rate
 * allows. Chunks of n begin n sending times apart, so any minute holds at most ⌊minute / that distance⌋ + 1 of them.
 */
export function chunkSize(ratePerMinute: number): number {
  for (let size = Math.min(MAXIMUM_CHUNK_SIZE, Math.floor(ratePerMinute)); size > 1; size -= 1) {
    const chunksInAMinute = Math.floor((ratePerMinute * PACED_SHARE) / size) + 1;
    if (size * chunksInAMinute <= ratePerMinute) return size;
  }
  return 1;
}
