import { contentHash } from '../../../shared/signing/sign.ts';
import { type Capture, withPath } from './capture.ts';
import { parseHar } from './har.ts';

const CURL_REQUEST = /^> \S+ \S+ HTTP\//m;

/**
 * Reads a request that was written down: the bytes of HTTP/1.1, the lines of `curl -v`, or HAR.
 *
 * @throws Error with one line when it is none of these
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

/** @throws Error when the first line is no request line, or another no header */
function parseHead([first = '', ...lines]: readonly string[]): Omit<Capture, 'body'> {
  const [, method, address] = /^(\S+) (\S.*?)(?: HTTP\/[\d.]+)?$/.exec(first) ?? [];
  if (!method || !address)
    throw new Error("The file must begin with a request line, such as 'POST /sms?api-version=… HTTP/1.1'.");
  const headers = new Map(lines.filter((line) => line !== '').map(parseHeader));
  return withPath(method, address, headers);
}

function parseHeader(line: string): [string, string] {
  const [, name, value] = /^([^\s:]+):(.*)$/.exec(line) ?? [];
  if (name === undefined || value === undefined)
    throw new Error('A line before the empty one is no header: it must read name: value.');
  return [name.toLowerCase(), value.trim()];
}

/** The body without the newline that an editor has put at the end of the file; undefined where it was not written down. */
function bodyOf(headers: ReadonlyMap<string, string>, bytes: Buffer): Buffer | undefined {
  const length = Number(headers.get('content-length') ?? Number.NaN);
  if (bytes.length === 0) return length > 0 ? undefined : bytes;
  const trimmed = bytes.subarray(0, /(?<![\r\n])(?:\r?\n)+$/.exec(bytes.toString('latin1'))?.index ?? bytes.length);
  if (length >= trimmed.length && length <= bytes.length) return bytes.subarray(0, length);
  const claimed = headers.get('x-ms-content-sha256');
  return contentHash(bytes) !== claimed && contentHash(trimmed) === claimed ? trimmed : bytes;
}
