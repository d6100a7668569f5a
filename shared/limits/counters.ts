import type { LimitName, Limits } from '../settings/clientSettings.ts';
import { add, type Counts, current, DAY, freeOn, MINUTE, total, type Window } from './window.ts';

/** What is counted; messages in recipients. */
export type Unit = 'requests' | 'sms' | 'emails';

export type Amounts = Readonly<Partial<Record<Unit, number>>>;

/** Limits that are kept by counting over time. */
export type CountedLimit = Exclude<LimitName, 'batchRecipients' | 'perRecipientPerDay'>;

const COUNTED: Readonly<Record<CountedLimit, { readonly unit: Unit; readonly window: Window }>> = {
  requestsPerMinute: { unit: 'requests', window: MINUTE },
  smsPerMinute: { unit: 'sms', window: MINUTE },
  smsPerDay: { unit: 'sms', window: DAY },
  emailsPerMinute: { unit: 'emails', window: MINUTE },
  emailsPerDay: { unit: 'emails', window: DAY },
};

const COUNTED_LIMITS = Object.keys(COUNTED) as CountedLimit[];

/** A client's counts by limit. */
export type Counters = Readonly<Partial<Record<CountedLimit, Counts>>>;

/** Where a client stands with one of its limits. */
export interface Standing {
  readonly limit: LimitName;
  readonly maximum: number;
  readonly used: number;
  /** Until everything that is used now is available again. */
  readonly resetSeconds: number;
}

/** @param retryAfterSeconds undefined when it will never fit, because it is more than the limit itself */
export interface Excess {
  readonly standing: Standing;
  readonly amount: number;
  readonly retryAfterSeconds: number | undefined;
}

export type Taken =
  | { readonly counters: Counters; readonly standings: readonly Standing[] }
  | { readonly excess: Excess };

/** The client's limits that count one of these amounts. */
export function limitsCounting(limits: Limits, amounts: Amounts): readonly CountedLimit[] {
  return COUNTED_LIMITS.filter((name) => limits[name] !== undefined && (amounts[COUNTED[name].unit] ?? 0) > 0);
}

/** Counts all amounts under every limit that applies to them, or none. */
export function take(counters: Counters, limits: Limits, amounts: Amounts, now: number): Taken {
  const names = limitsCounting(limits, amounts);
  const excess = names.flatMap((name) => excessOf(counters, limits, name, amounts, now) ?? []);
  const worst = excess.toSorted((one, other) => waitOf(other) - waitOf(one))[0];
  if (worst) return { excess: worst };
  const after = changed(counters, names, now, (name) => amounts[COUNTED[name].unit] ?? 0, now);
  return { counters: after, standings: names.map((name) => standingOf(after, limits, name, now)) };
}

/** Takes back what was counted at a time. */
export function giveBack(counters: Counters, limits: Limits, amounts: Amounts, on: number, now: number): Counters {
  return changed(counters, limitsCounting(limits, amounts), on, (name) => -(amounts[COUNTED[name].unit] ?? 0), now);
}

/** Where a client stands with each limit that is kept by counting. */
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
