import type { CsvFile } from '../../../contract/smsBatch.ts';
import { SwitchboardError } from '../../../contract/switchboardError.ts';

/** Bytes or characters that are decoded and parsed together. */
const PIECE_SIZE = 8 * 1024;

/** Byte order marks, the longer ones first. @see WHATWG Encoding §6 "BOM sniff"; UTF-32 is not part of it */
const BYTE_ORDER_MARKS: readonly (readonly [encoding: string, mark: readonly number[]])[] = [
  ['utf-32le', [0xff, 0xfe, 0, 0]],
  ['utf-32be', [0, 0, 0xfe, 0xff]],
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];

/** The text of a CSV file in pieces. Counts lines independently of cells and quotes. */
export class CsvText {
  readonly #csv: string | CsvFile;
  #lineEnds = 0;
  #last = '';

  constructor(csv: string | CsvFile) {
    this.#csv = csv;
  }

  /** Lines read so far; the lines of the whole text once every piece has been read. */
  get lines(): number {
    return this.#lineEnds + (this.#last === '' || this.#last === '\n' || this.#last === '\r' ? 0 : 1);
  }

  /** @throws SwitchboardError `InvalidRequest` when the bytes are not valid in the encoding of the file */
  *pieces(): Generator<string> {
    const pieces = typeof this.#csv === 'string' ? textPieces(this.#csv) : this.#decoded(this.#csv);
    for (const text of pieces) {
      this.#count(text);
      if (text !== '') yield text;
    }
  }

  /** @throws SwitchboardError `InvalidRequest` for NUL characters */
  #count(text: string): void {
    if (text === '') return;
    const nul = text.indexOf('\0');
    if (nul >= 0) {
      const line = this.#lineEnds + countLineEnds(text.slice(0, nul)) + 1;
      throw invalidCsv(`line ${line} contains NUL characters: the file is binary, or UTF-16 without a byte order mark`);
    }
    const isSplitPair = this.#last === '\r' && text.startsWith('\n');
    this.#lineEnds += countLineEnds(text) - (isSplitPair ? 1 : 0);
    this.#last = text.slice(-1);
  }

  *#decoded({ bytes, charset }: CsvFile): Generator<string> {
    const [marked, mark] = BYTE_ORDER_MARKS.find(([, it]) => it.every((byte, at) => bytes[at] === byte)) ?? [];
    if (marked?.startsWith('utf-32')) throw invalidCsv('the file is UTF-32; save it as CSV UTF-8');
    const encoding = marked ?? charset ?? 'utf-8';
    const content = bytes.subarray(mark?.length ?? 0);
    const decoder = strictDecoder(encoding);
    for (let offset = 0; offset < content.length; offset += PIECE_SIZE) {
      const end = offset + PIECE_SIZE;
      try {
        yield decoder.decode(content.subarray(offset, end), { stream: end < content.length });
      } catch (error) {
        if (!isDecodingError(error)) throw error;
        this.#count(textBeforeError(content, offset, encoding));
        throw invalidCsv(undecodable(this.#lineEnds + 1, encoding, marked ?? charset), error);
      }
    }
  }
}

/** CRLF counts as one line end. */
export function countLineEnds(text: string): number {
  return countOf('\n', text) + countOf('\r', text) - countOf('\r\n', text);
}

function countOf(part: string, text: string): number {
  let count = 0;
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length)) count += 1;
  return count;
}

function* textPieces(csv: string): Generator<string> {
  const start = csv.startsWith('\uFEFF') ? 1 : 0;
  for (let offset = start; offset < csv.length; offset += PIECE_SIZE) yield csv.slice(offset, offset + PIECE_SIZE);
}

function strictDecoder(encoding: string): InstanceType<typeof TextDecoder> {
  return new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
}

function isDecodingError(error: unknown): boolean {
  return error instanceof TypeError && 'code' in error && error.code === 'ERR_ENCODING_INVALID_ENCODED_DATA';
}

/** The valid beginning of the piece at `offset`, decoded after everything before it. */
function textBeforeError(content: Uint8Array, offset: number, encoding: string): string {
  const decoder = strictDecoder(encoding);
  for (let at = 0; at < offset; at += PIECE_SIZE) {
    decoder.decode(content.subarray(at, at + PIECE_SIZE), { stream: true });
  }
  let text = '';
  try {
    for (let at = offset; at < content.length; at += 1) {
      text += decoder.decode(content.subarray(at, at + 1), { stream: true });
    }
  } catch (error) {
    if (!isDecodingError(error)) throw error;
  }
  return text;
}

function undecodable(line: number, encoding: string, declared: string | undefined): string {
  const what = `line ${line} is not valid ${encoding.toUpperCase()}`;
  if (declared !== undefined) return what;
  return `${what}; save the file as CSV UTF-8, or declare its charset, as in 'text/csv; charset=windows-1252'`;
}

/** The error for a CSV that is rejected as a whole. @param message follows a colon, e.g. `line 2 is not valid UTF-8` */
export function invalidCsv(message: string, cause?: unknown): SwitchboardError {
  const details = [{ code: 'InvalidCsv', message, target: 'csv' }];
  return new SwitchboardError('InvalidRequest', `The CSV cannot be read: ${message}.`, {
    target: 'csv',
    details,
    cause,
  });
}
