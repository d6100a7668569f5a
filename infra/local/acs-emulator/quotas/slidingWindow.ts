import type { Fields } from '../http/fields.ts';

interface Admission {
  readonly at: number;
  readonly count: number;
}

/** A log of recent admissions. Any time span of the given length, wherever it begins, contains at most the limit. */
export class SlidingWindow {
  readonly #milliseconds: number;
  #admissions: Admission[] = [];
  #count = 0;

  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds;
  }

  /** Returns the milliseconds until `count` more fit under the limit; 0 if they fit now. */
  waitFor(count: number, limit: number, now: number): number {
    this.#dropBefore(now - this.#milliseconds);
    const excess = this.#count + count - limit;
    if (excess <= 0) return 0;
    let freed = 0;
    for (const admission of this.#admissions) {
      freed += admission.count;
      if (freed >= excess) return admission.at + this.#milliseconds + 1 - now;
    }
    return this.#milliseconds; // more than the whole limit: never fits
  }

  add(count: number, now: number): void {
    if (count > 0) this.#admissions.push({ at: now, count });
    this.#count += count;
  }

  #dropBefore(limit: number): void {
    const kept = this.#admissions.findIndex(({ at }) => at >= limit);
    const dropped = this.#admissions.splice(0, kept < 0 ? this.#admissions.length : kept);
    for (const { count } of dropped) this.#count -= count;
  }
}

/** Reads a limit: a whole number from 0; undefined when absent. @throws ServiceError 400 */
export function readLimit(fields: Fields, name: string): number | undefined {
  const limit = fields.optionalInteger(name);
  if (limit === undefined || limit >= 0) return limit;
  throw fields.invalid(name, 'a limit must be a whole number from 0');
}
