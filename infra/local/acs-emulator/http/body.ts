import type { IncomingMessage } from 'node:http';

/** The largest body that any service takes: an e-mail of 10 MB. */
export const MAXIMUM_BODY_BYTES = 10 * 1024 * 1024;

const EMPTY = Buffer.alloc(0);

/**
 * Reads a request's body; undefined when it is too large. It is then read to its end all the same: an answer in the
 * middle of an upload reaches the client as a broken connection.
 *
 * @throws when the client breaks off
 */
export async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes <= MAXIMUM_BODY_BYTES) chunks.push(chunk);
  }
  if (sizeBytes > MAXIMUM_BODY_BYTES) return undefined;
  const [first = EMPTY, ...rest] = chunks;
  return rest.length === 0 ? first : Buffer.concat(chunks);
}
