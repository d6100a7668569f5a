import { MIMEType } from 'node:util';
import type { HttpRequest } from '@azure/functions';
import type { ParseError } from 'jsonc-parser';
import { DEFAULT_BODY_LIMIT_BYTES } from '../contract/common.ts';
import { extractLists } from '../contract/jsonList.ts';
import { CsvFile } from '../contract/smsBatch.ts';
import { SwitchboardError } from '../contract/switchboardError.ts';
import type { AnyOperation } from './definition.ts';

/** @throws SwitchboardError `PayloadTooLarge` */
export function assertBodySize({ body }: AnyOperation, sizeBytes: number): void {
  const limit = body.limitBytes ?? DEFAULT_BODY_LIMIT_BYTES;
  if (sizeBytes > limit) throw new SwitchboardError('PayloadTooLarge', `The body may hold ${limit} bytes at most.`);
}

/**
 * Reads the body of a request, but never more than the operation accepts.
 *
 * @throws SwitchboardError `PayloadTooLarge`, before reading anything if the announced length is already too large
 */
export async function readBody(operation: AnyOperation, request: HttpRequest): Promise<Uint8Array> {
  assertBodySize(operation, Number(request.headers.get('content-length') ?? 0));
  const pieces: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const piece of (request.body ?? []) as AsyncIterable<Uint8Array>) {
    sizeBytes += piece.length;
    assertBodySize(operation, sizeBytes); // leaving the loop cancels the stream
    pieces.push(piece);
  }
  // `arrayBuffer()` would copy a large body once more.
  const [first = new Uint8Array()] = pieces;
  return pieces.length > 1 ? Buffer.concat(pieces) : first;
}

/** Content types that are read as CSV; browsers on Windows label a CSV as Excel's. */
export const CSV_TYPES = ['text/csv', 'application/csv', 'application/vnd.ms-excel', 'text/plain'] as const;

const JSON_TYPE = /^application\/(?:[^/;]+\+)?json$/;

/** The first bytes of workbooks that are not CSV: a ZIP archive (.xlsx, .ods), or an OLE file (.xls). */
const WORKBOOKS = [Buffer.from('PK\u0003\u0004', 'latin1'), Buffer.from('d0cf11e0', 'hex')];

const OPENING_BRACE = 0x7b;
const BOM = Buffer.from('\uFEFF');

interface Content {
  /** The query without the fields that belong to the body. */
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** How the bytes were parsed: the same bytes in another form are another request. */
  readonly form: string;
}

/**
 * Parses the body of an HTTP request. An operation that accepts CSV looks at the content type, and expects JSON if there is
 * none; the others expect JSON whatever the content type.
 *
 * @throws SwitchboardError `InvalidJson` or `UnsupportedMediaType`
 */
export async function readContent(
  { csvQueryFields, longLists }: AnyOperation['body'],
  contentType: string | null,
  query: Readonly<Record<string, string>>,
  bytes: Uint8Array,
): Promise<Content> {
  const csv = csvQueryFields && readCsv(contentType, bytes);
  if (!csv) return { query, body: await parseJsonBody(bytes, longLists), form: 'json' };
  const isField = ([name]: [string, string]) => csvQueryFields.includes(name);
  const entries = Object.entries(query);
  return {
    query: Object.fromEntries(entries.filter((entry) => !isField(entry))),
    body: { ...Object.fromEntries(entries.filter(isField)), csv },
    form: `csv;${csv.charset?.toLowerCase() ?? ''}`,
  };
}

/** @returns undefined if the body is labelled as JSON, or not at all */
function readCsv(contentType: string | null, bytes: Uint8Array): CsvFile | undefined {
  if (WORKBOOKS.some((start) => start.equals(bytes.subarray(0, start.length)))) {
    throw unsupported('The body is an Excel workbook: save it as CSV UTF-8 and send that.');
  }
  if (!contentType) return undefined;
  const type = parseType(contentType);
  const isCsv = CSV_TYPES.some((it) => it === type?.essence);
  if (type && (JSON_TYPE.test(type.essence) || (type.essence === 'text/plain' && isObject(bytes)))) return undefined;
  if (!type || !isCsv) {
    throw unsupported(`The content type must be ${CSV_TYPES.join(', ')} or application/json, not '${contentType}'.`);
  }
  const charset = type.params.get('charset') ?? undefined;
  if (charset !== undefined && !isEncoding(charset)) {
    throw unsupported(`'${charset}' is not a known charset: send UTF-8, UTF-16LE or, for instance, windows-1252.`);
  }
  return new CsvFile(bytes, charset);
}

function parseType(contentType: string): MIMEType | undefined {
  try {
    return new MIMEType(contentType);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** Returns whether a body may be a JSON object: `fetch` labels every string `text/plain`. */
function isObject(bytes: Uint8Array): boolean {
  const start = BOM.equals(bytes.subarray(0, BOM.length)) ? BOM.length : 0;
  const first = bytes.subarray(start).find((byte) => byte > 0x20);
  return first === OPENING_BRACE;
}

/** @see WHATWG Encoding §4.2, names and labels */
function isEncoding(label: string): boolean {
  try {
    return new TextDecoder(label, { fatal: true }).encoding !== '';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function unsupported(message: string): SwitchboardError {
  return new SwitchboardError('UnsupportedMediaType', message, { target: 'Content-Type' });
}

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
 * Parses a JSON body. In a long one, arrays of the outermost object with these names become `JsonList`s.
 *
 * @throws SwitchboardError `InvalidJson`
 */
export async function parseJsonBody(bytes: Uint8Array, longLists: readonly string[] = []): Promise<unknown> {
  if (longLists.length === 0 || bytes.length < LONG_BYTES) return parseJson(bytes);
  const { rest, lists } = extractLists(bytes, longLists);
  const areWellFormed = await Promise.all(lists.map(({ list }) => list.isWellFormed()));
  // Only the parser for the whole body reports the position of an error.
  if (lists.length === 0 || areWellFormed.includes(false)) return parseJson(bytes);
  try {
    const body = (await parseJson(rest)) as Record<string, unknown>;
    for (const { name, list } of lists) if (Array.isArray(body[name])) body[name] = list; // a later member may differ
    return body;
  } catch {
    return parseJson(bytes);
  }
}
