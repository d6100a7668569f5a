import type { Settings } from '../settings.ts';
import type { Row, RowValues, Tables } from '../storage/tables.ts';
import { statusReadsTaken } from '../telemetry/measures.ts';
import type { DomainKind } from './limits.ts';
import { grantReads, type ReadLog, usedShare } from './readwindows.ts';

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

  /** Reads, changes and writes until nobody has come between; a change that answers nothing new writes nothing. */
  const change = async (next: (state: BudgetState) => BudgetState): Promise<void> => {
    for (;;) {
      const row = await table.get(PARTITION, ROW);
      const before = toState(row);
      const after = next(before);
      if (after === before) return;
      const values = toValues(after);
      const written = row
        ? await table.replace(PARTITION, { rowKey: ROW, values, etag: row.etag })
        : await table.insert(PARTITION, ROW, values);
      if (written !== undefined) return;
    }
  };

  return {
    take: async (kinds, wanted) => {
      let taken: Taken = { granted: 0, nextOn: now() };
      let usedShares: readonly number[] = [];
      await change((state) => {
        const time = now();
        const pausedUntil = Math.max(...kinds.map((kind) => state[kind].pausedUntil));
        const grants = (count: number) => kinds.map((kind) => grantReads(state[kind].log, count, limits[kind], time));
        const granted = pausedUntil > time ? 0 : Math.min(...grants(wanted).map((grant) => grant.granted));
        const final = grants(granted);
        taken = { granted, nextOn: Math.max(pausedUntil, ...final.map(({ nextFreeOn }) => nextFreeOn)) };
        usedShares = kinds.map((kind, index) => usedShare(final[index]?.after ?? [], limits[kind]));
        if (granted === 0) return state;
        const logs = kinds.map((kind, index) => [kind, { ...state[kind], log: final[index]?.after ?? [] }]);
        return { ...state, ...(Object.fromEntries(logs) as Partial<BudgetState>) };
      });
      const { granted } = taken;
      for (const [index, kind] of kinds.entries()) {
        statusReadsTaken({ kind, granted, refused: wanted - granted, usedShare: usedShares[index] ?? 0 });
      }
      return taken;
    },
    pause: (kind, until) =>
      change((state) =>
        state[kind].pausedUntil >= until ? state : { ...state, [kind]: { ...state[kind], pausedUntil: until } },
      ),
  };
}

function toState(row: Row | undefined): BudgetState {
  const kind = (name: DomainKind): KindState => (row ? (JSON.parse(String(row.values[name])) as KindState) : UNUSED);
  return { custom: kind('custom'), managed: kind('managed') };
}

function toValues(state: BudgetState): RowValues {
  return { custom: JSON.stringify(state.custom), managed: JSON.stringify(state.managed) };
}
