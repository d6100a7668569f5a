import { JsonList, skipSpace, skipString, skipValue } from '../contract/jsonList.ts';
import { parseJson } from './json.ts';

/** In shorter bodies every list is an array, so that all of its errors can be told at once. */
const LONG_BYTES = 1024 * 1024;

/**
 * Parses a JSON body. In a long one the named members of the outermost object, where they are arrays, become `JsonList`s.
 *
 * @throws SwitchboardError `InvalidJson`
 */
export async function parseJsonBody(bytes: Uint8Array, longLists: readonly string[] = []): Promise<unknown> {
  if (longLists.length === 0 || bytes.length < LONG_BYTES) return parseJson(bytes);
  const lists = findLists(bytes, longLists);
  // Whatever is wrong, the parser of the whole tells it best.
  if (lists.length === 0 || !lists.every(({ list }) => isWellFormed(list))) return parseJson(bytes);
  try {
    const rest = (await parseJson(without(bytes, lists))) as Record<string, unknown>;
    for (const { name, list } of lists) if (Array.isArray(rest[name])) rest[name] = list; // a later one may be none
    return rest;
  } catch {
    return parseJson(bytes);
  }
}

interface Found {
  readonly name: string;
  readonly list: JsonList;
  readonly start: number;
  readonly end: number;
}

const OPENING_BRACE = 0x7b;
const OPENING_BRACKET = 0x5b;
const COMMA = 0x2c;
const COLON = 0x3a;
const QUOTE = 0x22;
const CLOSING_BRACKET = 0x5d;

/** Goes through the members of the outermost object; what is no JSON ends it early, and is found by who parses the rest. */
function findLists(bytes: Uint8Array, names: readonly string[]): Found[] {
  const found: Found[] = [];
  let at = skipSpace(bytes, 0);
  if (bytes[at] !== OPENING_BRACE) return found;
  do {
    const nameStart = skipSpace(bytes, at + 1);
    if (bytes[nameStart] !== QUOTE) return found;
    const nameEnd = skipString(bytes, nameStart);
    const colon = skipSpace(bytes, nameEnd);
    if (bytes[colon] !== COLON) return found;
    const start = skipSpace(bytes, colon + 1);
    at = skipValue(bytes, start);
    const name = Buffer.from(bytes.subarray(nameStart + 1, nameEnd - 1)).toString();
    if (names.includes(name) && bytes[start] === OPENING_BRACKET) {
      const end = bytes.lastIndexOf(CLOSING_BRACKET, at - 1) + 1;
      found.push({ name, list: new JsonList(bytes.subarray(start, end)), start, end });
    }
  } while (bytes[at] === COMMA);
  return found;
}

function isWellFormed(list: JsonList): boolean {
  try {
    for (const _ of list) {
      // reading is the test
    }
    return true;
  } catch {
    return false;
  }
}

function without(bytes: Uint8Array, lists: readonly Found[]): Uint8Array {
  const pieces: Uint8Array[] = [];
  let from = 0;
  for (const { start, end } of lists) {
    pieces.push(bytes.subarray(from, start), Buffer.from('[]'));
    from = end;
  }
  return Buffer.concat([...pieces, bytes.subarray(from)]);
}
