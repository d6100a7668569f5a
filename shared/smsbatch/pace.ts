import type { Batch } from './batch.ts';

/** The share of a sender's rate that batches take; the rest lets single messages through. */
const BATCH_SHARE = 0.9;

/** Recipients of one request to ACS. @see ACS SMS REST 2021-03-07 */
const MAXIMUM_CHUNK_SIZE = 100;

/** Sending time of one recipient. */
export function millisecondsPerRecipient(ratePerMinute: number): number {
  return 60_000 / (ratePerMinute * BATCH_SHARE);
}

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
    const chunksInAMinute = Math.floor((ratePerMinute * BATCH_SHARE) / size) + 1;
    if (size * chunksInAMinute <= ratePerMinute) return size;
  }
  return 1;
}

/** Until when a sender's time is given away. */
export interface SenderTime {
  /** Epoch milliseconds. */
  readonly nextFree: number;
  /** ACS said 429: nothing is sent before this. Epoch milliseconds. */
  readonly pausedUntil: number;
}

export interface Reservation {
  /** When the first of the recipients may be sent. Epoch milliseconds. */
  readonly start: number;
  readonly after: SenderTime;
}

/** Gives away the next free sending time to some recipients (virtual scheduling). */
export function reserve(time: SenderTime, recipients: number, ratePerMinute: number, now: number): Reservation {
  const start = Math.max(now, time.nextFree, time.pausedUntil);
  const nextFree = start + recipients * millisecondsPerRecipient(ratePerMinute);
  return { start, after: { nextFree, pausedUntil: time.pausedUntil } };
}

/** Nothing is sent before `until`; what has its time already comes back for another. */
export function pause(time: SenderTime, until: number): SenderTime {
  return { nextFree: time.nextFree, pausedUntil: Math.max(time.pausedUntil, until) };
}
