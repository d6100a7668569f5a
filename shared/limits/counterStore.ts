import type { Limits } from '../settings/clientSettings.ts';
import { Gathering } from '../storage/gathering.ts';
import { retryConflicts } from '../storage/optimistic.ts';
import { type Table, type Tables, writeRow } from '../storage/tables.ts';
import { type Amounts, type Counters, type Excess, giveBack, type Standing, take } from './counters.ts';

/** What a client's counters are of: its name, and its limits as this process knows them. */
export interface Limited {
  readonly name: string;
  readonly limits: Limits;
}

/** A change that waits to be written together with others. */
type Change =
  | { readonly kind: 'take'; readonly limited: Limited; readonly amounts: Amounts }
  | { readonly kind: 'giveBack'; readonly limited: Limited; readonly amounts: Amounts; readonly on: number };

export type Outcome =
  /** `on`: the time under which it was counted (epoch milliseconds). */
  { readonly standings: readonly Standing[]; readonly on: number } | { readonly excess: Excess };

interface Version {
  readonly counters: Counters;
  /** Undefined where there is no row. */
  readonly etag: string | undefined;
}

/** The counters of all clients: one row each, changed in one optimistic update, exact over all processes. */
export interface CounterStore {
  take(limited: Limited, amounts: Amounts): Promise<Outcome>;
  giveBack(limited: Limited, amounts: Amounts, on: number): Promise<void>;
  read(name: string): Promise<Counters>;
}

export const LIMITS_TABLE = 'limits';
const ROW = 'counters';

/** @param now epoch milliseconds */
export function createCounterStore(tables: Tables, now: () => number): CounterStore {
  const table = tables.table(LIMITS_TABLE);
  // What comes while a write is under way goes together in the next one, so that a busy client's row is no bottleneck.
  const writes = new Gathering<Change, ReadonlyMap<Change, Outcome>>();
  const latest = new Map<string, Version>();

  /** Nothing is refused by what is only remembered: another process may have given something back since. */
  const attempt = async (name: string, changes: readonly Change[], remembered: Version | undefined) => {
    const first = remembered && apply(remembered, changes, now());
    const isGood = first && ![...first.outcomes.values()].some((it) => 'excess' in it);
    return isGood ? first : apply(await read(table, name), changes, now());
  };

  const write = (name: string, changes: readonly Change[]) =>
    retryConflicts(tables, async (overtaken) => {
      const { version, outcomes, counters } = await attempt(
        name,
        changes,
        overtaken === 0 ? latest.get(name) : undefined,
      );
      latest.delete(name);
      if (counters === version.counters) return outcomes; // all were refused
      const values = { counters: JSON.stringify(counters) };
      const etag = await writeRow(table, name, { rowKey: ROW, values, etag: version.etag });
      if (etag === undefined) return undefined;
      latest.set(name, { counters, etag });
      return outcomes;
    });

  const change = async (it: Change): Promise<Outcome> => {
    const { name } = it.limited;
    const outcome = (await writes.add(name, it, (changes) => write(name, changes))).get(it);
    if (!outcome) throw new Error('A change of a counter has no outcome.');
    return outcome;
  };
  return {
    take: (limited, amounts) => change({ kind: 'take', limited, amounts }),
    giveBack: async (limited, amounts, on) => {
      await change({ kind: 'giveBack', limited, amounts, on });
    },
    read: async (name) => (await read(table, name)).counters,
  };
}

async function read(table: Table, name: string): Promise<Version> {
  const row = await table.get(name, ROW);
  return row
    ? { counters: JSON.parse(String(row.values['counters'])), etag: row.etag }
    : { counters: {}, etag: undefined };
}

/** The changes one after the other, each of which may be refused. `counters` is the same object when nothing changed. */
function apply(version: Version, changes: readonly Change[], now: number) {
  let { counters } = version;
  const outcomes = new Map<Change, Outcome>();
  for (const change of changes) {
    const { limited, amounts } = change;
    if (change.kind === 'giveBack') {
      counters = giveBack(counters, limited.limits, amounts, change.on, now);
      outcomes.set(change, { standings: [], on: now });
      continue;
    }
    const taken = take(counters, limited.limits, amounts, now);
    if ('excess' in taken) outcomes.set(change, { excess: taken.excess });
    else {
      counters = taken.counters;
      outcomes.set(change, { standings: taken.standings, on: now });
    }
  }
  return { version, counters, outcomes };
}
