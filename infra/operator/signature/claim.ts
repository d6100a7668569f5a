import {
  type DateHeader,
  isSignableValue,
  parseAuthorization,
  type SignedHeader,
} from '../../../shared/signing/canonical.ts';
import type { Capture } from './capture.ts';
import type { Part } from './parts.ts';

/** What the headers of a request say of its signature. */
export interface Claim {
  /** The header whose date is signed. */
  readonly dateHeader: DateHeader;
  readonly date: string;
  readonly contentHash: string;
  /** As it stands in the header. */
  readonly signature: string;
}

export interface Flaw {
  readonly part: Part;
  readonly message: string;
  readonly remedy: string;
}

const FORM =
  "Authorization must read 'HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=<base64>' (or date instead of x-ms-date; further headers to sign follow, such as ;acting-user)";

/** The header whose date the request says is signed: the one that SignedHeaders names. */
export function signedDateHeader(headers: Capture['headers']): DateHeader {
  return parseAuthorization(headers.get('authorization') ?? '')?.dateHeader ?? 'x-ms-date';
}

/** The further headers that SignedHeaders names, with the values that are there. */
export function furtherHeaders(headers: Capture['headers']): SignedHeader[] {
  const names = parseAuthorization(headers.get('authorization') ?? '')?.moreHeaders ?? [];
  return names.map((name) => [name, headers.get(name) ?? '']);
}

/** The claim, or what is wrong with the form of the headers. */
export function readClaim({ headers }: Capture): Claim | Flaw {
  const authorization = headers.get('authorization') ?? '';
  const dateHeader = signedDateHeader(headers);
  const missing = ['authorization', dateHeader, 'x-ms-content-sha256'].find((name) => !headers.get(name));
  if (missing !== undefined) return missingHeader(missing, headers);
  const parsed = parseAuthorization(authorization);
  if (!parsed) return malformed(authorization);
  const date = headers.get(dateHeader) ?? '';
  const contentHash = headers.get('x-ms-content-sha256') ?? '';
  const claim = { dateHeader, date, contentHash, signature: parsed.signature };
  return dateFlaw(claim) ?? hashFlaw(contentHash) ?? furtherFlaw(headers) ?? claim;
}

function furtherFlaw(headers: Capture['headers']): Flaw | undefined {
  const [name, value] = furtherHeaders(headers).find(([, text]) => !isSignableValue(text)) ?? [];
  if (name === undefined) return undefined;
  const problem = value === '' ? 'the request has no such header' : 'its value is not printable ASCII';
  const remedy = `Send ${name} with the value that was signed, or leave it out of SignedHeaders.`;
  return { part: 'header', message: `SignedHeaders names ${name}, but ${problem}.`, remedy };
}

const OTHER_DATE_HEADER: Readonly<Record<string, DateHeader>> = { date: 'x-ms-date', 'x-ms-date': 'date' };

function missingHeader(name: string, headers: Capture['headers']): Flaw {
  const other = OTHER_DATE_HEADER[name];
  if (other !== undefined && headers.has(other)) {
    return {
      part: 'header',
      message: `The header ${name} is missing: SignedHeaders names it, but the request has ${other} instead.`,
      remedy: `Name the date that is sent: SignedHeaders=${other};host;x-ms-content-sha256 (or send ${name}).`,
    };
  }
  return {
    part: 'header',
    message: `The header ${name} is missing.`,
    remedy: 'Send all three: authorization, x-ms-date (or date), x-ms-content-sha256. A proxy may have removed it.',
  };
}

function malformed(authorization: string): Flaw {
  if (/^Bearer /i.test(authorization)) {
    const message = 'The request has a user token, not a signature.';
    return {
      part: 'header',
      message,
      remedy: 'User tokens are for chat; sign everything else (functions/README.md, "Authentication").',
    };
  }
  const message = `${FORM}: another order, other letters or more spaces are refused.`;
  return { part: 'header', message, remedy: 'Send it in exactly this form.' };
}

function dateFlaw({ dateHeader, date }: Pick<Claim, 'dateHeader' | 'date'>): Flaw | undefined {
  const time = new Date(date);
  if (!Number.isNaN(time.getTime()) && time.toUTCString() === date) return undefined;
  const message = `${dateHeader} is '${date}', which is not an RFC 1123 date in GMT.`;
  return {
    part: 'date',
    message,
    remedy: 'Send it like this: Thu, 15 Jan 2026 08:30:00 GMT (two digits for the day).',
  };
}

function hashFlaw(hash: string): Flaw | undefined {
  if (Buffer.from(hash, 'base64').toString('base64') === hash && hash.length === 44) return undefined;
  const form = /^[0-9a-f]{64}$/i.test(hash)
    ? 'in hexadecimal'
    : /[-_]|[^=]$/.test(hash)
      ? 'base64url, or cut off'
      : 'not base64';
  const message = `x-ms-content-sha256 is '${hash}': ${form}.`;
  return {
    part: 'body',
    message,
    remedy: 'Send the SHA-256 of the body as base64 of 44 characters, with + and / and =.',
  };
}
