import { abortable } from './abort.ts';

/** Text or bytes, at once or piece by piece: a string, a `File`, the body of a response, a stream of Node. */
export type Content =
  | string
  | Uint8Array
  | Blob
  | ReadableStream<Uint8Array>
  | AsyncIterable<string | Uint8Array>
  | Iterable<string | Uint8Array>;

/** All bytes of a content; text as UTF-8. A signature covers the whole body, so it is read before it is sent. */
export async function readBytes(content: Content, signal: AbortSignal | undefined): Promise<Uint8Array<ArrayBuffer>> {
  signal?.throwIfAborted();
  if (typeof content === 'string') return new TextEncoder().encode(content);
  if (content instanceof Uint8Array) return new Uint8Array(content);
  if (content instanceof Blob || content instanceof ReadableStream) {
    return new Uint8Array(await abortable(new Response(content).arrayBuffer(), signal));
  }
  const pieces = await collect(content, signal);
  return new Uint8Array(
    await new Blob(pieces.map((piece) => (typeof piece === 'string' ? piece : new Uint8Array(piece)))).arrayBuffer(),
  );
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
    iterator.return?.().catch(() => undefined); // the error that ended it is thrown
    throw error;
  }
}
