/**
 * Does work for one key together: while one run is under way, what comes gathers, and goes together in the next. Whoever
 * adds something gets the result, or the error, of the run that it was part of.
 */
export class Gathering<Item, Result> {
  /** Runs that have not begun, and so still take more. */
  readonly #next = new Map<string, { readonly items: Item[]; readonly result: Promise<Result> }>();
  /** The last run of each key, as long as it is not over. */
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
