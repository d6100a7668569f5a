interface Admission {
  readonly at: number;
  readonly count: number;
}

/** A log of recent admissions. Any time span of the given length, wherever it begins, contains at most the limit. */
export class SlidingWindow {
  readonly milliseconds: number;
  #admissions: Admission[] = [];
  #count = 0;

  constructor(milliseconds: number) {
    this.milliseconds = milliseconds;
  }

  /** Returns the milliseconds until `count` more fit under the limit; 0 if they fit now. */
  waitFor(count: number, limit: number, now: number): number {
    this.#dropOutside(now);
    const excess = this.#count + count - limit;
    if (excess <= 0) return 0;
    let freed = 0;
    for (const admission of this.#admissions) {
      freed += admission.count;
      if (freed >= excess) return admission.at + this.milliseconds + 1 - now;
    }
    return this.milliseconds; // more than the whole limit: never fits
  }

  add(count: number, now: number): void {
    if (count > 0) this.#admissions.push({ at: now, count });
    this.#count += count;
  }

  /** Returns how many count now, and when none of them will any more, in epoch milliseconds. */
  usage(now: number): { readonly used: number; readonly resetsAt: number | undefined } {
    this.#dropOutside(now);
    const newest = this.#admissions.at(-1);
    return { used: this.#count, resetsAt: newest && newest.at + this.milliseconds + 1 };
  }

  /** Drops what no longer counts, and what was admitted at a time that the clock was moved back from. */
  #dropOutside(now: number): void {
    const earliest = now - this.milliseconds;
    while ((this.#admissions.at(-1)?.at ?? now) > now) this.#count -= this.#admissions.pop()?.count ?? 0;
    const kept = this.#admissions.findIndex(({ at }) => at >= earliest);
    const dropped = this.#admissions.splice(0, kept < 0 ? this.#admissions.length : kept);
    for (const { count } of dropped) this.#count -= count;
  }
}
