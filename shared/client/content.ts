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
  if (content instanceof Uint8Array) return { bytes: new Uint8Array(content), hasText: false };
  if (content instanceof Blob || content instanceof ReadableStream) {
    return { bytes: await bytesOf(content, signal), hasText: false };
  }
  const pieces = await collect(content, signal);
  const parts = pieces.map((piece) => (typeof piece === 'string' ? piece : new Uint8Array(piece)));
  return { bytes: await bytesOf(new Blob(parts), signal), hasText: parts.some((part) => typeof part === 'string') };
}

async function bytesOf(content: Blob | ReadableStream<Uint8Array>, signal: AbortSignal | undefined) {
  return new Uint8Array(await abortable(new Response(content).arrayBuffer(), signal));
}

/** All elements. An abort closes a source that is waited for. */
export async function collect<Element>(
  source: Iterable<Element> | AsyncIterable<Element>,
  signal: AbortSignal | undefined,
): Promise<Element[]> {
  signal?.throwIfAborted();
  if (!(Symbol.asyncIterator in source)) return [...source];
  const elements: Element[] = [];
  const iterator = source[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { done, value } = await abortable(iterator.next(), signal);
      if (done) return elements;
      elements.push(value);
    }
  } catch (error) {
    Promise.resolve(iterator.return?.()).catch(() => undefined); // the error that ended it is thrown
    throw error;
  }
}
