/** How many status reads ACS takes. @see "Service limits" (ACS Email), "Get Email Status" */
export interface ReadLimits {
  readonly readsPerMinute: number;
  readonly readsPerHour: number;
}

/** Reads by the ten seconds in which they were granted, in order of time; none is older than an hour. */
export type ReadLog = readonly (readonly [bucket: number, count: number])[];

export interface Grant {
  readonly granted: number;
  readonly after: ReadLog;
  /** When there is room for another one (epoch milliseconds); not after now where there is some. */
  readonly nextFreeOn: number;
}

const BUCKET_MILLISECONDS = 10_000;

/** A read that was granted now reaches ACS within its deadline: each window is longer by that. */
const ARRIVAL_MILLISECONDS = 10_000;

const MINUTE_MILLISECONDS = 60_000 + ARRIVAL_MILLISECONDS;
const HOUR_MILLISECONDS = 3_600_000 + ARRIVAL_MILLISECONDS;

/**
 * Grants as many of the wanted reads as fit: no minute and no hour, wherever they begin, see more of them at ACS than it
 * takes. A bucket that is partly inside a window counts as a whole.
 *
 * @param now epoch milliseconds
 */
export function grantReads(log: ReadLog, wanted: number, limits: ReadLimits, now: number): Grant {
  const recent = log.filter(([bucket]) => isInside(bucket, HOUR_MILLISECONDS, now));
  const room = Math.min(
    limits.readsPerMinute - countWithin(recent, MINUTE_MILLISECONDS, now),
    limits.readsPerHour - countWithin(recent, HOUR_MILLISECONDS, now),
  );
  const granted = Math.max(0, Math.min(wanted, Math.floor(room)));
  const after = granted > 0 ? add(recent, granted, now) : recent;
  const nextFreeOn = Math.max(
    freeOn(after, limits.readsPerMinute, MINUTE_MILLISECONDS, now),
    freeOn(after, limits.readsPerHour, HOUR_MILLISECONDS, now),
  );
  return { granted, after, nextFreeOn };
}

/** The share of an hour's reads that is used up. @param log as it is after a grant */
export function usedShare(log: ReadLog, { readsPerHour }: ReadLimits): number {
  return log.reduce((sum, [, count]) => sum + count, 0) / readsPerHour;
}

/** When the bucket has left a window of this length. */
function leavesOn(bucket: number, windowMilliseconds: number): number {
  return (bucket + 1) * BUCKET_MILLISECONDS + windowMilliseconds;
}

function isInside(bucket: number, windowMilliseconds: number, now: number): boolean {
  return leavesOn(bucket, windowMilliseconds) > now;
}

function countWithin(log: ReadLog, windowMilliseconds: number, now: number): number {
  return log.reduce((sum, [bucket, count]) => (isInside(bucket, windowMilliseconds, now) ? sum + count : sum), 0);
}

/** Clocks of instances differ: a grant never goes before the last one. */
function add(log: ReadLog, count: number, now: number): ReadLog {
  const bucket = Math.floor(now / BUCKET_MILLISECONDS);
  const last = log.at(-1);
  if (!last || last[0] < bucket) return [...log, [bucket, count]];
  return [...log.slice(0, -1), [last[0], last[1] + count]];
}

function freeOn(log: ReadLog, limit: number, windowMilliseconds: number, now: number): number {
  let used = countWithin(log, windowMilliseconds, now);
  for (const [bucket, count] of log) {
    if (used < limit) return now;
    if (!isInside(bucket, windowMilliseconds, now)) continue;
    used -= count;
    if (used < limit) return leavesOn(bucket, windowMilliseconds);
  }
  return now + (used < limit ? 0 : windowMilliseconds);
}
