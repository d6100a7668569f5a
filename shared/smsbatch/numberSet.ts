/** No number is zero. */
const EMPTY = 0;

/**
 * The numbers seen so far. E.164 has 15 digits at most, which a double holds exactly, so a million numbers take 16 MB
 * here and not the 100 MB of a Set of strings.
 */
export class NumberSet {
  #slots: Float64Array;
  #size = 0;

  /** @param expected about how many there will be: growing leaves as much garbage as there are numbers */
  constructor(expected = 512) {
    this.#slots = new Float64Array(2 ** Math.ceil(Math.log2(Math.max(2, expected * 2 + 2))));
  }

  /** @returns false when the number was there already */
  add(e164: string): boolean {
    if (this.#size * 2 >= this.#slots.length) this.#grow();
    const added = insert(this.#slots, Number(e164.slice(1)));
    if (added) this.#size += 1;
    return added;
  }

  #grow(): void {
    const larger = new Float64Array(this.#slots.length * 2);
    for (const value of this.#slots) if (value !== EMPTY) insert(larger, value);
    this.#slots = larger;
  }
}

/** Open addressing with linear probing; the table is never more than half full. */
function insert(slots: Float64Array, value: number): boolean {
  const mask = slots.length - 1;
  // Fibonacci hashing of both halves: consecutive numbers, which lists are full of, must spread
  const hash = Math.imul(value >>> 0, 0x9e37_79b1) ^ Math.imul((value / 2 ** 32) >>> 0, 0x85eb_ca6b);
  for (let index = (hash >>> 7) & mask; ; index = (index + 1) & mask) {
    const present = slots[index];
    if (present === value) return false;
    if (present === EMPTY) {
      slots[index] = value;
      return true;
    }
  }
}
