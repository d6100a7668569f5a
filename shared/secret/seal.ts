import { timingSafeEqual } from 'node:crypto';
import type { ServerSecret } from './serverSecret.ts';

// Apart from the secret itself: workers verify seals, and a start should not load what creates the secret.

/** Truncated to half of the HMAC, the shortest length that RFC 2104 §5 recommends. */
const SEAL_BYTES = 16;

type Parts = readonly (string | number)[];

/** Authenticates data that this installation wrote: 22 characters of base64url. */
export function sealOf(secret: ServerSecret, purpose: string, parts: Parts): string {
  return sealBytes(secret, purpose, parts).toString('base64url');
}

/** Verifies a seal in constant time. */
export function isSealOf(seal: string, secret: ServerSecret, purpose: string, parts: Parts): boolean {
  const given = Buffer.from(seal, 'base64url');
  return given.length === SEAL_BYTES && timingSafeEqual(given, sealBytes(secret, purpose, parts));
}

function sealBytes(secret: ServerSecret, purpose: string, parts: Parts): Buffer {
  return secret.mac(purpose, parts).subarray(0, SEAL_BYTES);
}
