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
