import {
  assertAccessKey,
  draftSignature,
  type RequestToSign,
  type SignatureHeaders,
  signatureHeaders,
} from '../../signing/composition.ts';

// `shared/signing/sign.ts` with the Web Crypto API, which browsers offer in secure contexts only.

/** @see https://developer.mozilla.org/docs/Web/API/SubtleCrypto (secure contexts) */
export function canSign(): boolean {
  return globalThis.crypto?.subtle !== undefined;
}

/** A key that no script can read. */
export type WebKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

/**
 * Imports an access key.
 *
 * @throws TypeError unless it is base64; the message never contains it
 */
export async function importWebKey(base64: string): Promise<WebKey> {
  assertAccessKey(base64);
  const bytes = Uint8Array.from(atob(base64), (it) => it.charCodeAt(0));
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
}

/** Signs a request, with the same result as `sign` of `shared/signing`. */
export async function webSign(request: RequestToSign, key: WebKey): Promise<SignatureHeaders> {
  const hash = base64Of(await crypto.subtle.digest('SHA-256', bytesOf(request.body ?? '')));
  const draft = draftSignature(request, hash);
  const signature = base64Of(await crypto.subtle.sign('HMAC', key, bytesOf(draft.stringToSign)));
  return signatureHeaders(draft, signature);
}

function bytesOf(content: string | Uint8Array): Uint8Array<ArrayBuffer> {
  return typeof content === 'string' ? new TextEncoder().encode(content) : new Uint8Array(content);
}

function base64Of(bytes: ArrayBuffer): string {
  return btoa(String.fromCharCode(...new Uint8Array(bytes)));
}
