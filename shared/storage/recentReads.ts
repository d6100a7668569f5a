/** A value is fresh for this long. Then one caller refreshes it, while others use it for up to twice as long. */
const FRESH_MILLISECONDS = 500;
const MAXIMUM_AGE_MILLISECONDS = 2 * FRESH_MILLISECONDS;

interface Reading<Value> {
  readonly value: Value;
  /** When the read started (epoch milliseconds); it may have missed later writes. */
  readonly readOn: number;
  isBeingRenewed: boolean;
}

interface ReadInFlight {
  readonly key: string;
  /** The value was written after the read started. */
  isOutdated: boolean;
}

/**
 * Caches reads from storage within one process for up to a second. A write by the same process takes effect at once: a
 * read in flight still returns its value to its caller, but the value is not cached.
 */
export class RecentReads<Value> {
  readonly #readings = new Map<string, Reading<Value>>();
  readonly #inFlight = new Set<ReadInFlight>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  async get(key: string, read: () => Promise<Value>): Promise<Value> {
    const known = this.#readings.get(key);
    if (known && this.#isGood(known)) return known.value;
    if (known) known.isBeingRenewed = true;
    const readOn = this.#now();
    const own: ReadInFlight = { key, isOutdated: false };
    this.#inFlight.add(own);
    try {
      const value = await read();
      const latest = this.#readings.get(key);
      const isLatest = latest === undefined || latest.readOn <= readOn || this.#age(latest) < 0;
      if (!own.isOutdated && isLatest) this.#remember(key, value, readOn);
      return value;
    } finally {
      this.#inFlight.delete(own);
    }
  }

  /** Stores a value that was just written. */
  set(key: string, value: Value): void {
    this.#outdateReads(key);
    this.#remember(key, value, this.#now());
  }

  /** Invalidates a value that may have changed; the next caller reads it again. */
  forget(key: string): void {
    this.#outdateReads(key);
    this.#readings.delete(key);
  }

  #outdateReads(key: string): void {
    for (const read of this.#inFlight) if (read.key === key) read.isOutdated = true;
  }

  #remember(key: string, value: Value, readOn: number): void {
    for (const [other, reading] of this.#readings) {
      if (this.#age(reading) >= MAXIMUM_AGE_MILLISECONDS) this.#readings.delete(other);
    }
    this.#readings.set(key, { value, readOn, isBeingRenewed: false });
  }

  #isGood(reading: Reading<Value>): boolean {
    const age = this.#age(reading);
    return age >= 0 && age < (reading.isBeingRenewed ? MAXIMUM_AGE_MILLISECONDS : FRESH_MILLISECONDS);
  }

  /** In milliseconds; negative if the clock has been set back since. */
  #age({ readOn }: Reading<Value>): number {
    return this.#now() - readOn;
  }
}
