import { createHmac, createSecretKey, hash } from 'node:crypto';
import {
  assertAccessKey,
  draftSignature,
  type RequestToSign,
  type SignatureHeaders,
  signatureHeaders,
} from './composition.ts';

/** base64(SHA-256(body)); a string is hashed as UTF-8. */
export function contentHash(body: string | Uint8Array | undefined): string {
  return hash('sha256', body ?? '', 'base64');
}

/** base64(HMAC-SHA256(key, text)). */
export function signature(text: string, key: SigningKey): string {
  return key.hmac(text);
}

/**
 * Signs one request for ACS or Switchboard, with the same result as the policy of `@azure/communication-common`.
 *
 * @throws TypeError if `url` is not an absolute URL, or an additional header cannot be signed
 */
export function sign(request: RequestToSign, key: SigningKey): SignatureHeaders {
  const draft = draftSignature(request, contentHash(request.body));
  return signatureHeaders(draft, signature(draft.stringToSign, key));
}

/** A decoded access key, held so that printing the object does not reveal it. */
export interface SigningKey {
  /** base64(HMAC-SHA256(key, text)). */
  readonly hmac: (text: string) => string;
}

/**
 * Decodes the base64 access key of a connection string.
 *
 * @throws TypeError if the text is empty or not base64; the message never contains the text
 */
export function importKey(base64: string): SigningKey {
  assertAccessKey(base64);
  return signingKey(Buffer.from(base64, 'base64'));
}

/** A key of any bytes, even none. */
export function signingKey(bytes: Uint8Array): SigningKey {
  const secret = createSecretKey(bytes);
  return { hmac: (text) => createHmac('sha256', secret).update(text).digest('base64') };
}
