/** What was read is good for this long; then one reads afresh, and the others go on with it for as long again. */
const FRESH_MILLISECONDS = 500;
const MAXIMUM_AGE_MILLISECONDS = 2 * FRESH_MILLISECONDS;

interface Reading<Value> {
  readonly value: Value;
  /** Epoch milliseconds. */
  readonly readOn: number;
  isBeingRenewed: boolean;
}

/** Remembers what was read within the last second, so that not every chunk asks storage the same. Own to each process. */
export class RecentReads<Value> {
  readonly #readings = new Map<string, Reading<Value>>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  async get(key: string, read: () => Promise<Value>): Promise<Value> {
    const known = this.#readings.get(key);
    if (known && this.#isGood(known)) return known.value;
    if (known) known.isBeingRenewed = true;
    const value = await read();
    if (this.#readings.get(key) === known) this.set(key, value); // else somebody has written in the meantime
    return value;
  }

  set(key: string, value: Value): void {
    const now = this.#now();
    for (const [other, { readOn }] of this.#readings) {
      if (now - readOn >= MAXIMUM_AGE_MILLISECONDS) this.#readings.delete(other);
    }
    this.#readings.set(key, { value, readOn: now, isBeingRenewed: false });
  }

  forget(key: string): void {
    this.#readings.delete(key);
  }

  #isGood({ readOn, isBeingRenewed }: Reading<Value>): boolean {
    return this.#now() - readOn < (isBeingRenewed ? MAXIMUM_AGE_MILLISECONDS : FRESH_MILLISECONDS);
  }
}
