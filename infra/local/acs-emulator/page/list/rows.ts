import type { ItemSummary } from '../../inspection/items.ts';
import { keyOf } from './store.ts';

// The rows of a list, and which of them are in view.

export interface ItemRow {
  readonly kind: 'item';
  readonly key: string;
  readonly item: ItemSummary;
  /** Place within its group, from 1, and the size of the group. */
  readonly position: number;
  readonly size: number;
}

export interface GroupRow {
  readonly kind: 'group';
  readonly key: string;
  readonly name: string;
  readonly count: number;
  readonly isOpen: boolean;
  readonly position: number;
  readonly size: number;
}

export type Row = ItemRow | GroupRow;

/** @param total of which the items are the newest */
export function plainRows(items: readonly ItemSummary[], total: number): readonly Row[] {
  return items.map((item, index) => ({ kind: 'item', key: keyOf(item), item, position: index + 1, size: total }));
}

/**
 * One group for each recipient, the one with the newest item first. An item with several recipients is in several groups.
 *
 * @param closed names of groups whose items are not shown
 */
export function groupedRows(items: readonly ItemSummary[], closed: ReadonlySet<string>): readonly Row[] {
  const groups = new Map<string, ItemSummary[]>();
  for (const item of items) {
    for (const name of partnersOf(item)) {
      const group = groups.get(name);
      if (group) group.push(item);
      else groups.set(name, [item]);
    }
  }
  return [...groups].flatMap(([name, members], index): Row[] => {
    const isOpen = !closed.has(name);
    const place = { position: index + 1, size: groups.size };
    const head: GroupRow = { kind: 'group', key: `group/${name}`, name, count: members.length, isOpen, ...place };
    return isOpen ? [head, ...membersOf(head, members)] : [head];
  });
}

function membersOf({ key, count }: GroupRow, members: readonly ItemSummary[]): Row[] {
  return members.map((item, index) => ({
    kind: 'item',
    key: `${key}/${keyOf(item)}`,
    item,
    position: index + 1,
    size: count,
  }));
}

/** With whom the messages were exchanged: the recipients, or the phone that sent one. */
export function partnersOf({ direction, from, to }: ItemSummary): readonly string[] {
  const partners = direction === 'received' ? [from] : to;
  if (partners.length > 0) return [...new Set(partners)];
  return [from || 'No recipient'];
}

const ITEM_HEIGHT = 60;
const GROUP_HEIGHT = 36;

/** In pixels. */
export function heightOf({ kind }: Row): number {
  return kind === 'item' ? ITEM_HEIGHT : GROUP_HEIGHT;
}

/** Where each row begins, in pixels, and where the last one ends. */
export function offsetsOf(rows: readonly Row[]): Float64Array {
  const offsets = new Float64Array(rows.length + 1);
  let offset = 0;
  rows.forEach((row, index) => {
    offsets[index] = offset;
    offset += heightOf(row);
  });
  offsets[rows.length] = offset;
  return offsets;
}

/** The index of the row at a distance from the top, in pixels. */
export function rowAt(offsets: Float64Array, distance: number): number {
  let [low, high] = [0, Math.max(offsets.length - 2, 0)];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((offsets[middle] ?? 0) <= distance) low = middle;
    else high = middle - 1;
  }
  return low;
}

const ROWS_OUT_OF_VIEW = 6;

/** The rows to render: those in view and a few around them. `end` is not among them. */
export function windowOf(offsets: Float64Array, top: number, height: number): { start: number; end: number } {
  const count = offsets.length - 1;
  const start = Math.max(rowAt(offsets, top) - ROWS_OUT_OF_VIEW, 0);
  return { start, end: Math.min(rowAt(offsets, top + height) + 1 + ROWS_OUT_OF_VIEW, count) };
}
