/** The earliest and latest times that a virtual clock is set to. What expires a day later still has a date of the same form. */
export const EARLIEST = Date.parse('1970-01-01T00:00:00Z');
export const LATEST = Date.parse('9999-12-30T00:00:00Z');

/** A clock that can be moved ahead of its base clock, or behind it. */
export class VirtualClock {
  readonly #base: () => Date;
  #offsetMilliseconds = 0;

  /** @param base the clock of the machine, or the one that takes its place in tests */
  constructor(base: () => Date) {
    this.#base = base;
  }

  readonly now = (): Date => new Date(this.#base().getTime() + this.#offsetMilliseconds);

  /** The time of the base clock, with which clients sign. */
  get base(): () => Date {
    return this.#base;
  }

  get offsetMilliseconds(): number {
    return this.#offsetMilliseconds;
  }

  /** @returns false, without an effect, if the time is not from {@link EARLIEST} to {@link LATEST} */
  set(time: number): boolean {
    if (!(time >= EARLIEST && time <= LATEST)) return false;
    this.#offsetMilliseconds = time - this.#base().getTime();
    return true;
  }

  /** Like {@link set}. */
  advance(milliseconds: number): boolean {
    return this.set(this.now().getTime() + milliseconds);
  }

  reset(): void {
    this.#offsetMilliseconds = 0;
  }
}
