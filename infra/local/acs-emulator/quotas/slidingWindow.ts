interface Admission {
  readonly at: number;
  readonly count: number;
}

/** A log of what was admitted lately, so that no such span of time, wherever it begins, holds more than the limit. */
export class SlidingWindow {
  readonly #milliseconds: number;
  #admissions: Admission[] = [];
  #count = 0;

  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds;
  }

  /** The milliseconds after which there is room for so many more; 0 when there is room now. */
  waitFor(count: number, limit: number, now: number): number {
    this.#forgetBefore(now - this.#milliseconds);
    const excess = this.#count + count - limit;
    if (excess <= 0) return 0;
    let freed = 0;
    for (const admission of this.#admissions) {
      freed += admission.count;
      if (freed >= excess) return admission.at + this.#milliseconds + 1 - now;
    }
    return this.#milliseconds; // more than the whole limit: it never fits
  }

  add(count: number, now: number): void {
    if (count > 0) this.#admissions.push({ at: now, count });
    this.#count += count;
  }

  #forgetBefore(limit: number): void {
    const kept = this.#admissions.findIndex(({ at }) => at >= limit);
    const gone = this.#admissions.splice(0, kept < 0 ? this.#admissions.length : kept);
    for (const { count } of gone) this.#count -= count;
  }
}
