import { detectDialect } from './dialect.ts';
import { type CsvRow, readRow } from './row.ts';
import type { CsvText } from './text.ts';
import { invalidCsv } from './text.ts';

/** No row is longer: a file without line ends is not CSV, and a quote that is never closed has to be found. */
const MAXIMUM_ROW_CHARACTERS = 16 * 1024;

export interface NumberedRow extends CsvRow {
  /** On which it begins, from 1. */
  readonly line: number;
}

/**
 * The rows of a CSV, including empty ones; a line `sep=` is a row without cells.
 *
 * @throws SwitchboardError `InvalidRequest` when delimiter or rows cannot be determined
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
  if (start > 0) yield { cells: [], end: start, lines: 1, problem: undefined, isOpen: false, line: line++ };
  while (at < buffer.length || !isLast) {
    const row = readRow(buffer, at, delimiter, isLast);
    assertClosed(row, line, (row?.end ?? buffer.length) - at);
    if (row) {
      yield { ...row, line };
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
