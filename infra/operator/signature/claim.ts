import type { Capture } from './capture.ts';
import type { Part } from './parts.ts';

/** What the headers of a request say of its signature. */
export interface Claim {
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
  "Authorization must read 'HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=<base64>'";
const PREFIX = 'HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=';

/** The claim, or what is wrong with the form of the headers. */
export function readClaim({ headers }: Capture): Claim | Flaw {
  const authorization = headers.get('authorization') ?? '';
  const missing = ['authorization', 'x-ms-date', 'x-ms-content-sha256'].find((name) => !headers.get(name));
  if (missing !== undefined) return missingHeader(missing, headers);
  if (!authorization.startsWith(PREFIX)) return malformed(authorization);
  const claim = { date: headers.get('x-ms-date') ?? '', contentHash: headers.get('x-ms-content-sha256') ?? '' };
  return (
    dateFlaw(claim.date) ?? hashFlaw(claim.contentHash) ?? { ...claim, signature: authorization.slice(PREFIX.length) }
  );
}

function missingHeader(name: string, headers: Capture['headers']): Flaw {
  const instead = name === 'x-ms-date' && headers.has('date') ? ' (Date is there, but is not what counts)' : '';
  return {
    part: 'header',
    message: `The header ${name} is missing${instead}.`,
    remedy: 'Send all three: authorization, x-ms-date, x-ms-content-sha256 (a proxy may have taken it away).',
  };
}

function malformed(authorization: string): Flaw {
  if (/^Bearer /i.test(authorization)) {
    const message = 'The request bears a user token, and no signature.';
    return {
      part: 'header',
      message,
      remedy: 'User tokens are for chat; sign everything else (README, "First call").',
    };
  }
  const message = `${FORM}: another order, other letters or more spaces are refused.`;
  return { part: 'header', message, remedy: 'Send it in exactly this form.' };
}

function dateFlaw(date: string): Flaw | undefined {
  const time = new Date(date);
  if (!Number.isNaN(time.getTime()) && time.toUTCString() === date) return undefined;
  const message = `x-ms-date is '${date}', and no RFC 1123 date in GMT.`;
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
