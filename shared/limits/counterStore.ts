import { randomUUID } from 'node:crypto';
import type { Limits } from '../settings/clientSettings.ts';
import { Coalescer } from '../storage/coalescer.ts';
import { retryConflicts } from '../storage/optimistic.ts';
import { type Table, type Tables, writeRow } from '../storage/tables.ts';
import { type Amounts, type Counters, type Excess, giveBack, type Standing, take } from './counters.ts';

/** A client with its limits as configured in this process. */
export interface Limited {
  readonly name: string;
  readonly limits: Limits;
}

/** A change that waits to be written together with concurrent ones. */
type Change =
  | { readonly kind: 'take'; readonly limited: Limited; readonly amounts: Amounts }
  | { readonly kind: 'giveBack'; readonly limited: Limited; readonly amounts: Amounts; readonly on: number };

export type TakeResult =
  /** `on`: the time it was counted at (epoch milliseconds). */
  { readonly standings: readonly Standing[]; readonly on: number } | { readonly excess: Excess };

interface Version {
  readonly counters: Counters;
  /** Marks of the last writes. */
  readonly writes: readonly string[];
  /** Undefined if the row does not exist. */
  readonly etag: string | undefined;
}

interface KnownVersions {
  /** As this process last wrote it. */
  readonly remembered: Version | undefined;
  /** As it was just read. */
  readonly current: Version | undefined;
}

/** How many other writes may come between one whose response is lost and its repetition by the SDK. */
const REMEMBERED_WRITES = 32;

/** The counters of all clients, one row each. Updates are optimistic, so that counts are exact across processes. */
export interface CounterStore {
  take(limited: Limited, amounts: Amounts): Promise<TakeResult>;
  giveBack(limited: Limited, amounts: Amounts, on: number): Promise<void>;
  read(name: string): Promise<Counters>;
}

export const LIMITS_TABLE = 'limits';
const ROW = 'counters';

/** @param now epoch milliseconds */
export function createCounterStore(tables: Tables, now: () => number): CounterStore {
  const table = tables.table(LIMITS_TABLE);
  // Changes made during a write are combined in the next one, so that a busy client's row is not a bottleneck.
  const writes = new Coalescer<Change, ReadonlyMap<Change, TakeResult>>();
  const latest = new Map<string, Version>();

  const knownVersions = async (name: string, conflicts: number): Promise<KnownVersions> =>
    conflicts === 0
      ? { remembered: latest.get(name), current: undefined }
      : { remembered: undefined, current: await read(table, name) };

  /** A cached version never refuses a change: another process may have given something back since. */
  const attempt = async (name: string, changes: readonly Change[], { remembered, current }: KnownVersions) => {
    const first = remembered && apply(remembered, changes, now());
    const isAccepted = first && ![...first.outcomes.values()].some((it) => 'excess' in it);
    return isAccepted ? first : apply(current ?? (await read(table, name)), changes, now());
  };

  const write = (name: string, changes: readonly Change[]) => {
    const mark = randomUUID().slice(0, 8);
    let last: ReadonlyMap<Change, TakeResult> | undefined;
    return retryConflicts(tables, async (conflicts) => {
      const known = await knownVersions(name, conflicts);
      // The write before has taken effect, but its response was lost, and the SDK repeated it.
      if (last && known.current?.writes.includes(mark)) return last;
      const { version, outcomes, counters } = await attempt(name, changes, known);
      latest.delete(name);
      if (counters === version.counters) return outcomes; // all changes were refused
      last = outcomes;
      const written = [...version.writes, mark].slice(-REMEMBERED_WRITES);
      const values = { counters: JSON.stringify(counters), writes: written.join() };
      const etag = await writeRow(table, name, { rowKey: ROW, values, etag: version.etag });
      if (etag === undefined) return undefined;
      latest.set(name, { counters, writes: written, etag });
      return outcomes;
    });
  };

  const change = async (it: Change): Promise<TakeResult> => {
    const { name } = it.limited;
    const outcome = (await writes.add(name, it, (changes) => write(name, changes))).get(it);
    if (!outcome) throw new Error('A counter change has no result.');
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
  if (!row) return { counters: {}, writes: [], etag: undefined };
  const { counters, writes = '' } = row.values; // the version before stored no marks
  return { counters: JSON.parse(String(counters)), writes: String(writes).split(','), etag: row.etag };
}

/** Applies the changes in order; each may be refused. `counters` is the same object if nothing changed. */
function apply(version: Version, changes: readonly Change[], now: number) {
  let { counters } = version;
  const outcomes = new Map<Change, TakeResult>();
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
