/** A value counts as fresh for this long; then one caller reads again, and the others keep using it for as long again. */
const FRESH_MILLISECONDS = 500;
const MAXIMUM_AGE_MILLISECONDS = 2 * FRESH_MILLISECONDS;

interface Reading<Value> {
  readonly value: Value;
  /** When the read began (epoch milliseconds): what was written after that, it may not have seen. */
  readonly readOn: number;
  isBeingRenewed: boolean;
}

interface ReadInFlight {
  readonly key: string;
  /** The value was written since the read began. */
  isOutdated: boolean;
}

/**
 * Caches what one process has read from storage for up to a second. A write in the same process counts at once, also
 * against reads that are in flight: their callers get what they asked for, but it is not cached.
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
      const isLatest = (this.#readings.get(key)?.readOn ?? 0) <= readOn;
      if (!own.isOutdated && isLatest) this.#remember(key, value, readOn);
      return value;
    } finally {
      this.#inFlight.delete(own);
    }
  }

  /** The value has just been written. */
  set(key: string, value: Value): void {
    this.#outdateReads(key);
    this.#remember(key, value, this.#now());
  }

  /** The value may have changed: the next caller reads it again. */
  forget(key: string): void {
    this.#outdateReads(key);
    this.#readings.delete(key);
  }

  #outdateReads(key: string): void {
    for (const read of this.#inFlight) if (read.key === key) read.isOutdated = true;
  }

  #remember(key: string, value: Value, readOn: number): void {
    const now = this.#now();
    for (const [other, reading] of this.#readings) {
      if (now - reading.readOn >= MAXIMUM_AGE_MILLISECONDS) this.#readings.delete(other);
    }
    this.#readings.set(key, { value, readOn, isBeingRenewed: false });
  }

  #isGood({ readOn, isBeingRenewed }: Reading<Value>): boolean {
    return this.#now() - readOn < (isBeingRenewed ? MAXIMUM_AGE_MILLISECONDS : FRESH_MILLISECONDS);
  }
}
