import { Readable } from 'node:stream';
import type { CsvError } from 'csv-parse';
import { SwitchboardError } from '../contract/switchboarderror.ts';
import type { RecipientLine } from './recipient.ts';

/** No line of a recipients file is longer; a file without line ends is none. */
const MAXIMUM_LINE_CHARACTERS = 16 * 1024;

/** Small: the parser makes objects of a whole piece before it hands out the first. */
const PIECE_BYTES = 8 * 1024;
const DELIMITERS = [',', ';', '\t'];
const TO_COLUMN = 'to';

/**
 * Reads recipients from CSV: UTF-8 with or without BOM, any line ends, quotes as in RFC 4180; comma, semicolon or tab.
 * With a header there must be a column `to`, and the others fill placeholders; without one, the first column counts.
 *
 * @throws SwitchboardError `InvalidRequest` when it is no CSV, naming the line
 */
export async function* csvRecipients(csv: string | Uint8Array): AsyncGenerator<RecipientLine> {
  const { CsvError, parse } = await import('csv-parse');
  const pieces = textPieces(typeof csv === 'string' ? Buffer.from(csv) : csv);
  const parser = parse({
    bom: true,
    delimiter: delimiterOf(csv),
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true,
    max_record_size: MAXIMUM_LINE_CHARACTERS,
    on_record: (cells: string[], { lines }) => [String(lines), ...cells],
  });
  const source = Readable.from(pieces);
  source.on('error', (error) => parser.destroy(error));
  let columns: Columns | undefined;
  try {
    for await (const [line, ...cells] of source.pipe(parser) as AsyncIterable<string[]>) {
      if (!columns) {
        columns = readColumns(cells);
        if (columns.names) continue;
      }
      yield {
        line: Number(line),
        to: cells[columns.to] ?? '',
        columns: columns.names && namedCells(columns.names, cells),
      };
    }
  } catch (error) {
    throw error instanceof CsvError ? unreadable(error) : error;
  }
}

interface Columns {
  readonly to: number;
  /** Undefined without a header. */
  readonly names: readonly string[] | undefined;
}

/** A first line without any digit in its first cell is a header. */
function readColumns(cells: readonly string[]): Columns {
  const to = cells.findIndex((cell) => cell.toLowerCase() === TO_COLUMN);
  if (to >= 0) return { to, names: cells };
  if (/\d/.test(cells[0] ?? '')) return { to: 0, names: undefined };
  const message = `the header has no column '${TO_COLUMN}' (it has: ${cells.slice(0, 10).join(', ').slice(0, 200)})`;
  throw invalidCsv(message);
}

function namedCells(names: readonly string[], cells: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name, index) => [name, cells[index] ?? '']));
}

function* textPieces(bytes: Uint8Array): Generator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  for (let offset = 0; offset < bytes.length; offset += PIECE_BYTES) {
    const piece = bytes.subarray(offset, offset + PIECE_BYTES);
    if (piece.includes(0)) throw invalidCsv('it is a binary file, not text');
    yield decodePiece(decoder, piece, offset + PIECE_BYTES < bytes.length);
  }
}

function decodePiece(decoder: InstanceType<typeof TextDecoder>, piece: Uint8Array, stream: boolean): string {
  try {
    return decoder.decode(piece, { stream });
  } catch {
    throw invalidCsv('it is not UTF-8 text');
  }
}

/** The delimiter that comes first in the first line. */
function delimiterOf(csv: string | Uint8Array): string {
  const start = typeof csv === 'string' ? csv.slice(0, 4096) : Buffer.from(csv.subarray(0, 4096)).toString('latin1');
  const [firstLine = ''] = start.split(/\r?\n/, 1);
  return [...firstLine].find((character) => DELIMITERS.includes(character)) ?? ',';
}

function unreadable(error: CsvError): SwitchboardError {
  const line = 'lines' in error ? `line ${error['lines']}: ` : '';
  const tooLong = error.code === 'CSV_MAX_RECORD_SIZE';
  const what = tooLong ? `longer than ${MAXIMUM_LINE_CHARACTERS} characters` : 'a quote is out of place';
  return invalidCsv(line + what, error);
}

function invalidCsv(message: string, cause?: unknown): SwitchboardError {
  const details = [{ code: 'InvalidCsv', message, target: 'csv' }];
  return new SwitchboardError('InvalidRequest', `The CSV cannot be read: ${message}.`, {
    target: 'csv',
    details,
    cause,
  });
}
