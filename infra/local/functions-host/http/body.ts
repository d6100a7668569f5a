import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';

/** The platform's limit of a request. */
export const bodyLimitBytes = 104_857_600;

const NOTHING = Buffer.alloc(0);

export type Body = Buffer | 'none' | 'too large' | 'gone';

/** Reads a request's body as far as the platform hands it on: a chunked one, of no announced length, is dropped. */
export async function readBody(request: Readable & Pick<IncomingMessage, 'headers'>): Promise<Body> {
  const length = Number(request.headers['content-length'] ?? 0);
  if (length > bodyLimitBytes) return 'too large';
  if (length === 0) {
    request.resume();
    return 'none';
  }
  let body = Buffer.allocUnsafeSlow(length);
  let filled = 0;
  return new Promise((resolve) => {
    request.on('data', (chunk: Buffer) => {
      filled += chunk.copy(body, filled);
    });
    request.once('end', () => {
      resolve(body);
      body = NOTHING; // these listeners live as long as the request, and a large body should not
    });
    request.once('close', () => resolve('gone'));
  });
}
