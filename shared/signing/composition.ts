import {
  isSignable,
  isSignableValue,
  isSignedAsWritten,
  SCHEME,
  SIGNABLE_HEADERS,
  SIGNED_HEADERS,
  type SignedHeader,
  signedTarget,
  stringToSign,
} from './canonical.ts';

// How a signature is composed, without the hashing: Node and browsers hash with different libraries.

export interface RequestToSign {
  /** Any case; signed in upper case. */
  readonly method: string;
  /** Absolute http(s) URL, percent-encoded as it will be sent. */
  readonly url: string | URL;
  /** The bytes that will be sent; a string is sent as UTF-8. */
  readonly body?: string | Uint8Array | undefined;
  /** Time of signing. ACS rejects a difference of more than 5 minutes from its own clock. */
  readonly date: Date;
  /**
   * Additional headers to sign and to send with the request: `acting-user`, `idempotency-key`, `operation-id`,
   * `repeatability-request-id`, `content-type`. For Switchboard only: ACS rejects additional signed headers.
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

/** A request before it is signed. */
export interface SignatureDraft {
  readonly host: string;
  readonly date: string;
  readonly contentHash: string;
  /** Names of the signed headers, separated by semicolons. */
  readonly names: string;
  readonly stringToSign: string;
}

/** Caches the latest result: a fast sender signs, and sends, many requests in one second. */
export function rememberLast<Key extends string | number, Value>(compute: (key: Key) => Value): (key: Key) => Value {
  let latest: { readonly key: Key; readonly value: Value } | undefined;
  return (key) => {
    if (latest?.key !== key) latest = { key, value: compute(key) };
    return latest.value;
  };
}

/** The signed parts of a URL. */
interface Address {
  readonly host: string;
  readonly target: string;
}

function addressOf(url: URL): Address {
  return { host: url.host, target: signedTarget(url.pathname, url.search.slice(1)) };
}

/** Parses no URL that has the origin of the one before and is written as it is signed: parsing takes as long as hashing. */
function createAddressParser(): (url: string) => Address {
  let latest: { readonly origin: string; readonly host: string } | undefined;
  return (url) => {
    if (latest && url.slice(0, latest.origin.length) === latest.origin) {
      const target = url.slice(latest.origin.length);
      if (isSignedAsWritten(target)) return { host: latest.host, target };
    }
    const parsed = new URL(url);
    const { origin, protocol, host } = parsed;
    if (origin === `${protocol}//${host}`) latest = { origin, host }; // other schemes than http have other origins
    return addressOf(parsed);
  };
}

const parsedAddress = createAddressParser();

const httpDate = rememberLast((epochSeconds: number) => new Date(epochSeconds * 1000).toUTCString());

function moreHeaders(headers: Readonly<Record<string, string>>): SignedHeader[] {
  return Object.entries(headers).map(([name, value]) => {
    const known = name.toLowerCase();
    if (!isSignable(known)) throw new TypeError(`Only these headers can be signed: ${SIGNABLE_HEADERS.join(', ')}.`);
    if (!isSignableValue(value))
      throw new TypeError(`'${known}' must be printable ASCII without leading or trailing spaces.`);
    return [known, value];
  });
}

/**
 * Composes what is to be signed.
 *
 * @param contentHash base64(SHA-256(body))
 * @throws TypeError if `url` is not an absolute URL, or an additional header cannot be signed
 */
export function draftSignature(request: Omit<RequestToSign, 'body'>, contentHash: string): SignatureDraft {
  const { host, target } = typeof request.url === 'string' ? parsedAddress(request.url) : addressOf(request.url);
  const date = httpDate(Math.floor(request.date.getTime() / 1000));
  const more = request.headers ? moreHeaders(request.headers) : [];
  const names = more.reduce((list, [name]) => `${list};${name}`, SIGNED_HEADERS);
  const text = stringToSign(request.method.toUpperCase(), target, date, host, contentHash, more);
  return { host, date, contentHash, names, stringToSign: text };
}

/** The headers of a signed request. @param signature base64(HMAC-SHA256(key, stringToSign)) */
export function signatureHeaders(
  { host, date, contentHash, names }: SignatureDraft,
  signature: string,
): SignatureHeaders {
  return {
    host,
    'x-ms-date': date,
    'x-ms-content-sha256': contentHash,
    authorization: `${SCHEME} SignedHeaders=${names}&Signature=${signature}`,
  };
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** @throws TypeError if an access key is empty or not base64; the message never contains the key */
export function assertAccessKey(base64: string): void {
  if (base64.length === 0 || !BASE64.test(base64)) throw new TypeError('An access key must be non-empty base64.');
}
