import type { ParseError } from 'jsonc-parser';
import { JsonList, skipSpace, skipString, skipValue } from '../contract/jsonList.ts';
import { SwitchboardError } from '../contract/switchboardError.ts';

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Parses a JSON body; an empty one is undefined.
 *
 * @throws SwitchboardError `InvalidJson` with line, column and offset of the first error
 */
export async function parseJson(bytes: Uint8Array): Promise<unknown> {
  if (bytes.length === 0) return undefined;
  const text = decode(bytes);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new SwitchboardError('InvalidJson', `The body is not valid JSON${await errorPosition(text)}.`, { cause });
  }
}

function decode(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes);
  } catch (cause) {
    throw new SwitchboardError('InvalidJson', 'The body is not valid UTF-8.', { cause });
  }
}

/**
 * V8 reports the position of an error only sometimes; the parser that always does so is loaded on demand. An empty string
 * if the text is nested too deeply for that parser.
 */
async function errorPosition(text: string): Promise<string> {
  const { parse } = await import('jsonc-parser');
  const errors: ParseError[] = [];
  try {
    parse(text, errors, { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false });
  } catch (error) {
    if (error instanceof RangeError) return '';
    throw error;
  }
  const offset = errors[0]?.offset ?? text.length;
  const lines = text.slice(0, offset).split('\n');
  return ` at line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1} (offset ${offset})`;
}

/** In shorter bodies every list is an array, so that all of its errors can be reported together. */
const LONG_BYTES = 1024 * 1024;

/**
 * Parses a JSON body. In a long one the named members of the outermost object, where they are arrays, become `JsonList`s.
 *
 * @throws SwitchboardError `InvalidJson`
 */
export async function parseJsonBody(bytes: Uint8Array, longLists: readonly string[] = []): Promise<unknown> {
  if (longLists.length === 0 || bytes.length < LONG_BYTES) return parseJson(bytes);
  const lists = findLists(bytes, longLists);
  // The parser for the whole body reports errors best.
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

/** Finds lists among the members of the outermost object. Stops at invalid JSON, which the parser of the rest reports. */
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
