import { MIMEType } from 'node:util';
import type { HttpRequest } from '@azure/functions';
import { DEFAULT_BODY_LIMIT_BYTES } from '../contract/common.ts';
import { CsvFile } from '../contract/smsBatch.ts';
import { SwitchboardError } from '../contract/switchboardError.ts';
import type { AnyOperation } from './definition.ts';
import { parseJsonBody } from './json.ts';

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
