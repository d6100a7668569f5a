import type { RowRange } from './tables.ts';

/** Every row of a partition: all row keys are ASCII text. */
export const ALL_ROWS: RowRange = { from: '', before: '~' };

/** The smallest key after `rowKey`, to continue a list: `!` sorts before every other character of a row key. */
export function keyAfter(rowKey: string): string {
  return `${rowKey}!`;
}

/** Names in keys, which must not contain `/ \ # ?` or control characters. */
export function encodeKey(name: string): string {
  return encodeURIComponent(name);
}

/** The latest time that `newestFirst` can sort (epoch milliseconds). */
export const LAST_TIME = 9_999_999_999_999;

/**
 * A time as part of a row key that lists the newest rows first.
 *
 * @param time epoch milliseconds
 */
export function newestFirst(time: number): string {
  return String(LAST_TIME - Math.min(Math.max(time, 0), LAST_TIME)).padStart(13, '0');
}

/** Row keys of the form `<prefix>-0000012`, which sort by number. */
export function numberedKeys(prefix: string, digits: number) {
  return {
    keyOf: (number: number) => `${prefix}-${String(number).padStart(digits, '0')}`,
    numberOf: (rowKey: string) => Number(rowKey.slice(prefix.length + 1)),
  };
}
