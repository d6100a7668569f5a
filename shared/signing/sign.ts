import { createHmac, hash } from 'node:crypto';
import {
  isSignable,
  isSignableValue,
  SCHEME,
  SIGNABLE_HEADERS,
  SIGNED_HEADERS,
  type SignedHeader,
  signedTarget,
  stringToSign,
} from './canonical.ts';
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
  /**
   * Further headers to sign, which the request must be sent with: `acting-user`, `idempotency-key`, `operation-id`,
   * `repeatability-request-id`, `content-type`. For Switchboard only: ACS refuses a request that signs more than its three.
   */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** The headers to add to the request, lower-case names. */
export interface SignatureHeaders {
  readonly host: string;
  readonly 'x-ms-date': string;
  readonly 'x-ms-content-sha256': string;
  readonly authorization: string;
}

/** Keeps the latest result: whoever sends fast sends to one address, many times within one second. */
function rememberLast<Key extends string | number, Value>(compute: (key: Key) => Value): (key: Key) => Value {
  let latest: { readonly key: Key; readonly value: Value } | undefined;
  return (key) => {
    if (latest?.key !== key) latest = { key, value: compute(key) };
    return latest.value;
  };
}

/** base64(SHA-256(body)); text is hashed as UTF-8. */
export function contentHash(body: string | Uint8Array | undefined): string {
  return hash('sha256', body ?? '', 'base64');
}

/** base64(HMAC-SHA256(key, text)). */
export function signature(text: string, key: SigningKey): string {
  return createHmac('sha256', key.secret).update(text).digest('base64');
}

/** The parts of a URL that are signed. */
function address(url: URL): { host: string; target: string } {
  return { host: url.host, target: signedTarget(url.pathname, url.search.slice(1)) };
}

const parsedAddress = rememberLast((url: string) => address(new URL(url)));

const httpDate = rememberLast((epochSeconds: number) => new Date(epochSeconds * 1000).toUTCString());

function moreHeaders(headers: Readonly<Record<string, string>>): SignedHeader[] {
  return Object.entries(headers).map(([name, value]) => {
    const known = name.toLowerCase();
    if (!isSignable(known)) throw new TypeError(`Only these headers can be signed: ${SIGNABLE_HEADERS.join(', ')}.`);
    if (!isSignableValue(value)) throw new TypeError(`'${known}' must be printable ASCII without spaces around it.`);
    return [known, value];
  });
}

/**
 * Signs one request for ACS or for Switchboard, with the result of the official `@azure/communication-common` policy.
 *
 * @throws TypeError when `url` is not an absolute URL, or a further header cannot be signed.
 */
export function sign(request: RequestToSign, key: SigningKey): SignatureHeaders {
  const { host, target } = typeof request.url === 'string' ? parsedAddress(request.url) : address(request.url);
  const date = httpDate(Math.floor(request.date.getTime() / 1000));
  const bodyHash = contentHash(request.body);
  const more = request.headers ? moreHeaders(request.headers) : [];
  const names = more.reduce((list, [name]) => `${list};${name}`, SIGNED_HEADERS);
  const text = stringToSign(request.method.toUpperCase(), target, date, host, bodyHash, more);
  return {
    host,
    'x-ms-date': date,
    'x-ms-content-sha256': bodyHash,
    authorization: `${SCHEME} SignedHeaders=${names}&Signature=${signature(text, key)}`,
  };
}
