/**
 * Coalesces concurrent work per key: items added while a run is in progress are processed together by the next run. Each
 * caller receives the result, or the error, of the run that included its item.
 */
export class Coalescer<Item, Result> {
  /** Runs that have not started and still accept items. */
  readonly #next = new Map<string, { readonly items: Item[]; readonly result: Promise<Result> }>();
  /** The latest unfinished run of each key. */
  readonly #last = new Map<string, Promise<unknown>>();

  add(key: string, item: Item, run: (items: readonly Item[]) => Promise<Result>): Promise<Result> {
    const next = this.#next.get(key);
    if (next) {
      next.items.push(item);
      return next.result;
    }
    const items = [item];
    const result = this.#after(key, () => {
      this.#next.delete(key);
      return run(items);
    });
    this.#next.set(key, { items, result });
    return result;
  }

  async #after(key: string, run: () => Promise<Result>): Promise<Result> {
    const before = this.#last.get(key);
    const { promise, resolve: end } = Promise.withResolvers<void>();
    this.#last.set(key, promise);
    await before;
    try {
      return await run();
    } finally {
      if (this.#last.get(key) === promise) this.#last.delete(key);
      end();
    }
  }
}
