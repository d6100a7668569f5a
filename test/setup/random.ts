import { createHash, randomInt } from 'node:crypto';

/** Random choices that a seed repeats (mulberry32, https://gist.github.com/tommyettinger/46a874533244883189143505d203312c). */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 to just below 1. */
  fraction(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** From 0 to just below the limit. */
  below(limit: number): number {
    return Math.floor(this.fraction() * limit);
  }

  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new RangeError('There is nothing to pick.');
    return item;
  }

  text(length: number, characters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/='): string {
    return Array.from({ length }, () => this.pick([...characters])).join('');
  }

  base64(bytes: number): string {
    return Buffer.from(Array.from({ length: bytes }, () => this.below(256))).toString('base64');
  }

  uuid(): string {
    const hex = this.text(32, '0123456789abcdef');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
  }

  /** Replaces one character. */
  damaged(text: string): string {
    const at = this.below(text.length);
    const other = text[at] === 'a' ? 'b' : 'a';
    return text.slice(0, at) + other + text.slice(at + 1);
  }
}

/** A new seed. It must be printed. */
export function newSeed(): number {
  return randomInt(2 ** 31);
}

/** The seed of a run. `TEST_SEED=… npm test` repeats the random inputs of an earlier run. It is printed. */
export function testSeed(): number {
  if (process.env['TEST_SEED'] === undefined) {
    process.env['TEST_SEED'] = String(newSeed());
    console.error(`TEST_SEED=${process.env['TEST_SEED']}`);
  }
  return Number(process.env['TEST_SEED']);
}

/** Random choices that differ between test files and purposes, and are the same in every run with the same seed. */
export function createDice(purpose: string): Dice {
  const source = `${testSeed()} ${process.env['TEST_FILE']} ${purpose}`;
  return new Dice(createHash('sha256').update(source).digest().readUInt32BE());
}
