import { createHash, createHmac } from 'node:crypto';
import type { WireRequest } from './wire.ts';

/**
 * Whether one of the keys has signed the request.
 *
 * @see https://learn.microsoft.com/azure/communication-services/tutorials/hmac-header-tutorial
 */
export function isSignedBy(keys: Iterable<string>, request: WireRequest): boolean {
  const date = request.header('x-ms-date') ?? '';
  const hash = createHash('sha256').update(request.body).digest('base64');
  if (request.header('x-ms-content-sha256') !== hash) return false;
  const signature = /Signature=(.+)$/.exec(request.header('authorization') ?? '')?.[1];
  const text = `${request.method}\n${request.target}\n${date};${request.host};${hash}`;
  for (const key of keys) {
    if (createHmac('sha256', Buffer.from(key, 'base64')).update(text).digest('base64') === signature) return true;
  }
  return false;
}

/** How far a client's clock may be off. */
export const ALLOWED_SKEW_MILLISECONDS = 5 * 60_000;
