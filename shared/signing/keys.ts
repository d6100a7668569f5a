import { createSecretKey, type KeyObject } from 'node:crypto';

/** An access key, ready to sign: the decoded bytes, held so that printing the object does not print the key. */
export interface SigningKey {
  readonly secret: KeyObject;
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/**
 * Decodes a base64 access key as it stands in a connection string.
 *
 * @throws TypeError when the text is empty or not base64; the text itself is never part of the message.
 */
export function importKey(base64: string): SigningKey {
  if (base64.length === 0 || !BASE64.test(base64)) {
    throw new TypeError('An access key must be non-empty base64.');
  }
  return { secret: createSecretKey(base64, 'base64') };
}
