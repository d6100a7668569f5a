import { createHmac, hash } from 'node:crypto';
import { SCHEME, SIGNED_HEADERS, signedTarget, stringToSign } from './canonical.ts';
import type { SigningKey } from './keys.ts';

export interface RequestToSign {
  /** Any case; signed in upper case. */
  readonly method: string;
  /** Absolute http(s) URL, percent-encoded as it will be sent. */
  readonly url: string | URL;
  /** The bytes that will be sent; text is sent as UTF-8. */
  readonly body?: string | Uint8Array | undefined;
  /** Time of signing; ACS refuses more than 5 minutes of difference from its own clock. */
  readonly date: Date;
}

/** The headers to add to the request, lower-case names. */
export interface SignatureHeaders {
  readonly host: string;
  readonly 'x-ms-date': string;
  readonly 'x-ms-content-sha256': string;
  readonly authorization: string;
}

/** base64(SHA-256(body)); text is hashed as UTF-8. */
export function contentHash(body: string | Uint8Array | undefined): string {
  return hash('sha256', body ?? '', 'base64');
}

/** base64(HMAC-SHA256(key, text)). */
export function signature(text: string, key: SigningKey): string {
  return createHmac('sha256', key.secret).update(text).digest('base64');
}

/**
 * Signs one request for ACS or for Switchboard, with the result of the official `@azure/communication-common` policy.
 *
 * @throws TypeError when `url` is not an absolute URL.
 */
export function sign(request: RequestToSign, key: SigningKey): SignatureHeaders {
  const url = typeof request.url === 'string' ? new URL(request.url) : request.url;
  const host = url.host;
  const date = request.date.toUTCString();
  const bodyHash = contentHash(request.body);
  const target = signedTarget(url.pathname, url.search.slice(1));
  const text = stringToSign(request.method.toUpperCase(), target, date, host, bodyHash);
  return {
    host,
    'x-ms-date': date,
    'x-ms-content-sha256': bodyHash,
    authorization: `${SCHEME} SignedHeaders=${SIGNED_HEADERS}&Signature=${signature(text, key)}`,
  };
}
