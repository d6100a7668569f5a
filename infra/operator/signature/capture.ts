import * as z from 'zod';
import { contentHash } from '../../../shared/signing/sign.ts';

/** A captured request. */
export interface Capture {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
  /** Undefined if the capture does not contain it. */
  readonly body: Buffer | undefined;
  /** When the server responded, if the capture contains it. */
  readonly answeredOn?: Date;
}

/** Splits an absolute URL in the request line, as proxies write it. Its host applies if there is no Host header. */
function withPath(method: string, address: string, headers: ReadonlyMap<string, string>): Omit<Capture, 'body'> {
  const [, host, rest] = /^https?:\/\/([^/?#]+)([^#]*)/i.exec(address) ?? [];
  if (host === undefined || rest === undefined) return { method, target: address, headers };
  const target = rest.startsWith('/') ? rest : `/${rest}`;
  return { method, target, headers: new Map([['host', host], ...headers]) };
}

const header = z.object({ name: z.string(), value: z.string() });

/** A request in HAR; alternatively, headers as a plain object and the body next to them. */
const request = z.object({
  method: z.string(),
  url: z.string(),
  headers: z.union([z.array(header), z.record(z.string(), z.string())]),
  postData: z.object({ text: z.string().optional() }).optional(),
  body: z.string().optional(),
});

type HarRequest = z.output<typeof request>;

const entry = z.object({ request });
const archive = z.object({ log: z.object({ entries: z.array(entry).min(1) }) });

const anyForm = z.union([
  archive.transform(({ log }) => log.entries.map((it) => it.request)),
  entry.transform((it) => [it.request]),
  request.transform((it) => [it]),
]);

/** Returns the first signed request of an archive, or its first request. @throws Error with one line if there is none */
function parseHar(text: string): Capture {
  const { data } = anyForm.safeParse(parseJson(text));
  if (!data) throw new Error('The JSON must be HAR or {"method","url","headers","body"}.');
  const captures = data.map(captureOf);
  const [first] = captures;
  const signed = captures.find(({ headers }) => /^HMAC-SHA256/i.test(headers.get('authorization') ?? ''));
  if (!first) throw new Error('The archive contains no request.');
  return signed ?? first;
}

function captureOf({ method, url, headers, postData, body }: HarRequest): Capture {
  const list = Array.isArray(headers)
    ? headers.map(({ name, value }) => [name, value] as const)
    : Object.entries(headers);
  const byName = new Map(
    list.map(([name, value]) => [name.replace(/^:authority$/i, 'host').toLowerCase(), value] as const),
  );
  return { ...withPath(method, url, byName), body: Buffer.from(postData?.text ?? body ?? '') };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('The file looks like JSON but is invalid.');
  }
}

const CURL_REQUEST = /^> \S+ \S+ HTTP\//m;

/**
 * Parses a captured request: HTTP/1.1 bytes, the output of `curl -v`, or HAR.
 *
 * @throws Error with one line for any other content
 */
export function parseCapture(bytes: Buffer): Capture {
  const text = bytes.toString('latin1');
  if (/^\s*[[{]/.test(text)) return parseHar(bytes.toString('utf8'));
  return CURL_REQUEST.test(text) ? parseCurl(bytes.toString('utf8')) : parseRaw(bytes, text);
}

function parseCurl(text: string): Capture {
  const lines = text.split(/\r?\n/);
  const sent = lines.filter((line) => line.startsWith('>')).map((line) => line.slice(2));
  const answered = lines.map((line) => /^< date:(.+)$/i.exec(line)?.[1]).find((date) => date !== undefined);
  const head = parseHead(sent.slice(0, sent.indexOf('')));
  const hasBody = Number(head.headers.get('content-length') ?? 0) > 0 || head.headers.has('transfer-encoding');
  return {
    ...head,
    body: hasBody ? undefined : Buffer.alloc(0),
    ...(answered === undefined ? {} : { answeredOn: new Date(answered) }),
  };
}

function parseRaw(bytes: Buffer, text: string): Capture {
  const end = /\r?\n\r?\n/.exec(text);
  const head = parseHead((end ? text.slice(0, end.index) : text.trimEnd()).split(/\r?\n/));
  return { ...head, body: bodyOf(head.headers, end ? bytes.subarray(end.index + end[0].length) : Buffer.alloc(0)) };
}

/** @throws Error if the first line is not a request line or another line is not a header */
function parseHead([first = '', ...lines]: readonly string[]): Omit<Capture, 'body'> {
  const [, method, address] = /^(\S+) (\S.*?)(?: HTTP\/[\d.]+)?$/.exec(first) ?? [];
  if (!method || !address)
    throw new Error("The file must start with a request line, such as 'POST /sms?api-version=… HTTP/1.1'.");
  const headers = new Map(lines.filter((line) => line !== '').map(parseHeader));
  return withPath(method, address, headers);
}

function parseHeader(line: string): [string, string] {
  const [, name, value] = /^([^\s:]+):(.*)$/.exec(line) ?? [];
  if (name === undefined || value === undefined)
    throw new Error('A line before the empty line is not a header: it must be name: value.');
  return [name.toLowerCase(), value.trim()];
}

/** The body without a trailing newline added by an editor; undefined if the file does not contain it. */
function bodyOf(headers: ReadonlyMap<string, string>, bytes: Buffer): Buffer | undefined {
  const length = Number(headers.get('content-length') ?? Number.NaN);
  if (bytes.length === 0) return length > 0 ? undefined : bytes;
  const trimmed = bytes.subarray(0, /(?<![\r\n])(?:\r?\n)+$/.exec(bytes.toString('latin1'))?.index ?? bytes.length);
  if (length >= trimmed.length && length <= bytes.length) return bytes.subarray(0, length);
  const claimed = headers.get('x-ms-content-sha256');
  return contentHash(bytes) !== claimed && contentHash(trimmed) === claimed ? trimmed : bytes;
}
