import { timingSafeEqual } from 'node:crypto';
import { candidateTexts } from './candidates.ts';
import {
  type DateHeader,
  isSignableValue,
  parseAuthorization,
  SCHEME,
  SIGNED_HEADERS,
  type SignableHeader,
  type SignedHeader,
} from './canonical.ts';
import type { SigningKey } from './keys.ts';
import { contentHash, signature } from './sign.ts';

/** A received request without its body: all that the signature covers. */
export interface ReceivedHeaders {
  readonly method: string;
  /** Path and query as received, e.g. `/sms?api-version=2021-03-07`. */
  readonly target: string;
  /** True when the host in front has undone percent-encoding in the path (as the Azure Functions host does). */
  readonly pathWasDecoded?: boolean;
  /** True for http on this machine, where the Azure SDK for Python signs the path without its leading slash. */
  readonly isLoopbackHttp?: boolean;
  /** The Host values under which the client may know us, most likely first. */
  readonly hosts: readonly string[];
  /** True for what ACS itself takes: a signature over three headers, and no more. */
  readonly isAcsScheme?: boolean;
  /** The value of a header by its lower-case name. */
  readonly header: (name: string) => string | null | undefined;
}

export interface ReceivedRequest extends ReceivedHeaders {
  readonly body: Uint8Array;
}

/** What differed: a header is absent, has no usable form, or holds a hash, date or signature that does not fit. */
export type DifferingPart = 'missing header' | 'malformed' | 'date' | 'hash' | 'signature';

export interface Refusal {
  readonly ok: false;
  readonly part: DifferingPart;
  readonly message: string;
}

export type Verification =
  /** `keyIndex`: which of the given keys the signature was made with. */
  { readonly ok: true; readonly keyIndex: number } | Refusal;

export type HeadersVerification = VerifiedHeaders | Refusal;

export interface VerifiedHeaders {
  readonly ok: true;
  /** Which of the given keys the signature was made with. */
  readonly keyIndex: number;
  /** What `verifyBody` compares the body with. */
  readonly contentHash: string;
  /** The further headers that are signed. */
  readonly moreHeaders: readonly SignableHeader[];
  /** base64; one signature stands for one request of one second. */
  readonly signature: string;
  readonly signedOn: Date;
}

export type BodyVerification = { readonly ok: true } | Refusal;

/** ACS's own tolerance between the client's clock and the server's. */
export const MAXIMUM_CLOCK_SKEW_MILLISECONDS = 5 * 60 * 1000;

interface Claim {
  readonly dateHeader: DateHeader;
  readonly date: string;
  readonly contentHash: string;
  readonly more: readonly SignedHeader[];
  readonly signature: Buffer;
}

/**
 * Verifies a request against several keys. Never throws, and no message contains an expected hash or signature.
 *
 * @param now the server's time
 */
export function verify(request: ReceivedRequest, keys: readonly SigningKey[], now: Date): Verification {
  const headers = verifyHeaders(request, keys, now);
  if (!headers.ok && headers.part !== 'signature') return headers;
  // A body that differs from its hash is the better explanation of a signature that differs, too.
  const body = verifyBody(headers.ok ? headers.contentHash : (request.header(HASH_HEADER) ?? ''), request.body);
  if (!body.ok) return body;
  return headers.ok ? { ok: true, keyIndex: headers.keyIndex } : headers;
}

/**
 * The first half of `verify`: everything but the body, which need not have arrived. A server that reads the body only
 * afterwards spends nothing on callers that it does not know.
 */
export function verifyHeaders(request: ReceivedHeaders, keys: readonly SigningKey[], now: Date): HeadersVerification {
  const claim = readClaim(request);
  if ('ok' in claim) return claim;
  const skew = Math.abs(Date.parse(claim.date) - now.getTime());
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

function verified(keyIndex: number, { contentHash: hash, more, signature: signed, date }: Claim): VerifiedHeaders {
  const moreHeaders = more.map(([name]) => name);
  return {
    ok: true,
    keyIndex,
    contentHash: hash,
    moreHeaders,
    signature: signed.toString('base64'),
    signedOn: new Date(date),
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

/** Header names as messages show them. */
const DISPLAYED = { date: 'Date', 'x-ms-date': 'x-ms-date' } as const;

const FORM =
  `'Authorization' must read '${SCHEME} SignedHeaders=${SIGNED_HEADERS}&Signature=<base64>' ` +
  "(with 'date' for 'x-ms-date' where Date is signed; further headers to sign follow, such as ';acting-user').";

function readClaim(request: ReceivedHeaders): Claim | Refusal {
  const hash = request.header(HASH_HEADER);
  const header = request.header('authorization');
  if (!header) return refused('missing header', "The header 'Authorization' is missing.");
  if (!hash) return refused('missing header', `The header '${HASH_HEADER}' is missing.`);
  const authorization = parseAuthorization(header);
  const signed = decodeDigest(authorization?.signature);
  const isUnknownToAcs = request.isAcsScheme === true && authorization?.moreHeaders.length !== 0;
  if (!authorization || !signed || isUnknownToAcs) return refused('malformed', FORM);
  const { dateHeader } = authorization;
  const date = request.header(dateHeader);
  if (!date) return refused('missing header', `The header '${DISPLAYED[dateHeader]}' is missing.`);
  if (!isRfc1123(date)) {
    const example = 'Thu, 15 Jan 2026 08:30:00 GMT';
    return refused('malformed', `'${DISPLAYED[dateHeader]}' must be an RFC 1123 date in GMT, such as '${example}'.`);
  }
  if (!decodeDigest(hash)) return refused('malformed', `'${HASH_HEADER}' must be the base64 of a SHA-256 hash.`);
  const more = signedHeaders(authorization.moreHeaders, request);
  return 'ok' in more ? more : { dateHeader, date, contentHash: hash, more, signature: signed };
}

/** The further headers with their values, or what is wrong with one. */
function signedHeaders(names: readonly SignableHeader[], { header }: ReceivedHeaders): SignedHeader[] | Refusal {
  const headers: SignedHeader[] = [];
  for (const name of names) {
    const value = header(name);
    if (!value) return refused('missing header', `'${name}' is in SignedHeaders, but the request has no such header.`);
    if (!isSignableValue(value)) return refused('malformed', `'${name}' is signed, and must be printable ASCII.`);
    headers.push([name, value]);
  }
  return headers;
}

/** The 32 bytes of a base64 digest; undefined for any other text, also for a second spelling of the same bytes. */
function decodeDigest(base64: string | undefined): Buffer | undefined {
  if (base64 === undefined || base64.length !== 44) return undefined;
  const bytes = Buffer.from(base64, 'base64');
  return bytes.length === 32 && bytes.toString('base64') === base64 ? bytes : undefined;
}

function isRfc1123(date: string): boolean {
  const time = Date.parse(date);
  return !Number.isNaN(time) && new Date(time).toUTCString() === date;
}

/** The index of the key that made the signature under one of the canonical forms; -1 when none did. */
function matchingKey(request: ReceivedHeaders, claim: Claim, keys: readonly SigningKey[]): number {
  for (const text of candidateTexts(request, claim)) {
    const index = keys.findIndex((key) => sameSignature(signature(text, key), claim.signature));
    if (index >= 0) return index;
  }
  return -1;
}

function sameSignature(expected: string, received: Buffer): boolean {
  return timingSafeEqual(Buffer.from(expected, 'base64'), received);
}

function refused(part: DifferingPart, message: string): Refusal {
  return { ok: false, part, message };
}
