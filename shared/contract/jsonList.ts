/** Bytes of JSON that become objects together. */
const PIECE_BYTES = 8 * 1024;

/** A JSON array as the bytes that it came in: its elements, all at once, would take ten times as much memory. */
export class JsonList {
  readonly #bytes: Uint8Array;

  /** @param bytes from the opening bracket to the closing one */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get sizeBytes(): number {
    return this.#bytes.length;
  }

  /** Elements, counted by the commas between them. */
  count(): number {
    const inner = this.#bytes.subarray(1, -1);
    if (skipSpace(inner, 0) >= inner.length) return 0;
    let count = 1;
    for (let at = skipValue(inner, 0); at < inner.length; at = skipValue(inner, at + 1)) count += 1;
    return count;
  }

  /** @throws SyntaxError or TypeError where it is no array in JSON and UTF-8 */
  *[Symbol.iterator](): Generator<unknown> {
    const decoder = new TextDecoder('utf-8', { fatal: true });
    const inner = this.#bytes.subarray(1, -1);
    for (let start = 0; start < inner.length; ) {
      const end = pieceEnd(inner, start);
      const elements = JSON.parse(`[${decoder.decode(inner.subarray(start, end))}]`) as unknown[];
      const isLast = end === inner.length;
      // An empty piece is an array without elements, but a comma without an element beside it is none.
      if (elements.length === 0 && !(isLast && start === 0)) throw new SyntaxError('An element is missing.');
      yield* elements;
      if (end === inner.length - 1) throw new SyntaxError('The list ends with a comma.');
      start = end + 1;
    }
  }
}

/** The comma after some whole elements, or the end. */
function pieceEnd(bytes: Uint8Array, start: number): number {
  let end = skipValue(bytes, start);
  while (end < bytes.length && end - start < PIECE_BYTES) end = skipValue(bytes, end + 1);
  return end;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPENING = [0x5b, 0x7b];
const CLOSING = [0x5d, 0x7d];
const WHITE_SPACE = [0x20, 0x09, 0x0a, 0x0d];

/** The first byte from `at` on that is no white space. */
export function skipSpace(bytes: Uint8Array, at: number): number {
  let index = at;
  while (WHITE_SPACE.includes(bytes[index] ?? 0)) index += 1;
  return index;
}

/** The byte after the string that begins at `at`. Only ASCII is looked at, which no other character's UTF-8 holds. */
export function skipString(bytes: Uint8Array, at: number): number {
  let index = at + 1;
  while (index < bytes.length && bytes[index] !== QUOTE) index += bytes[index] === BACKSLASH ? 2 : 1;
  return index + 1;
}

/** The byte after the value that begins at `at`: its comma or closing bracket, or the end. Checks nothing. */
export function skipValue(bytes: Uint8Array, at: number): number {
  let depth = 0;
  let index = at;
  while (index < bytes.length) {
    const byte = bytes[index] ?? 0;
    if (byte === QUOTE) {
      index = skipString(bytes, index);
      continue;
    }
    if (depth === 0 && (byte === COMMA || CLOSING.includes(byte))) return index;
    if (OPENING.includes(byte)) depth += 1;
    else if (CLOSING.includes(byte)) depth -= 1;
    index += 1;
  }
  return index;
}
