import { type CsvRow, readRow } from './row.ts';
import { invalidCsv } from './text.ts';

const DETECTED = [',', ';', '\t'];

/** Also taken where a line `sep=` names them. */
const DELIMITERS = [...DETECTED, '|'];

/** A first line for Excel. */
const SEPARATOR_LINE = /^[ \t]*"?sep=([^\r\n]?)"?[,;\t ]*(?:\r\n|\n|\r|$)/i;

export interface Dialect {
  readonly delimiter: string;
  /** Characters of the line `sep=`, if there is one. */
  readonly start: number;
}

/**
 * Finds the delimiter in the beginning of a CSV: the one that a line `sep=` names, else the one in the first row. Where
 * several stand there, the one by which the row has a column `to`, or begins with a number.
 *
 * @throws SwitchboardError `InvalidRequest` when that is no unambiguous answer
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

/** The column of the numbers, whatever its case; -1 when there is none. */
export function toColumn(names: readonly string[]): number {
  return names.findIndex((name) => cleanName(name).toLowerCase() === 'to');
}

/** A column's name: no invisible characters, no space around it. */
export function cleanName(cell: string): string {
  return cell.replaceAll(/[\p{Cf}\p{Cc}]/gu, '').trim();
}

/** Digits, and no letter or delimiter. */
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
