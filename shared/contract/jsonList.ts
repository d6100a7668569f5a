// Long arrays in JSON bodies. Only the boundaries of elements are found here; `JSON.parse` reads them, some at a time. Of a
// million recipients, that takes a tenth of the time of a general streaming parser (@streamparser/json, stream-json).

import { setImmediate } from 'node:timers/promises';

/** Bytes of JSON that are parsed together. */
const PIECE_BYTES = 8 * 1024;

/** Elements that are checked before other work gets a turn. */
const ELEMENTS_PER_TURN = 5000;

/** A JSON array as bytes, parsed as it is read: all elements together would take ten times the memory. */
export class JsonList {
  readonly #bytes: Uint8Array;
  #count = 0;

  /** @param bytes from the opening bracket to the closing one */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get sizeBytes(): number {
    return this.#bytes.length;
  }

  /** The number of elements by the commas between them. Known once all elements have been read. */
  get count(): number {
    return this.#count;
  }

  /** @throws SyntaxError or TypeError unless the bytes are an array in JSON and UTF-8 */
  *[Symbol.iterator](): Generator<unknown> {
    const decoder = new TextDecoder('utf-8', { fatal: true });
    const inner = this.#bytes.subarray(1, -1);
    let count = 0;
    for (let start = 0; start < inner.length; ) {
      const { end, values } = pieceAt(inner, start);
      const elements = JSON.parse(`[${decoder.decode(inner.subarray(start, end))}]`) as unknown[];
      const isWhole = start === 0 && end === inner.length;
      // An empty piece is an array without elements, unless a comma precedes or follows.
      if (elements.length === 0 && !isWhole) throw new SyntaxError('An element is missing.');
      if (elements.length > 0) count += values;
      yield* elements;
      if (end === inner.length - 1) throw new SyntaxError('The list ends with a comma.');
      start = end + 1;
    }
    this.#count = count;
  }

  /** Reads all elements, while other work gets its turn. */
  async isWellFormed(): Promise<boolean> {
    let read = 0;
    try {
      for (const _ of this) {
        read += 1;
        if (read % ELEMENTS_PER_TURN === 0) await setImmediate();
      }
      return true;
    } catch {
      return false;
    }
  }
}

export interface ExtractedLists {
  /** The object with empty arrays instead of the lists. */
  readonly rest: Uint8Array;
  readonly lists: readonly { readonly name: string; readonly list: JsonList }[];
}

/**
 * Separates the arrays of these names from the other members of a JSON object. Stops at invalid JSON, which remains in
 * `rest`.
 */
export function extractLists(bytes: Uint8Array, names: readonly string[]): ExtractedLists {
  const lists: { name: string; list: JsonList }[] = [];
  const pieces: Uint8Array[] = [];
  let copied = 0;
  for (const { name, start, end } of members(bytes)) {
    if (!names.includes(name) || bytes[start] !== OPENING_BRACKET) continue;
    const listEnd = bytes.lastIndexOf(CLOSING_BRACKET, end - 1) + 1;
    lists.push({ name, list: new JsonList(bytes.subarray(start, listEnd)) });
    pieces.push(bytes.subarray(copied, start), Buffer.from('[]'));
    copied = listEnd;
  }
  return { rest: Buffer.concat([...pieces, bytes.subarray(copied)]), lists };
}

interface Member {
  readonly name: string;
  /** Position of the value, and the position after it. */
  readonly start: number;
  readonly end: number;
}

/** The members of the outermost object, as far as it is valid. */
function* members(bytes: Uint8Array): Generator<Member> {
  let at = skipSpace(bytes, 0);
  if (bytes[at] !== OPENING_BRACE) return;
  do {
    const nameStart = skipSpace(bytes, at + 1);
    if (bytes[nameStart] !== QUOTE) return;
    const nameEnd = skipString(bytes, nameStart);
    const colon = skipSpace(bytes, nameEnd);
    if (bytes[colon] !== COLON) return;
    const start = skipSpace(bytes, colon + 1);
    at = skipValue(bytes, start);
    yield { name: Buffer.from(bytes.subarray(nameStart + 1, nameEnd - 1)).toString(), start, end: at };
  } while (bytes[at] === COMMA);
}

interface Piece {
  /** Position of the comma after the last value, or the end. */
  readonly end: number;
  readonly values: number;
}

/** Some whole values. */
function pieceAt(bytes: Uint8Array, start: number): Piece {
  let end = skipValue(bytes, start);
  let values = 1;
  for (; end < bytes.length && end - start < PIECE_BYTES; values += 1) end = skipValue(bytes, end + 1);
  return { end, values };
}

// Only ASCII bytes are examined, which are never part of another character in UTF-8.

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPENING_BRACKET = 0x5b;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACKET = 0x5d;
const CLOSING_BRACE = 0x7d;
const WHITE_SPACE = [0x20, 0x09, 0x0a, 0x0d];

/** Position of the first byte from `at` on that is not white space. */
function skipSpace(bytes: Uint8Array, at: number): number {
  let index = at;
  while (WHITE_SPACE.includes(bytes[index] ?? 0)) index += 1;
  return index;
}

/** Position after the string that starts at `at`. */
function skipString(bytes: Uint8Array, at: number): number {
  let index = at + 1;
  while (index < bytes.length && bytes[index] !== QUOTE) index += bytes[index] === BACKSLASH ? 2 : 1;
  return index + 1;
}

/** Position after the value that starts at `at`: of its comma or closing bracket, or the end. Does not validate. */
function skipValue(bytes: Uint8Array, at: number): number {
  let depth = 0;
  let index = at;
  while (index < bytes.length) {
    const byte = bytes[index];
    if (byte === QUOTE) {
      index = skipString(bytes, index);
      continue;
    }
    const change = depthChange(byte);
    if (depth === 0 && (byte === COMMA || change < 0)) return index;
    depth += change;
    index += 1;
  }
  return index;
}

function depthChange(byte: number | undefined): number {
  if (byte === OPENING_BRACKET || byte === OPENING_BRACE) return 1;
  return byte === CLOSING_BRACKET || byte === CLOSING_BRACE ? -1 : 0;
}
