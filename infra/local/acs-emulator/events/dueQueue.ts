interface Due {
  readonly dueAt: number;
}

/** How many taken places are kept before the rest moves up. */
const MOVE_UP_AFTER = 1024;

/** What is due at a time, the earliest first; of equals, the one that came first. */
export class DueQueue<Item extends Due> {
  #items: Item[] = [];
  /** What is before it has been taken. */
  #head = 0;

  first(): Item | undefined {
    return this.#items[this.#head];
  }

  /** Takes the first one away. */
  drop(): void {
    this.#head += 1;
    if (this.#head < MOVE_UP_AFTER || this.#head < this.#items.length / 2) return;
    this.#items = this.#items.slice(this.#head);
    this.#head = 0;
  }

  add(item: Item): void {
    const place = this.#placeOf(item);
    if (place === this.#items.length) this.#items.push(item);
    else this.#items.splice(place, 0, item);
  }

  /** Before the first one that is due later. */
  #placeOf({ dueAt }: Item): number {
    let from = this.#head;
    let to = this.#items.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((this.#items[middle]?.dueAt ?? 0) > dueAt) to = middle;
      else from = middle + 1;
    }
    return from;
  }
}
