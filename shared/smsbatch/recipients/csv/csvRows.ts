import { type CsvRow, readRow } from './csvRow.ts';
import { type CsvText, invalidCsv } from './csvText.ts';

/** Longer rows are rejected: the file is not CSV, or a quote is never closed. */
const MAXIMUM_ROW_CHARACTERS = 16 * 1024;

export interface NumberedRow extends Pick<CsvRow, 'cells' | 'lines' | 'problem'> {
  /** The line on which the row begins, from 1. */
  readonly line: number;
}

/**
 * The rows of a CSV, including empty rows. A line `sep=` is a row without cells.
 *
 * @throws SwitchboardError `InvalidRequest` when the delimiter or the rows cannot be determined
 */
export function* csvRows(text: CsvText): Generator<NumberedRow> {
  const pieces = text.pieces();
  let buffer = '';
  let isLast = false;
  const readMore = () => {
    const next = pieces.next();
    if (next.done) isLast = true;
    else buffer += next.value;
  };
  while (!isLast && buffer.length <= MAXIMUM_ROW_CHARACTERS) readMore();
  const { delimiter, start } = detectDialect(buffer);
  let at = start;
  let line = 1;
  if (start > 0) yield { line: line++, cells: [], lines: 1, problem: undefined };
  while (at < buffer.length || !isLast) {
    const row = readRow(buffer, at, delimiter, isLast);
    assertClosed(row, line, (row?.end ?? buffer.length) - at);
    if (row) {
      yield { line, cells: row.cells, lines: row.lines, problem: row.problem };
      at = row.end;
      line += row.lines;
    } else {
      buffer = buffer.slice(at);
      at = 0;
      readMore();
    }
  }
}

function assertClosed(row: CsvRow | undefined, line: number, characters: number): void {
  const isTooLong = characters > MAXIMUM_ROW_CHARACTERS;
  if (isTooLong) {
    throw invalidCsv(
      `the row in line ${line} is longer than ${MAXIMUM_ROW_CHARACTERS} characters; is a quote missing?`,
    );
  }
  if (row?.isOpen) throw invalidCsv(`the row in line ${line} has a quote that is never closed`);
}

const DETECTED = [',', ';', '\t'];

/** Accepted only when a line `sep=` names them. */
const DELIMITERS = [...DETECTED, '|'];

/** A first line that sets the delimiter for Excel. */
const SEPARATOR_LINE = /^[ \t]*"?sep=([^\r\n]?)"?[,;\t ]*(?:\r\n|\n|\r|$)/i;

export interface Dialect {
  readonly delimiter: string;
  /** Length of the line `sep=`; 0 without one. */
  readonly start: number;
}

/**
 * Finds the delimiter at the beginning of a CSV: the one named by a line `sep=`, otherwise the one in the first row. If
 * the first row contains several, the one with which the row has a column `to` or begins with a number.
 *
 * @throws SwitchboardError `InvalidRequest` when the delimiter is ambiguous
 */
export function detectDialect(head: string): Dialect {
  const [line, named] = SEPARATOR_LINE.exec(head) ?? [];
  if (line !== undefined && named !== undefined) {
    if (DELIMITERS.includes(named)) return { delimiter: named, start: line.length };
    throw invalidCsv(`line 1 names the delimiter '${named}', which is not one of , ; | and tab`);
  }
  const rows = DETECTED.map((delimiter) => ({ delimiter, cells: firstRow(head, delimiter) }));
  const present = rows.filter(({ cells }) => cells.length > 1);
  const fitting = present.filter(({ cells }) => toColumn(cells) >= 0 || isPlainNumber(cells[0] ?? ''));
  if (fitting.length > 1) {
    const delimiters = fitting.map(({ delimiter }) => (delimiter === '\t' ? 'tab' : delimiter)).join(' or ');
    throw invalidCsv(`the delimiter may be ${delimiters}; name it in a first line, as in sep=;`);
  }
  const [found] = [...fitting, ...present.toSorted((a, b) => b.cells.length - a.cells.length)];
  return { delimiter: found?.delimiter ?? ',', start: 0 };
}

/** Index of the column of phone numbers, in any letter case; -1 without one. */
export function toColumn(names: readonly string[]): number {
  return names.findIndex((name) => cleanName(name).toLowerCase() === 'to');
}

/** A column name without invisible characters and surrounding spaces. */
export function cleanName(cell: string): string {
  return cell.replaceAll(/[\p{Cf}\p{Cc}]/gu, '').trim();
}

/** Digits without letters and delimiters. */
function isPlainNumber(cell: string): boolean {
  return /\p{Nd}/u.test(cell) && !/[\p{L},;\t]/u.test(cell);
}

function firstRow(text: string, delimiter: string): readonly string[] {
  let row: CsvRow | undefined;
  for (let at = 0; at < text.length; at = row.end) {
    row = readRow(text, at, delimiter, true);
    if (row === undefined) break;
    if (row.cells.some((cell) => cleanName(cell) !== '')) return row.cells;
  }
  return [];
}
