import {
  type DateHeader,
  isSignableValue,
  parseAuthorization,
  type SignedHeader,
} from '../../../shared/signing/canonical.ts';
import { contentHash } from '../../../shared/signing/sign.ts';
import type { Capture } from './capture.ts';
import type { Part } from './signedParts.ts';

/** The signature of a request and the signed values in its headers. */
export interface SignatureClaim {
  /** The header with the signed date. */
  readonly dateHeader: DateHeader;
  readonly date: string;
  readonly contentHash: string;
  /** Exactly as in the header. */
  readonly signature: string;
}

export interface Flaw {
  readonly part: Part;
  readonly message: string;
  readonly remedy: string;
}

const FORM =
  "Authorization must read 'HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=<base64>' (or date instead of x-ms-date; further headers to sign follow, such as ;acting-user)";

/** Returns the date header that SignedHeaders names. */
export function signedDateHeader(headers: Capture['headers']): DateHeader {
  return parseAuthorization(headers.get('authorization') ?? '')?.dateHeader ?? 'x-ms-date';
}

/** Returns the further headers that SignedHeaders names, with their values in the request. */
export function furtherHeaders(headers: Capture['headers']): SignedHeader[] {
  const names = parseAuthorization(headers.get('authorization') ?? '')?.moreHeaders ?? [];
  return names.map((name) => [name, headers.get(name) ?? '']);
}

/** Reads the signature headers, or returns what is wrong with their form. */
export function readClaim({ headers }: Capture): SignatureClaim | Flaw {
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
  const remedy = `Send ${name} with the value that was signed, or remove it from SignedHeaders.`;
  return { part: 'header', message: `SignedHeaders names ${name}, but ${problem}.`, remedy };
}

const OTHER_DATE_HEADER: Readonly<Record<string, DateHeader>> = { date: 'x-ms-date', 'x-ms-date': 'date' };

function missingHeader(name: string, headers: Capture['headers']): Flaw {
  const other = OTHER_DATE_HEADER[name];
  if (other !== undefined && headers.has(other)) {
    return {
      part: 'header',
      message: `The header ${name} is missing: SignedHeaders names it, but the request has ${other} instead.`,
      remedy: `Name the date header that is sent: SignedHeaders=${other};host;x-ms-content-sha256 (or send ${name}).`,
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
      remedy: 'User tokens are for chat only; sign everything else (functions/README.md, "Authentication").',
    };
  }
  const message = `${FORM}: any other order, letter case or spacing is rejected.`;
  return { part: 'header', message, remedy: 'Send the header in exactly this form.' };
}

function dateFlaw({ dateHeader, date }: Pick<SignatureClaim, 'dateHeader' | 'date'>): Flaw | undefined {
  const time = new Date(date);
  if (!Number.isNaN(time.getTime()) && time.toUTCString() === date) return undefined;
  const message = `${dateHeader} is '${date}', which is not an RFC 1123 date in GMT.`;
  return {
    part: 'date',
    message,
    remedy: 'Use this form: Thu, 15 Jan 2026 08:30:00 GMT (two digits for the day).',
  };
}

function hashFlaw(hash: string): Flaw | undefined {
  if (Buffer.from(hash, 'base64').toString('base64') === hash && hash.length === 44) return undefined;
  const form = /^[0-9a-f]{64}$/i.test(hash)
    ? 'in hexadecimal'
    : /[-_]|[^=]$/.test(hash)
      ? 'base64url, or truncated'
      : 'not base64';
  const message = `x-ms-content-sha256 is '${hash}': ${form}.`;
  return {
    part: 'body',
    message,
    remedy: 'Send the SHA-256 of the body as base64 of 44 characters, with + and / and =.',
  };
}

/**
 * Checks the body against the signed hash and, if they differ, explains how the body was changed.
 *
 * @param claimed the value of x-ms-content-sha256
 */
export function bodyFlaw(body: Buffer, claimed: string): Flaw | undefined {
  const actual = contentHash(body);
  if (actual === claimed) return undefined;
  const before = originalForms(body).find(([, form]) => contentHash(form) === claimed);
  if (before) {
    const message = `The signed hash is that of a different body: ${before[0]}.`;
    return {
      part: 'body',
      message,
      remedy: 'Hash exactly the bytes that are sent, and make sure that nothing changes them in transit.',
    };
  }
  return {
    part: 'body',
    message: `The body (${body.length} bytes) has the hash ${actual}, which differs from x-ms-content-sha256.`,
    remedy:
      'Hash exactly the bytes that are sent (UTF-8), after serialization, compression and anything else that changes them.',
  };
}

/** What the body may have been when it was signed. */
function originalForms(body: Buffer): readonly (readonly [what: string, form: string | Buffer])[] {
  const text = body.toString('utf8');
  return [
    ['it was empty (the body was added after signing)', ''],
    ['line ends were \\n and are now \\r\\n', text.replaceAll('\r\n', '\n')],
    ['line ends were \\r\\n and are now \\n', text.replace(/\r?\n/g, '\r\n')],
    ['it had a trailing line end', `${text}\n`],
    ['it had a trailing line end', `${text}\r\n`],
    ['it had no surrounding white space', text.trim()],
    ['it started with a byte order mark', `\ufeff${text}`],
    ['it had no byte order mark', text.replace(/^\ufeff/, '')],
    ['it was hashed as Latin-1 and sent as UTF-8', Buffer.from(text, 'latin1')],
    ['it was hashed as UTF-16 and sent as UTF-8', Buffer.from(text, 'utf16le')],
    ...jsonForms(text),
  ];
}

function jsonForms(text: string): (readonly [string, string])[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return []; // not JSON: no other forms
  }
  const spaced = JSON.stringify(value, undefined, 1)
    .replace(/\n\s*/g, ' ')
    .replace(/([[{]) | ([\]}])/g, '$1$2');
  const written = 'the same JSON with different white space';
  return [JSON.stringify(value), JSON.stringify(value, undefined, 2), JSON.stringify(value, undefined, 4), spaced].map(
    (form) => [written, form] as const,
  );
}
