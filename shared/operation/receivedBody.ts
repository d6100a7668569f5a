import type { HttpRequest } from '@azure/functions';
import { type AnyOperation, assertBodySize } from './definition.ts';

/**
 * Reads the body of a request, and no more of it than the operation takes.
 *
 * @throws SwitchboardError `PayloadTooLarge`, before reading anything if the announced length already is too large
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
