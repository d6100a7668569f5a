/** Lines that a failing run prints. */
const KEPT_LINES = 400;

/** What happened in a run: a hash over all of it, and the last lines. */
export class Trace {
  readonly #lines: string[] = [];
  #count = 0;
  #high = 0x811c9dc5 | 0;
  #low = 0x1b873593 | 0;

  add(line: string): void {
    this.#lines[this.#count % KEPT_LINES] = line;
    this.#count += 1;
    let high = this.#high;
    let low = this.#low;
    for (let at = 0; at < line.length; at += 1) {
      const code = line.charCodeAt(at);
      high = Math.imul(high ^ code, 0x01000193);
      low = Math.imul(low ^ code, 0x85ebca6b) ^ (low >>> 13);
    }
    this.#high = Math.imul(high ^ (high >>> 15), 0x2c1b3c6d);
    this.#low = Math.imul(low ^ (low >>> 12), 0x297a2d39);
  }

  get count(): number {
    return this.#count;
  }

  /** Depends on every line and their order. */
  get hash(): string {
    return [this.#high, this.#low].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
  }

  lastLines(): string[] {
    const first = Math.max(0, this.#count - KEPT_LINES);
    return Array.from({ length: this.#count - first }, (_, at) => this.#lines[(first + at) % KEPT_LINES] ?? '');
  }
}
