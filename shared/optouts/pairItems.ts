import { numbersIn } from '../contract/phoneNumber.ts';

interface Named {
  readonly to: string;
}

export interface PairedItems<Item> {
  /** The item of each recipient; undefined if it has none. */
  readonly paired: readonly (Item | undefined)[];
  /** Items of no recipient. */
  readonly rest: readonly Item[];
}

/**
 * Finds the item of each recipient in an answer of ACS. Does not rely on their number or order: one recipient's
 * result must never be attributed to another.
 */
export function pairItems<Item extends Named>(recipients: readonly Named[], items: readonly Item[]): PairedItems<Item> {
  const rest = [...items];
  const take = (isIts: (item: Item) => boolean) => {
    const at = rest.findIndex(isIts);
    return at < 0 ? undefined : rest.splice(at, 1)[0];
  };
  const exact = recipients.map(({ to }) => take((item) => item.to === to));
  const paired = recipients.map(({ to }, index) => exact[index] ?? take((item) => mayBeSame(item.to, to)));
  return { paired, rest };
}

function mayBeSame(one: string, other: string): boolean {
  const numbers = new Set(numbersIn(one));
  return numbersIn(other).some((it) => numbers.has(it));
}
