import { timingSafeEqual } from 'node:crypto';
import { hostForms, SCHEME, SIGNED_HEADERS, stringToSign, targetForms } from './canonical.ts';
import type { SigningKey } from './keys.ts';
import { contentHash, signature } from './sign.ts';

export interface ReceivedRequest {
  readonly method: string;
  /** Path and query as received, e.g. `/sms?api-version=2021-03-07`. */
  readonly target: string;
  /** True when the host in front has undone percent-encoding in the path (as the Azure Functions host does). */
  readonly pathWasDecoded?: boolean;
  /** The Host values under which the client may know us, most likely first. */
  readonly hosts: readonly string[];
  /** The value of a header by its lower-case name. */
  readonly header: (name: string) => string | null | undefined;
  readonly body: Uint8Array;
}

/** What differed: a header is absent, has no usable form, or holds a hash, date or signature that does not fit. */
export type DifferingPart = 'missing header' | 'malformed' | 'date' | 'hash' | 'signature';

export type Verification =
  /** `keyIndex`: which of the given keys the signature was made with. */
  | { readonly ok: true; readonly keyIndex: number }
  | { readonly ok: false; readonly part: DifferingPart; readonly message: string };

/** ACS's own tolerance between the client's clock and the server's. */
export const MAXIMUM_CLOCK_SKEW_MILLISECONDS = 5 * 60 * 1000;

const AUTHORIZATION = new RegExp(`^${SCHEME} SignedHeaders=${SIGNED_HEADERS}&Signature=([A-Za-z0-9+/]{43}=)$`);

interface Claim {
  readonly date: string;
  readonly contentHash: string;
  readonly signature: Buffer;
}

/**
 * Verifies a request against several keys. Never throws, and no message contains an expected hash or signature.
 *
 * @param now the server's time
 */
export function verify(request: ReceivedRequest, keys: readonly SigningKey[], now: Date): Verification {
  const claim = readClaim(request);
  if ('ok' in claim) return claim;
  const skew = Math.abs(Date.parse(claim.date) - now.getTime());
  if (skew > MAXIMUM_CLOCK_SKEW_MILLISECONDS) {
    return refused('date', `'x-ms-date' differs from the server's time (${now.toUTCString()}) by more than 5 minutes.`);
  }
  if (claim.contentHash !== contentHash(request.body)) return refused('hash', hashMessage(request));
  const keyIndex = matchingKey(request, claim, keys);
  if (keyIndex >= 0) return { ok: true, keyIndex };
  return refused(
    'signature',
    'The signature differs: check the key, the method, the path and query as sent, and the host.',
  );
}

function hashMessage({ body }: ReceivedRequest): string {
  const differs = "Request 'x-ms-content-sha256' differs from generated content hash";
  return body.length > 0
    ? `${differs}.`
    : `${differs}: no body arrived (a body needs a Content-Length; chunked bodies are not read).`;
}

function readClaim(request: ReceivedRequest): Claim | Extract<Verification, { ok: false }> {
  const date = request.header('x-ms-date');
  const hash = request.header('x-ms-content-sha256');
  const authorization = request.header('authorization');
  if (!authorization) return refused('missing header', "The header 'Authorization' is missing.");
  if (!date) return refused('missing header', "The header 'x-ms-date' is missing.");
  if (!hash) return refused('missing header', "The header 'x-ms-content-sha256' is missing.");
  const signed = decodeDigest(AUTHORIZATION.exec(authorization)?.[1]);
  if (!signed) {
    return refused(
      'malformed',
      `'Authorization' must read '${SCHEME} SignedHeaders=${SIGNED_HEADERS}&Signature=<base64>'.`,
    );
  }
  if (!isRfc1123(date)) {
    return refused(
      'malformed',
      "'x-ms-date' must be an RFC 1123 date in GMT, such as 'Thu, 15 Jan 2026 08:30:00 GMT'.",
    );
  }
  if (!decodeDigest(hash)) return refused('malformed', "'x-ms-content-sha256' must be the base64 of a SHA-256 hash.");
  return { date, contentHash: hash, signature: signed };
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
function matchingKey(request: ReceivedRequest, claim: Claim, keys: readonly SigningKey[]): number {
  const method = request.method.toUpperCase();
  const hosts = hostForms(request.hosts);
  for (const target of targetForms(request.target, request.pathWasDecoded ?? false)) {
    for (const host of hosts) {
      const text = stringToSign(method, target, claim.date, host, claim.contentHash);
      const index = keys.findIndex((key) => sameSignature(signature(text, key), claim.signature));
      if (index >= 0) return index;
    }
  }
  return -1;
}

function sameSignature(expected: string, received: Buffer): boolean {
  return timingSafeEqual(Buffer.from(expected, 'base64'), received);
}

function refused(part: DifferingPart, message: string): Extract<Verification, { ok: false }> {
  return { ok: false, part, message };
}
