import type { CsvFile } from '../../../contract/smsBatch.ts';
import type { RecipientLine, RecipientSource } from '../recipient.ts';
import { cleanName, csvRows, type NumberedRow, toColumn } from './csvRows.ts';
import { CsvText, invalidCsv } from './csvText.ts';

/**
 * Spaces, control characters (DOS programs end a file with 0x1A) and invisible characters around a value. Joiners and
 * variation selectors are not included because they may belong to the emoji before them.
 */
const AROUND = /[\s\p{Cc}\u00AD\u061C\u200B\u200E\u200F\u202A-\u202E\u2060-\u2064\u2066-\u206F]/u;

/** More columns are unlikely in a list of recipients, and each costs time in every row. */
const MAXIMUM_COLUMNS = 100;

/**
 * Reads recipients from CSV: UTF-8, UTF-16 with a byte order mark, or the declared charset; any mixture of line ends;
 * quotes as in RFC 4180; delimited by comma, semicolon or tab, or by the delimiter that a first line `sep=` names. A
 * header must have a column `to`; its other columns fill placeholders. Without a header, the first column is used. Rows
 * whose cells are all empty are skipped.
 *
 * Reading throws SwitchboardError `InvalidRequest` when the encoding, delimiter or columns cannot be determined. A row
 * with a misplaced quote, or with another number of cells than the first row, becomes a line with a `problem`.
 *
 * @param used names of the columns to keep
 */
export function csvRecipients(csv: string | CsvFile, used: readonly string[]): RecipientSource {
  const text = new CsvText(csv);
  const reader = new RowReader(used);
  let otherLines = 0;
  function* lines(): Generator<RecipientLine> {
    for (const row of csvRows(text)) {
      const recipient = reader.read(row);
      otherLines += recipient ? row.lines - 1 : row.lines;
      if (recipient) yield recipient;
    }
  }
  return { lines: lines(), rowsRead: () => text.lines - otherLines };
}

/** Finds the columns in the first row and reads the others accordingly. */
class RowReader {
  readonly #used: readonly string[];
  #columns: Columns | undefined;

  constructor(used: readonly string[]) {
    this.#used = used;
  }

  /** @returns undefined for empty rows and for the header */
  read(row: NumberedRow): RecipientLine | undefined {
    const cells = row.cells.map(trimmed);
    if (row.problem === undefined && cells.every((cell) => cell === '')) return undefined;
    if (this.#columns) return toLine(row, cells, this.#columns);
    this.#columns = readColumns(row, cells, this.#used);
    return this.#columns.wanted ? undefined : toLine(row, cells, this.#columns);
  }
}

interface Columns {
  readonly count: number;
  readonly to: number;
  /** The columns to keep, by name and index; undefined without a header. */
  readonly wanted: readonly (readonly [name: string, index: number])[] | undefined;
}

function readColumns(row: NumberedRow, cells: readonly string[], used: readonly string[]): Columns {
  const { line, problem } = row;
  if (problem !== undefined) throw invalidCsv(`the row in line ${line} ${problem}`);
  const count = cells.length;
  if (count > MAXIMUM_COLUMNS) throw invalidCsv(`line ${line} has ${count} columns; the maximum is ${MAXIMUM_COLUMNS}`);
  const to = toColumn(cells);
  if (to >= 0) {
    const names = cells.map(cleanName);
    assertUnambiguous(names);
    const wanted = [...names.entries()]
      .filter(([, name]) => used.includes(name))
      .map(([at, name]) => [name, at] as const);
    return { count, to, wanted };
  }
  if (isNumberLike(cells[0] ?? '')) {
    if (!cells.slice(1).some(isInternationalNumber)) return { count, to: 0, wanted: undefined };
    throw invalidCsv(
      `line ${line} has numbers in several columns; name the column of the phone numbers 'to' in a header`,
    );
  }
  const listed = cells.slice(0, 10).join(', ').slice(0, 200);
  throw invalidCsv(`the header has no column 'to' (it has: ${listed}); call the column of the phone numbers 'to'`);
}

/** Whether the first row may be a recipient. `phone 1` is not. */
function isNumberLike(cell: string): boolean {
  return /(?:\p{Nd}\P{Nd}*){3}/u.test(cell) || (/\p{Nd}/u.test(cell) && !/\p{L}/u.test(cell));
}

function isInternationalNumber(cell: string): boolean {
  return /^\+(?:[\s().-]*\d){7,15}$/.test(cell);
}

function assertUnambiguous(names: readonly string[]): void {
  const keys = names.map((name) => (name.toLowerCase() === 'to' ? 'to' : name));
  const twice = keys.find((key, index) => key !== '' && keys.indexOf(key) !== index);
  if (twice !== undefined) throw invalidCsv(`the header has two columns '${twice.slice(0, 64)}'`);
}

function toLine(row: NumberedRow, cells: readonly string[], { count, to, wanted }: Columns): RecipientLine {
  const number = cells[to] ?? '';
  const problem = row.problem ?? widthProblem(cells.length, count);
  if (problem !== undefined) {
    const lines = row.lines > 1 ? `runs over lines ${row.line} to ${row.line + row.lines - 1} and ` : '';
    return { line: row.line, to: number, problem: lines + problem };
  }
  const columns = wanted && Object.fromEntries(wanted.map(([name, index]) => [name, cells[index] ?? '']));
  return { line: row.line, to: number, columns };
}

function widthProblem(cells: number, expected: number): string | undefined {
  if (cells === expected) return undefined;
  return `has ${cells} ${cells === 1 ? 'cell' : 'cells'} where the first row has ${expected}`;
}

/** Not a regular expression, because matching trailing spaces would take quadratic time. */
function trimmed(cell: string): string {
  let [start, end] = [0, cell.length];
  while (start < end && isAround(cell, start)) start += 1;
  while (end > start && isAround(cell, end - 1)) end -= 1;
  return cell.slice(start, end);
}

function isAround(cell: string, at: number): boolean {
  const code = cell.charCodeAt(at);
  const isVisibleAscii = code > 0x20 && code < 0x7f;
  return !isVisibleAscii && AROUND.test(cell.charAt(at));
}
