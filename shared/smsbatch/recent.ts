interface Reading<Value> {
  readonly value: Value;
  readonly expiresOn: number;
}

/** Remembers what was read a moment ago, so that not every chunk asks storage the same. Each process has its own. */
export class RecentReads<Value> {
  readonly #readings = new Map<string, Reading<Value>>();
  readonly #maximumAgeMilliseconds: number;
  #forgotten = 0;

  constructor(maximumAgeMilliseconds: number) {
    this.#maximumAgeMilliseconds = maximumAgeMilliseconds;
  }

  /** What `read` answered lately, or answers now. @param now epoch milliseconds */
  async get(key: string, now: number, read: () => Promise<Value>): Promise<Value> {
    const known = this.#readings.get(key);
    if (known && now < known.expiresOn) return known.value;
    const forgotten = this.#forgotten;
    const value = await read();
    if (forgotten === this.#forgotten) this.#remember(key, now, value); // else it may be from before the change
    return value;
  }

  /** The next one reads afresh. */
  forget(key: string): void {
    this.#forgotten += 1;
    this.#readings.delete(key);
  }

  #remember(key: string, now: number, value: Value): void {
    for (const [other, { expiresOn }] of this.#readings) if (expiresOn <= now) this.#readings.delete(other);
    this.#readings.set(key, { value, expiresOn: now + this.#maximumAgeMilliseconds });
  }
}
