import { timingSafeEqual } from 'node:crypto';
import type { ServerSecret } from './serverSecret.ts';

/** Half of the code, which is as much as may be left away. @see RFC 2104 §5 */
const SEAL_BYTES = 16;

type Parts = readonly (string | number)[];

/** Shows that this installation has written something: 22 characters of base64url. */
export function sealOf(secret: ServerSecret, purpose: string, parts: Parts): string {
  return sealBytes(secret, purpose, parts).toString('base64url');
}

/** Whether a seal is the one of these parts. */
export function isSealOf(seal: string, secret: ServerSecret, purpose: string, parts: Parts): boolean {
  const given = Buffer.from(seal, 'base64url');
  return given.length === SEAL_BYTES && timingSafeEqual(given, sealBytes(secret, purpose, parts));
}

function sealBytes(secret: ServerSecret, purpose: string, parts: Parts): Buffer {
  return secret.mac(purpose, parts).subarray(0, SEAL_BYTES);
}
