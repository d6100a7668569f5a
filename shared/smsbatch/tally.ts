import type { RowValues } from '../storage/tables.ts';

/** What recipients' results are; and, of what was sent, what delivery reports say. */
const COUNTERS = ['accepted', 'failed', 'inDoubt', 'optedOut', 'delivered', 'undelivered'] as const;

/** Counters of a batch; of a change, the difference. */
export type Tally = Readonly<Record<(typeof COUNTERS)[number], number>>;

export const NOTHING: Tally = tallyWith(() => 0);

export function addTally(one: Tally, other: Tally): Tally {
  return tallyWith((counter) => one[counter] + other[counter]);
}

export function subtractTally(one: Tally, other: Tally): Tally {
  return tallyWith((counter) => one[counter] - other[counter]);
}

/** From a row; it lacks what was not counted yet when it was written. */
export function toTally(values: RowValues): Tally {
  return tallyWith((counter) => Number(values[counter] ?? 0));
}

function tallyWith(count: (counter: keyof Tally) => number): Tally {
  return Object.fromEntries(COUNTERS.map((counter) => [counter, count(counter)])) as Tally;
}
