/** A period that moves on with time, counted in buckets: what is counted leaves it with its bucket. */
export interface Window {
  readonly milliseconds: number;
  readonly bucketMilliseconds: number;
}

export const MINUTE: Window = { milliseconds: 60_000, bucketMilliseconds: 1000 };
export const DAY: Window = { milliseconds: 86_400_000, bucketMilliseconds: 900_000 };

/** What was counted in each bucket, oldest first. A bucket's number is its start divided by its width. */
export type Counts = readonly (readonly [bucket: number, count: number])[];

/**
 * The counts that are still in the window. A bucket leaves it as a whole, once all of it is old: so no period of the
 * window's length ever holds more than was allowed. Buckets ahead of this clock belong to another instance's.
 */
export function current(counts: Counts, window: Window, now: number): Counts {
  const oldest = bucketOf(now - window.milliseconds, window);
  return counts.filter(([bucket]) => bucket >= oldest);
}

export function total(counts: Counts): number {
  return counts.reduce((sum, [, count]) => sum + count, 0);
}

/** @param amount negative to take back what was counted at that time; nothing is left of less than 0 */
export function add(counts: Counts, window: Window, on: number, amount: number): Counts {
  const bucket = bucketOf(on, window);
  const before = counts.find(([it]) => it === bucket)?.[1] ?? 0;
  const others = counts.filter(([it]) => it !== bucket);
  const after = before + amount;
  if (after <= 0) return others;
  return [...others, [bucket, after] as const].toSorted(([one], [other]) => one - other);
}

/** When (epoch milliseconds) at least this amount will have left the window; undefined when it never holds as much. */
export function freeOn(counts: Counts, window: Window, amount: number): number | undefined {
  let freed = 0;
  for (const [bucket, count] of counts) {
    freed += count;
    if (freed >= amount) return (bucket + 1) * window.bucketMilliseconds + window.milliseconds;
  }
  return undefined;
}

function bucketOf(time: number, { bucketMilliseconds }: Window): number {
  return Math.floor(time / bucketMilliseconds);
}
