import type { Channel, StreamEvents } from '../inspection/items.ts';
import type { Entry } from './entries.ts';

/** What happened in a mailbox. An `item` is new or has changed; its present state is in the store. */
export type Change = { readonly revision: number } & (
  | { readonly type: 'item'; readonly entry: Entry }
  | { readonly type: 'removed'; readonly channel: Channel; readonly id: string }
  | { readonly type: 'reset' }
  | { readonly type: 'changed'; readonly data: StreamEvents['changed'] }
);

/** Number of changes kept that are not the present state of an item. */
const KEPT = 10_000;

/** The changes of a mailbox in order of their revisions: the latest of each item, and the last 10,000 others. */
export class ChangeLog {
  #changes: Change[] = [];
  /** A reader that has seen this revision can catch up completely. */
  #completeFrom = 0;
  #compactAt = 4 * KEPT;

  append(change: Change): void {
    if (change.type === 'reset') this.#changes = []; // it says all that the ones before would
    this.#changes.push(change);
    if (this.#changes.length >= this.#compactAt) this.#compact();
  }

  /** Returns the first changes after a revision; undefined if some of them are no longer known. */
  since(revision: number, maximum: number): readonly Change[] | undefined {
    if (revision < this.#completeFrom) return undefined;
    const changes: Change[] = [];
    for (let index = this.#indexAfter(revision); index < this.#changes.length && changes.length < maximum; index += 1) {
      const change = this.#changes[index];
      if (change && isCurrent(change)) changes.push(change);
    }
    return changes;
  }

  #compact(): void {
    const current = this.#changes.filter(isCurrent);
    let excess = current.filter(({ type }) => type !== 'item').length - KEPT;
    this.#changes = current.filter((change) => {
      if (change.type === 'item' || excess <= 0) return true;
      excess -= 1;
      this.#completeFrom = change.revision;
      return false;
    });
    this.#compactAt = 2 * this.#changes.length + 4 * KEPT;
  }

  /** Binary search: the index of the first change after a revision. */
  #indexAfter(revision: number): number {
    let from = 0;
    let to = this.#changes.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((this.#changes[middle]?.revision ?? 0) > revision) to = middle;
      else from = middle + 1;
    }
    return from;
  }
}

/** False for an item that has changed again or was removed: a later change says so. */
function isCurrent(change: Change): boolean {
  return change.type !== 'item' || (change.entry.revision === change.revision && !change.entry.isRemoved);
}
