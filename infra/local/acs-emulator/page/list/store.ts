import type { ItemPage, ItemSummary } from '../../inspection/items.ts';
import type { ItemReference } from '../route.ts';

/** The items of a list that are loaded, newest first: all from the newest to the oldest loaded one. */
export interface Items {
  readonly loaded: readonly ItemSummary[];
  /** All that the emulator has, loaded or not. */
  readonly total: number;
  /** Where to continue with older ones; undefined if all are loaded. */
  readonly next: number | undefined;
}

export const NO_ITEMS: Items = { loaded: [], total: 0, next: undefined };

/** So that a list which stays open for days does not grow without limit. */
const MAXIMUM_LOADED = 50_000;

export function keyOf({ channel, id }: ItemReference): string {
  return `${channel}/${id}`;
}

export function firstPage({ value, total, next }: ItemPage): Items {
  return { loaded: value, total, next };
}

/** Appends a page of items that are older than those loaded. */
export function withOlder(items: Items, { value, total, next }: ItemPage): Items {
  const oldest = items.loaded.at(-1)?.sequence ?? Number.POSITIVE_INFINITY;
  return { loaded: [...items.loaded, ...value.filter(({ sequence }) => sequence < oldest)], total, next };
}

/** Replaces the newest items by those of a page, and keeps the older ones, unless there may be others between them. */
export function withNewest(items: Items, page: ItemPage): Items {
  const oldest = page.value.at(-1)?.sequence;
  const newestBefore = items.loaded[0]?.sequence ?? Number.NEGATIVE_INFINITY;
  if (page.next === undefined || oldest === undefined || oldest > newestBefore) return firstPage(page);
  const older = items.loaded.filter(({ sequence }) => sequence < oldest);
  const next = older.length === 0 ? page.next : items.next;
  return { loaded: [...page.value, ...older], total: page.total, next };
}

/** Adds items and puts changed ones in the place of what they were before. */
export function withChanged(items: Items, changed: readonly ItemSummary[]): Items {
  const oldest = items.next === undefined ? Number.NEGATIVE_INFINITY : (items.loaded.at(-1)?.sequence ?? 0);
  const loaded = [...items.loaded];
  const added = new Map<number, ItemSummary>();
  for (const item of changed.filter(({ sequence }) => sequence >= oldest)) {
    const index = indexOf(loaded, item.sequence);
    const present = index === undefined ? added.get(item.sequence) : loaded[index];
    if (present && present.revision >= item.revision) continue;
    if (index === undefined) added.set(item.sequence, item);
    else loaded[index] = item;
  }
  if (added.size === 0) return { ...items, loaded };
  const all = [...added.values(), ...loaded].sort((a, b) => b.sequence - a.sequence);
  return limited({ loaded: all, total: items.total + added.size, next: items.next });
}

function limited(items: Items): Items {
  if (items.loaded.length <= MAXIMUM_LOADED) return items;
  const loaded = items.loaded.slice(0, MAXIMUM_LOADED);
  return { ...items, loaded, next: loaded.at(-1)?.sequence };
}

export function withoutItems(items: Items, removed: readonly ItemReference[]): Items {
  const keys = new Set(removed.map(keyOf));
  const loaded = items.loaded.filter((item) => !keys.has(keyOf(item)));
  return { ...items, loaded, total: Math.max(loaded.length, items.total - removed.length) };
}

/** Finds an item by its sequence, by which the items are in descending order. */
function indexOf(loaded: readonly ItemSummary[], sequence: number): number | undefined {
  let [low, high] = [0, loaded.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = loaded[middle]?.sequence ?? 0;
    if (found === sequence) return middle;
    if (found > sequence) low = middle + 1;
    else high = middle - 1;
  }
  return undefined;
}
