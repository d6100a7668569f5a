import type { LimitName, Limits } from '../settings/clientSettings.ts';

/** A sliding window, counted in buckets. */
export interface Window {
  readonly milliseconds: number;
  readonly bucketMilliseconds: number;
}

export const MINUTE: Window = { milliseconds: 60_000, bucketMilliseconds: 1000 };
export const DAY: Window = { milliseconds: 86_400_000, bucketMilliseconds: 900_000 };

/** What is counted. SMS messages and emails count once per recipient. */
export type Unit = 'requests' | 'sms' | 'emails';

export type Amounts = Readonly<Partial<Record<Unit, number>>>;

/** The limits on counts in a sliding window. */
export type CountedLimit = Exclude<LimitName, 'batchRecipients' | 'perRecipientPerDay'>;

const COUNTED: Readonly<Record<CountedLimit, { readonly unit: Unit; readonly window: Window }>> = {
  requestsPerMinute: { unit: 'requests', window: MINUTE },
  smsPerMinute: { unit: 'sms', window: MINUTE },
  smsPerDay: { unit: 'sms', window: DAY },
  emailsPerMinute: { unit: 'emails', window: MINUTE },
  emailsPerDay: { unit: 'emails', window: DAY },
};

const COUNTED_LIMITS = Object.keys(COUNTED) as CountedLimit[];

/** The counts of one client by limit. */
export type Counters = Readonly<Partial<Record<CountedLimit, Counts>>>;

/** Usage of one limit. */
export interface Standing {
  readonly limit: LimitName;
  readonly maximum: number;
  readonly used: number;
  /** Seconds until the whole limit is available again. */
  readonly resetSeconds: number;
}

export interface Excess {
  readonly standing: Standing;
  readonly amount: number;
  /** Undefined when the amount exceeds the limit itself and can never be accepted. */
  readonly retryAfterSeconds: number | undefined;
}

export type Taken =
  | { readonly counters: Counters; readonly standings: readonly Standing[] }
  | { readonly excess: Excess };

/** The client's limits that apply to any of these amounts. */
export function limitsCounting(limits: Limits, amounts: Amounts): readonly CountedLimit[] {
  return COUNTED_LIMITS.filter((name) => limits[name] !== undefined && (amounts[COUNTED[name].unit] ?? 0) > 0);
}

/** Adds all amounts to every limit that applies to them, or none. */
export function take(counters: Counters, limits: Limits, amounts: Amounts, now: number): Taken {
  const names = limitsCounting(limits, amounts);
  const excess = names.flatMap((name) => excessOf(counters, limits, name, amounts, now) ?? []);
  const worst = excess.toSorted((one, other) => waitOf(other) - waitOf(one))[0];
  if (worst) return { excess: worst };
  const after = changed(counters, names, now, (name) => amounts[COUNTED[name].unit] ?? 0, now);
  return { counters: after, standings: names.map((name) => standingOf(after, limits, name, now)) };
}

/** Reverses a `take` made at a given time (epoch milliseconds). */
export function giveBack(counters: Counters, limits: Limits, amounts: Amounts, on: number, now: number): Counters {
  return changed(counters, limitsCounting(limits, amounts), on, (name) => -(amounts[COUNTED[name].unit] ?? 0), now);
}

/** Usage of each counted limit that the client has. */
export function standings(counters: Counters, limits: Limits, now: number): readonly Standing[] {
  return COUNTED_LIMITS.filter((name) => limits[name] !== undefined).map((name) =>
    standingOf(counters, limits, name, now),
  );
}

function changed(
  counters: Counters,
  names: readonly CountedLimit[],
  on: number,
  amountOf: (name: CountedLimit) => number,
  now: number,
): Counters {
  const changes = names.map((name) => {
    const { window } = COUNTED[name];
    return [name, add(current(counters[name] ?? [], window, now), window, on, amountOf(name))] as const;
  });
  return { ...counters, ...Object.fromEntries(changes) };
}

function standingOf(counters: Counters, limits: Limits, limit: CountedLimit, now: number): Standing {
  const { window } = COUNTED[limit];
  const counts = current(counters[limit] ?? [], window, now);
  const used = total(counts);
  const resetOn = freeOn(counts, window, used) ?? now;
  return { limit, maximum: limits[limit] ?? 0, used, resetSeconds: Math.max(0, Math.ceil((resetOn - now) / 1000)) };
}

function excessOf(
  counters: Counters,
  limits: Limits,
  limit: CountedLimit,
  amounts: Amounts,
  now: number,
): Excess | undefined {
  const { unit, window } = COUNTED[limit];
  const amount = amounts[unit] ?? 0;
  const standing = standingOf(counters, limits, limit, now);
  const surplus = standing.used + amount - standing.maximum;
  if (surplus <= 0) return undefined;
  if (amount > standing.maximum) return { standing, amount, retryAfterSeconds: undefined };
  const on = freeOn(current(counters[limit] ?? [], window, now), window, surplus) ?? now;
  return { standing, amount, retryAfterSeconds: Math.max(1, Math.ceil((on - now) / 1000)) };
}

function waitOf({ retryAfterSeconds = Number.POSITIVE_INFINITY }: Excess): number {
  return retryAfterSeconds;
}

/** The count of each bucket, oldest first. A bucket's number is its start time divided by its width. */
export type Counts = readonly (readonly [bucket: number, count: number])[];

/**
 * Drops buckets that have left the window. A bucket leaves as a whole, once all of it is older than the window, so that
 * no period of the window's length ever exceeds the limit. Buckets in the future come from instances with a faster clock.
 */
export function current(counts: Counts, window: Window, now: number): Counts {
  const oldest = bucketOf(now - window.milliseconds, window);
  return counts.filter(([bucket]) => bucket >= oldest);
}

export function total(counts: Counts): number {
  return counts.reduce((sum, [, count]) => sum + count, 0);
}

/** @param amount negative to reverse an earlier addition; a count never drops below 0 */
export function add(counts: Counts, window: Window, on: number, amount: number): Counts {
  const bucket = bucketOf(on, window);
  const before = counts.find(([it]) => it === bucket)?.[1] ?? 0;
  const others = counts.filter(([it]) => it !== bucket);
  const after = before + amount;
  if (after <= 0) return others;
  return [...others, [bucket, after] as const].toSorted(([one], [other]) => one - other);
}

/** When at least this amount will have left the window (epoch milliseconds); undefined if the window holds less. */
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
