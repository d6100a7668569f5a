import { timingSafeEqual } from 'node:crypto';
import {
  type DateHeader,
  isSignableValue,
  likeliestString,
  otherStrings,
  parseAuthorization,
  SCHEME,
  SIGNED_HEADERS,
  type SignableHeader,
  type SignedHeader,
} from './canonical.ts';
import { rememberLast } from './composition.ts';
import { contentHash, type SigningKey, signature } from './sign.ts';

/** A received request without its body. */
export interface ReceivedHeaders {
  readonly method: string;
  /** Path and query as received, e.g. `/sms?api-version=2021-03-07`. */
  readonly target: string;
  /** True if a host has decoded the path (as the Azure Functions host does). */
  readonly pathWasDecoded?: boolean;
  /** True for HTTP on localhost, where the Azure SDK for Python signs the path without its leading slash. */
  readonly isLoopbackHttp?: boolean;
  /** The Host values that the client may have used, most likely first. */
  readonly hosts: readonly string[];
  /** True to accept only what ACS accepts: a signature over exactly three headers. */
  readonly isAcsScheme?: boolean;
  /** Returns a header by its lower-case name. */
  readonly header: (name: string) => string | null | undefined;
}

export interface ReceivedRequest extends ReceivedHeaders {
  readonly body: Uint8Array;
}

/** Why verification failed: a header is missing or malformed, or the hash, date or signature differs. */
export type DifferingPart = 'missing header' | 'malformed' | 'date' | 'hash' | 'signature';

export interface Refusal {
  readonly ok: false;
  readonly part: DifferingPart;
  readonly message: string;
}

export type Verification =
  /** `keyIndex`: index of the key that made the signature. */
  { readonly ok: true; readonly keyIndex: number } | Refusal;

export type HeadersVerification = VerifiedHeaders | Refusal;

export interface VerifiedHeaders {
  readonly ok: true;
  /** Index of the key that made the signature. */
  readonly keyIndex: number;
  /** Expected hash of the body, for `verifyBody`. */
  readonly contentHash: string;
  /** Additional signed headers. */
  readonly moreHeaders: readonly SignableHeader[];
  /** base64. A signature identifies one request within one second. */
  readonly signature: string;
  readonly signedOn: Date;
}

export type BodyVerification = { readonly ok: true } | Refusal;

/** The tolerance of ACS between the clocks of client and server. */
export const MAXIMUM_CLOCK_SKEW_MILLISECONDS = 5 * 60 * 1000;

interface SignatureClaim {
  readonly dateHeader: DateHeader;
  readonly date: string;
  /** Epoch milliseconds of the date. */
  readonly signedAt: number;
  readonly contentHash: string;
  readonly more: readonly SignedHeader[];
  /** base64 */
  readonly signature: string;
}

/**
 * Verifies a request against several keys. Never throws. No message reveals an expected hash or signature.
 *
 * @param now the server's time
 */
export function verify(request: ReceivedRequest, keys: readonly SigningKey[], now: Date): Verification {
  const headers = verifyHeaders(request, keys, now);
  if (!headers.ok && headers.part !== 'signature') return headers;
  // If body and hash differ, that explains a differing signature better.
  const body = verifyBody(headers.ok ? headers.contentHash : (request.header(HASH_HEADER) ?? ''), request.body);
  if (!body.ok) return body;
  return headers.ok ? { ok: true, keyIndex: headers.keyIndex } : headers;
}

/**
 * The first half of `verify`: everything except the body, which need not have been read. A server that reads the body
 * afterwards spends little on unauthenticated callers.
 */
export function verifyHeaders(request: ReceivedHeaders, keys: readonly SigningKey[], now: Date): HeadersVerification {
  const claim = readClaim(request);
  if ('ok' in claim) return claim;
  const skew = Math.abs(claim.signedAt - now.getTime());
  if (skew > MAXIMUM_CLOCK_SKEW_MILLISECONDS) {
    const name = DISPLAYED[claim.dateHeader];
    return refused('date', `'${name}' differs from the server's time (${now.toUTCString()}) by more than 5 minutes.`);
  }
  const keyIndex = matchingKey(request, claim, keys);
  if (keyIndex >= 0) return verified(keyIndex, claim);
  return refused(
    'signature',
    'The signature differs: check the key, the method, the path and query as sent, and the host.',
  );
}

function verified(keyIndex: number, claim: SignatureClaim): VerifiedHeaders {
  return {
    ok: true,
    keyIndex,
    contentHash: claim.contentHash,
    moreHeaders: claim.more.map(([name]) => name),
    signature: claim.signature,
    signedOn: new Date(claim.signedAt),
  };
}

/** The second half of `verify`. @param expectedHash from `verifyHeaders` */
export function verifyBody(expectedHash: string, body: Uint8Array): BodyVerification {
  if (contentHash(body) === expectedHash) return { ok: true };
  const differs = "Request 'x-ms-content-sha256' differs from generated content hash";
  const message =
    body.length > 0
      ? `${differs}.`
      : `${differs}: no body arrived (a body needs a Content-Length; chunked bodies are not read).`;
  return refused('hash', message);
}

const HASH_HEADER = 'x-ms-content-sha256';

/** Header names as shown in messages. */
const DISPLAYED = { date: 'Date', 'x-ms-date': 'x-ms-date' } as const;

const FORM =
  `'Authorization' must read '${SCHEME} SignedHeaders=${SIGNED_HEADERS}&Signature=<base64>' ` +
  "('date' instead of 'x-ms-date' if Date is signed; additional signed headers follow, such as ';acting-user').";

function readClaim(request: ReceivedHeaders): SignatureClaim | Refusal {
  const hash = request.header(HASH_HEADER);
  const header = request.header('authorization');
  if (!header) return refused('missing header', "The header 'Authorization' is missing.");
  if (!hash) return refused('missing header', `The header '${HASH_HEADER}' is missing.`);
  const authorization = parseAuthorization(header);
  const isUnknownToAcs = request.isAcsScheme === true && authorization?.moreHeaders.length !== 0;
  if (!authorization || !DIGEST.test(authorization.signature) || isUnknownToAcs) return refused('malformed', FORM);
  const { dateHeader } = authorization;
  const date = request.header(dateHeader);
  if (!date) return refused('missing header', `The header '${DISPLAYED[dateHeader]}' is missing.`);
  const signedAt = epochOf(date);
  if (Number.isNaN(signedAt)) {
    const example = 'Thu, 15 Jan 2026 08:30:00 GMT';
    return refused('malformed', `'${DISPLAYED[dateHeader]}' must be an RFC 1123 date in GMT, such as '${example}'.`);
  }
  if (!DIGEST.test(hash)) return refused('malformed', `'${HASH_HEADER}' must be the base64 of a SHA-256 hash.`);
  const more = signedHeaders(authorization.moreHeaders, request);
  if ('ok' in more) return more;
  return { dateHeader, date, signedAt, contentHash: hash, more, signature: authorization.signature };
}

/** The additional headers with their values, or the refusal for an invalid one. */
function signedHeaders(names: readonly SignableHeader[], { header }: ReceivedHeaders): SignedHeader[] | Refusal {
  const headers: SignedHeader[] = [];
  for (const name of names) {
    const value = header(name);
    if (!value) return refused('missing header', `'${name}' is listed in SignedHeaders but missing from the request.`);
    if (!isSignableValue(value)) return refused('malformed', `The signed header '${name}' must be printable ASCII.`);
    headers.push([name, value]);
  }
  return headers;
}

/** The base64 of 32 bytes. As it has 43 digits, the last two bits of the last one are zero. */
const DIGEST = new RegExp(`^${'[A-Za-z0-9+/]'.repeat(42)}[AEIMQUYcgkosw048]=$`);

/** Epoch milliseconds of an RFC 1123 date; NaN for any other text. */
const epochOf = rememberLast((date: string) => {
  const epoch = Date.parse(date);
  return new Date(epoch).toUTCString() === date ? epoch : Number.NaN;
});

/** The index of the key that made the signature over one of the candidates; -1 if none did. */
function matchingKey(request: ReceivedHeaders, claim: SignatureClaim, keys: readonly SigningKey[]): number {
  if (request.hosts.length === 0) return -1;
  const received = Buffer.from(claim.signature);
  const keyOf = (text: string) => keys.findIndex((key) => timingSafeEqual(Buffer.from(signature(text, key)), received));
  let index = keyOf(likeliestString(request, claim));
  if (index >= 0) return index; // as a rule: a generator would take a tenth of the time
  for (const text of otherStrings(request, claim)) {
    index = keyOf(text);
    if (index >= 0) break;
  }
  return index;
}

function refused(part: DifferingPart, message: string): Refusal {
  return { ok: false, part, message };
}
