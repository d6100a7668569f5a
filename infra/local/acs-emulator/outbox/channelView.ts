import type { Channel, Item, ItemSummary } from '../inspection/items.ts';
import type { StoredEvent } from '../state/stores.ts';

/** An item as its channel knows it: the outbox adds its revision and its place. */
export type Unplaced<Type extends ItemSummary> = Type extends unknown ? Omit<Type, 'revision' | 'sequence'> : never;

/** Shows what one of the stores contains as items of one channel. Items are read from the store each time. */
export interface ChannelView {
  readonly channel: Channel;
  /** Returns the ids of the items that an event, which has just been applied, created, changed or removed. */
  changedBy(event: StoredEvent): readonly string[];
  /** Whether the item exists. Cheaper than `summary`. */
  has(id: string): boolean;
  /** Returns undefined if the item does not exist. */
  summary(id: string): Unplaced<ItemSummary> | undefined;
  item(id: string): Unplaced<Item> | undefined;
  /** All the text of the item that a search looks through besides the summary; default: the preview is everything. */
  text?(id: string): string;
  /** What the item counts against `maximumBytes`. Does not change. */
  sizeBytes?(id: string): number;
  /** The oldest items are removed when those of the channel are larger than this. */
  readonly maximumBytes?: number;
  /** When the item changes next without an event, in epoch milliseconds by the emulator's clock; undefined: never. */
  changesAt(id: string): number | undefined;
  /** Removes the item from the store. */
  remove(id: string): void;
}
