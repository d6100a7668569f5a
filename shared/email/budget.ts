import type { Settings } from '../settings/settings.ts';
import { retryConflicts } from '../storage/optimistic.ts';
import { type Row, type RowValues, type Tables, writeRow } from '../storage/tables.ts';
import { statusReadsTaken } from '../telemetry/measures.ts';
import type { DomainKind } from './limits.ts';
import { grantReads, type ReadLog, usedShare } from './readWindows.ts';

const BUDGET_TABLE = 'emailbudget';
const PARTITION = 'budget';
const ROW = 'statusReads';

export interface Taken {
  readonly granted: number;
  /** When there may be more (epoch milliseconds). */
  readonly nextOn: number;
}

/** Status reads that ACS takes, shared by all instances in one row, which outlives them. */
export interface ReadBudget {
  /**
   * Takes up to so many reads, for each of these kinds of domains. Whoever takes one asks ACS at once.
   *
   * @param kinds more than one where it is not known which one ACS will count
   */
  take(kinds: readonly DomainKind[], wanted: number): Promise<Taken>;
  /** ACS said 429: nothing of this kind is read before `until` (epoch milliseconds). Sending goes on. */
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

  /** What changes nothing is not written. */
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

interface Wish {
  readonly kinds: readonly DomainKind[];
  readonly wanted: number;
  readonly limits: Settings['email']['limits'];
  /** Epoch milliseconds. */
  readonly time: number;
}

function takeFrom(state: BudgetState, { kinds, wanted, limits, time }: Wish) {
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
