import { countLineEnds } from './csvText.ts';

const QUOTE = 0x22;
const CARRIAGE_RETURN = 0x0d;
const LINE_FEED = 0x0a;
const BLANK = /[\s\u200B\u200E\u200F\u202A-\u202E\u2060\u2066-\u2069]/;

/** Seven digits, whatever their grouping. */
const PHONE_NUMBER = /\d(?:[ ().-]*\d){6}/;

const RUN_TOGETHER = 'has a quoted cell with line ends that may contain other rows, as if a quote were missing';

export interface CsvRow {
  /** As written, without the surrounding quotes; not trimmed. */
  readonly cells: readonly string[];
  /** Where the next row begins. */
  readonly end: number;
  /** Number of lines: more than one when a quoted cell contains line ends. */
  readonly lines: number;
  /** Why its cells cannot be trusted. */
  readonly problem: string | undefined;
  /** The text ended inside quotes. */
  readonly isOpen: boolean;
}

interface Cell {
  readonly value: string;
  /** Index of the delimiter, line end or end of text after the cell. */
  readonly end: number;
  readonly isQuoted?: boolean;
  readonly problem?: string;
  readonly isOpen?: boolean;
}

/**
 * Reads one row of CSV. Every CRLF, LF and CR outside quotes ends a row, in any mixture. Quotes follow RFC 4180; a quote
 * inside a cell that does not begin with one is an ordinary character.
 *
 * A missing quote must not put one row's data into another row's message. When rows run together, the quoted cell contains
 * a delimiter, or the row has too many cells. Therefore a quoted cell may contain line ends or delimiters, but not both.
 * Nor may it contain line ends and a phone number, because that is how a row begins that was itself cut in two.
 *
 * @param isLast whether `text` is the end of the file
 * @returns undefined when the row continues after `text`
 */
export function readRow(text: string, start: number, delimiter: string, isLast: boolean): CsvRow | undefined {
  const mark = delimiter.charCodeAt(0);
  const cells: string[] = [];
  let cell: Cell;
  let problem: string | undefined;
  let mayRunOver = false;
  let at = start;
  do {
    cell = readCell(text, at, mark);
    cells.push(cell.value);
    problem ??= cell.problem;
    mayRunOver ||= cell.isQuoted === true;
    at = cell.end + 1;
  } while (text.charCodeAt(cell.end) === mark);
  // CR may be the first half of CRLF, and a quote the first half of an escaped quote.
  if (!isLast && cell.end + 1 >= text.length) return undefined;
  const lines = mayRunOver ? 1 + countLineEnds(text.slice(start, cell.end)) : 1;
  return { cells, end: afterLineEnd(text, cell.end), lines, problem, isOpen: cell.isOpen ?? false };
}

function readCell(text: string, start: number, mark: number): Cell {
  const at = afterBlanks(text, start, mark);
  if (text.charCodeAt(at) === QUOTE) return readQuoted(text, at, mark);
  let end = at;
  while (!isCellEnd(text, end, mark)) end += 1;
  return { value: text.slice(start, end), end };
}

function readQuoted(text: string, open: number, mark: number): Cell {
  let close = text.indexOf('"', open + 1);
  while (close >= 0 && text.charCodeAt(close + 1) === QUOTE) close = text.indexOf('"', close + 2);
  if (close < 0) return { value: text.slice(open), end: text.length, isQuoted: true, isOpen: true };
  let end = afterBlanks(text, close + 1, mark);
  if (!isCellEnd(text, end, mark)) {
    while (!isCellEnd(text, end, LINE_FEED)) end += 1;
    return { value: text.slice(open, end), end, isQuoted: true, problem: 'has a misplaced quote' };
  }
  const value = text.slice(open + 1, close).replaceAll('""', '"');
  return { value, end, isQuoted: true, ...(mayHoldRows(value, mark) ? { problem: RUN_TOGETHER } : {}) };
}

function mayHoldRows(value: string, mark: number): boolean {
  return /[\r\n]/.test(value) && (value.includes(String.fromCharCode(mark)) || PHONE_NUMBER.test(value));
}

/** Index of the first character from `at` on that is not blank or that ends the cell. */
function afterBlanks(text: string, at: number, mark: number): number {
  let index = at;
  while (!isCellEnd(text, index, mark) && BLANK.test(text.charAt(index))) index += 1;
  return index;
}

/** @param mark the delimiter's character code */
function isCellEnd(text: string, at: number, mark: number): boolean {
  const code = text.charCodeAt(at); // NaN after the last character
  return code === mark || code === LINE_FEED || code === CARRIAGE_RETURN || at >= text.length;
}

function afterLineEnd(text: string, at: number): number {
  return text.charCodeAt(at) === CARRIAGE_RETURN && text.charCodeAt(at + 1) === LINE_FEED ? at + 2 : at + 1;
}
