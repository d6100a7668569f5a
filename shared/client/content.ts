import { abortable } from './abort.ts';

/** Text or bytes, at once or piece by piece: a string, a `File`, the body of a response, a stream of Node. */
export type Content =
  | string
  | Uint8Array
  | Blob
  | ReadableStream<Uint8Array>
  | AsyncIterable<string | Uint8Array>
  | Iterable<string | Uint8Array>;

interface ReadContent {
  /** Text as UTF-8. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Whether any of it was text, so that its encoding is known. */
  readonly hasText: boolean;
}

/** Reads all of a content. A signature covers the whole body, so it is read before it is sent. */
export async function readContent(content: Content, signal: AbortSignal | undefined): Promise<ReadContent> {
  signal?.throwIfAborted();
  if (typeof content === 'string') return { bytes: new TextEncoder().encode(content), hasText: true };
  if (isBytes(content)) return { bytes: new Uint8Array(content), hasText: false };
  if (content instanceof Blob || content instanceof ReadableStream) {
    return { bytes: await bytesOf(content, signal), hasText: false };
  }
  return readPieces(content, signal);
}

/** Characters encoded at once: one call for each of a million lines would be slow. */
const ENCODED_LENGTH = 1_000_000;

async function readPieces(
  content: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<ReadContent> {
  const chunks: Uint8Array[] = [];
  let text = '';
  let hasText = false;
  const encode = () => {
    if (text !== '') chunks.push(new TextEncoder().encode(text));
    text = '';
  };
  await forEach(content, signal, (piece) => {
    if (typeof piece === 'string') {
      hasText = true;
      text += piece;
      if (text.length >= ENCODED_LENGTH) encode();
    } else {
      encode();
      chunks.push(copyOf(piece));
    }
  });
  encode();
  return { bytes: joined(chunks), hasText };
}

function joined(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/**
 * A copy: the source may fill the same bytes again.
 *
 * @throws TypeError for anything but bytes, such as the objects of a parsed CSV, which would become empty
 */
function copyOf(piece: unknown): Uint8Array {
  if (isBytes(piece)) return new Uint8Array(piece);
  throw new TypeError('A CSV in pieces consists of strings or of Uint8Arrays.');
}

/** Also for those of another realm, such as the Buffers that tests in a `node:vm` get from Node. */
function isBytes(value: unknown): value is Uint8Array {
  return Object.prototype.toString.call(value) === '[object Uint8Array]';
}

/** Byte order marks. @see https://encoding.spec.whatwg.org/#bom-sniff */
const MARKS = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
] as const;

/** Decodes bytes by their byte order mark, or as `charset` without one. @throws TypeError if they are invalid in it */
export function textOf(bytes: Uint8Array, charset = 'utf-8'): string {
  const [marked] = MARKS.find(([, mark]) => mark.every((byte, at) => bytes[at] === byte)) ?? [];
  return new TextDecoder(marked ?? charset, { fatal: true }).decode(bytes);
}

async function bytesOf(content: Blob | ReadableStream<Uint8Array>, signal: AbortSignal | undefined) {
  return new Uint8Array(await abortable(new Response(content).arrayBuffer(), signal));
}

/** Collects all elements. An abort while waiting for one closes the source. */
export async function collect<Element>(
  source: Iterable<Element> | AsyncIterable<Element>,
  signal: AbortSignal | undefined,
): Promise<Element[]> {
  const elements: Element[] = [];
  await forEach(source, signal, (element) => elements.push(element));
  return elements;
}

async function forEach<Element>(
  source: Iterable<Element> | AsyncIterable<Element>,
  signal: AbortSignal | undefined,
  take: (element: Element) => void,
): Promise<void> {
  signal?.throwIfAborted();
  if (!(Symbol.asyncIterator in source)) {
    for (const element of source) take(element);
    return;
  }
  const iterator = source[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { done, value } = await abortable(iterator.next(), signal);
      if (done) return;
      take(value);
    }
  } catch (error) {
    Promise.resolve(iterator.return?.()).catch(() => undefined); // the error that ended it is thrown
    throw error;
  }
}
