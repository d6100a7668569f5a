import type { RowValues } from './tables.ts';

/** A text in a row may have 32,768 UTF-16 units: a longer one is kept in pieces. @see Azure Tables, property limits */
const PIECE_LENGTH = 30_000;

/** A text as columns `<name>0`, `<name>1`, … and `<name>Pieces`, their number. */
export function toColumns(name: string, text: string): RowValues {
  const count = Math.ceil(text.length / PIECE_LENGTH);
  const pieces = Array.from({ length: count }, (_, index): [string, string] => [
    `${name}${index}`,
    text.slice(index * PIECE_LENGTH, (index + 1) * PIECE_LENGTH),
  ]);
  return { [`${name}Pieces`]: count, ...Object.fromEntries(pieces) };
}

export function fromColumns(name: string, values: RowValues): string {
  const count = Number(values[`${name}Pieces`]);
  return Array.from({ length: count }, (_, index) => String(values[`${name}${index}`])).join('');
}
