import type { Settings } from '../settings/settings.ts';
import { retryConflicts } from '../storage/optimistic.ts';
import { type Row, type RowValues, type Tables, writeRow } from '../storage/tables.ts';
import { statusReadsTaken } from '../telemetry/measures.ts';
import type { DomainKind } from './email.ts';

const BUDGET_TABLE = 'emailbudget';
const PARTITION = 'budget';
const ROW = 'statusReads';

export interface Taken {
  readonly granted: number;
  /** When more reads may be available (epoch milliseconds). */
  readonly nextOn: number;
}

/** ACS's quota of email status reads, in one row that all instances share. */
export interface ReadBudget {
  /**
   * Takes up to `wanted` reads. The caller must send them to ACS at once.
   *
   * @param kinds more than one if the caller does not know which kind ACS will count
   */
  take(kinds: readonly DomainKind[], wanted: number): Promise<Taken>;
  /** After a 429 from ACS: grants no reads of this kind before `until` (epoch milliseconds). Does not affect sending. */
  pause(kind: DomainKind, until: number): Promise<void>;
}

interface KindState {
  readonly log: ReadLog;
  readonly pausedUntil: number;
}

type BudgetState = Readonly<Record<DomainKind, KindState>>;

const UNUSED: KindState = { log: [], pausedUntil: 0 };

export function createReadBudget(tables: Tables, limits: Settings['email']['limits'], now: () => number): ReadBudget {
  const table = tables.table(BUDGET_TABLE);

  /** If nothing changes, nothing is written. */
  const change = <Change extends { readonly after: BudgetState }>(next: (state: BudgetState) => Change) =>
    retryConflicts(tables, async () => {
      const row = await table.get(PARTITION, ROW);
      const before = toState(row);
      const changed = next(before);
      if (changed.after === before) return changed;
      const values = toValues(changed.after);
      const written = await writeRow(table, PARTITION, { rowKey: ROW, values, etag: row?.etag });
      return written === undefined ? undefined : changed;
    });

  return {
    take: async (kinds, wanted) => {
      const { taken, usedShares } = await change((state) => takeFrom(state, { kinds, wanted, limits, time: now() }));
      const { granted } = taken;
      for (const [index, kind] of kinds.entries()) {
        statusReadsTaken({ kind, granted, refused: wanted - granted, usedShare: usedShares[index] ?? 0 });
      }
      return taken;
    },
    pause: async (kind, until) => {
      await change((state) => ({ after: paused(state, kind, until) }));
    },
  };
}

interface Demand {
  readonly kinds: readonly DomainKind[];
  readonly wanted: number;
  readonly limits: Settings['email']['limits'];
  /** Epoch milliseconds. */
  readonly time: number;
}

function takeFrom(state: BudgetState, { kinds, wanted, limits, time }: Demand) {
  const pausedUntil = Math.max(...kinds.map((kind) => state[kind].pausedUntil));
  const grants = (count: number) => kinds.map((kind) => grantReads(state[kind].log, count, limits[kind], time));
  const granted = pausedUntil > time ? 0 : Math.min(...grants(wanted).map((grant) => grant.granted));
  const final = grants(granted);
  const taken: Taken = { granted, nextOn: Math.max(pausedUntil, ...final.map(({ nextFreeOn }) => nextFreeOn)) };
  const usedShares = kinds.map((kind, index) => usedShare(final[index]?.after ?? [], limits[kind]));
  if (granted === 0) return { taken, usedShares, after: state };
  const logs = kinds.map((kind, index) => [kind, { ...state[kind], log: final[index]?.after ?? [] }]);
  return { taken, usedShares, after: { ...state, ...(Object.fromEntries(logs) as Partial<BudgetState>) } };
}

function paused(state: BudgetState, kind: DomainKind, until: number): BudgetState {
  return state[kind].pausedUntil >= until ? state : { ...state, [kind]: { ...state[kind], pausedUntil: until } };
}

function toState(row: Row | undefined): BudgetState {
  const kind = (name: DomainKind): KindState => (row ? (JSON.parse(String(row.values[name])) as KindState) : UNUSED);
  return { custom: kind('custom'), managed: kind('managed') };
}

function toValues(state: BudgetState): RowValues {
  return { custom: JSON.stringify(state.custom), managed: JSON.stringify(state.managed) };
}

/** How many status reads ACS allows. @see "Service limits" (ACS Email), "Get Email Status" */
export interface ReadLimits {
  readonly readsPerMinute: number;
  readonly readsPerHour: number;
}

/** Counts of granted reads in buckets of ten seconds, in order of time; none is older than an hour. */
export type ReadLog = readonly (readonly [bucket: number, count: number])[];

export interface Grant {
  readonly granted: number;
  readonly after: ReadLog;
  /** When one more read can be granted (epoch milliseconds); not later than now if that is possible at once. */
  readonly nextFreeOn: number;
}

const BUCKET_MILLISECONDS = 10_000;

/** A granted read reaches ACS within its deadline, so each window is longer by that. */
const ARRIVAL_MILLISECONDS = 10_000;

const MINUTE_MILLISECONDS = 60_000 + ARRIVAL_MILLISECONDS;
const HOUR_MILLISECONDS = 3_600_000 + ARRIVAL_MILLISECONDS;

/**
 * Grants as many of the wanted reads as fit: in no minute and no hour, wherever it starts, does ACS receive more than it
 * allows. A bucket that is partly inside a window counts as a whole.
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

/** When a bucket has left a window of this length. */
function leavesOn(bucket: number, windowMilliseconds: number): number {
  return (bucket + 1) * BUCKET_MILLISECONDS + windowMilliseconds;
}

function isInside(bucket: number, windowMilliseconds: number, now: number): boolean {
  return leavesOn(bucket, windowMilliseconds) > now;
}

function countWithin(log: ReadLog, windowMilliseconds: number, now: number): number {
  return log.reduce((sum, [bucket, count]) => (isInside(bucket, windowMilliseconds, now) ? sum + count : sum), 0);
}

/** The clocks of instances differ, so a grant never falls into an earlier bucket than the last one. */
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
