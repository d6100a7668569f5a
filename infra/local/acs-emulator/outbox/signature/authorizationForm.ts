import {
  type DateHeader,
  parseAuthorization,
  SCHEME,
  SIGNED_HEADERS,
} from '../../../../../shared/signing/canonical.ts';
import type { Finding } from './finding.ts';

/** What an `Authorization` header claims, even if it is malformed. */
export interface ClaimedSignature {
  /** The digest in any encoding; undefined if the header contains none. */
  readonly digest: Buffer | undefined;
  readonly dateHeader: DateHeader | undefined;
  /** The names in SignedHeaders, in lower case. */
  readonly listed: readonly string[];
  readonly findings: readonly Finding[];
}

const FORM = `${SCHEME} SignedHeaders=${SIGNED_HEADERS}&Signature=<base64>`;

/** Reads a header as leniently as possible and says what is wrong with it. */
export function readAuthorizationForm(header: string): ClaimedSignature {
  const fields = readFields(header);
  const listed = (fields.get('signedheaders') ?? '')
    .toLowerCase()
    .split(/[;,]\s*/)
    .filter(Boolean);
  const { digest, finding } = readDigest(fields.get('signature') ?? '');
  const isExact = parseAuthorization(header)?.moreHeaders.length === 0;
  const form = isExact ? [] : formFindings(header, fields, listed);
  const findings = [...form, ...(finding ? [finding] : [])];
  const dateHeader = listed.includes('x-ms-date') ? 'x-ms-date' : listed.includes('date') ? 'date' : undefined;
  return { digest, dateHeader, listed, findings };
}

function readFields(header: string): Map<string, string> {
  const text = header.replace(/^\s*"?(?:HMAC-SHA256|SharedKey|HMAC)?\s*/i, '').replace(/"\s*$/, '');
  const fields = text.split(/[&,](?=\s*\w+=)/).map((field) => field.trim());
  return new Map(
    fields.map((field) => [field.split('=', 1)[0]?.toLowerCase() ?? '', field.slice(field.indexOf('=') + 1)]),
  );
}

function formFindings(header: string, fields: ReadonlyMap<string, string>, listed: readonly string[]): Finding[] {
  const findings: Finding[] = [];
  const add = (reason: string, advice: string) => findings.push({ reason, advice });
  if (!header.startsWith(`${SCHEME} `)) {
    add(`The Authorization header does not start with '${SCHEME}' and a space.`, `Send 'Authorization: ${FORM}'.`);
  }
  if (fields.has('credential')) {
    add(
      'The Authorization header contains Credential, as Azure App Configuration wants it.',
      'Remove the Credential part: Communication Services has no key id.',
    );
  }
  if (!fields.has('signature'))
    add('The Authorization header contains no Signature.', `Send 'Authorization: ${FORM}'.`);
  const known = listed.join(';').replace(/^date(?=;)/, 'x-ms-date') === SIGNED_HEADERS;
  if (!known)
    add(listedReason(listed), `Send SignedHeaders=${SIGNED_HEADERS}, and sign these three values in this order.`);
  if (findings.length === 0) add('The Authorization header is spelled differently.', `Send exactly '${FORM}'.`);
  return findings;
}

function listedReason(listed: readonly string[]): string {
  if (listed.length === 0) return 'The Authorization header does not list SignedHeaders.';
  const expected = SIGNED_HEADERS.split(';');
  const names = new Set(listed.map((name) => (name === 'date' ? 'x-ms-date' : name)));
  const isPermutation = names.size === expected.length && expected.every((name) => names.has(name));
  if (isPermutation) return `SignedHeaders has another order: ${listed.join(';')}.`;
  return `SignedHeaders lists '${listed.join(';')}' instead of '${SIGNED_HEADERS}'.`;
}

const DIGEST_BYTES = 32;

interface ReadDigest {
  readonly digest: Buffer | undefined;
  readonly finding?: Finding | undefined;
}

/** Decodes a digest in any encoding that a client may have chosen. */
function readDigest(text: string): ReadDigest {
  const exact = Buffer.from(text, 'base64');
  if (exact.length === DIGEST_BYTES && exact.toString('base64') === text) return { digest: exact };
  for (const { name, decode } of ENCODINGS) {
    const digest = decode(text.trim());
    if (digest?.length !== DIGEST_BYTES) continue;
    const advice = 'Encode the bytes of the HMAC, not their text, as standard base64 with padding (44 characters).';
    return { digest, finding: { reason: `The signature is ${name}.`, advice } };
  }
  return { digest: undefined, finding: notADigest(text, exact.length) };
}

const ENCODINGS: readonly { readonly name: string; readonly decode: (text: string) => Buffer | undefined }[] = [
  { name: 'hexadecimal instead of base64', decode: fromHex },
  { name: 'the base64 of hexadecimal text', decode: (text) => fromHex(Buffer.from(text, 'base64').toString('latin1')) },
  {
    name: 'percent-encoded',
    decode: (text) =>
      text.includes('%')
        ? fromBase64(text.replace(/%2B/gi, '+').replace(/%2F/gi, '/').replace(/%3D/gi, '='))
        : undefined,
  },
  { name: 'base64url or has no padding', decode: fromBase64 },
];

function fromHex(text: string): Buffer | undefined {
  return /^[\da-f]{64}$/i.test(text) ? Buffer.from(text, 'hex') : undefined;
}

function fromBase64(text: string): Buffer | undefined {
  return /^[\w+/-]{43}={0,2}$/.test(text) ? Buffer.from(text, 'base64') : undefined;
}

function notADigest(text: string, bytes: number): Finding | undefined {
  if (text === '') return undefined;
  const algorithm = { 20: 'SHA-1', 48: 'SHA-384', 64: 'SHA-512' }[bytes];
  const other = algorithm ? `; ${bytes} bytes are the length of HMAC-${algorithm} or of a key` : '';
  return {
    reason: `The signature is not the base64 of 32 bytes${other}.`,
    advice: 'Compute HMAC-SHA256 and encode its 32 bytes as base64 (44 characters).',
  };
}
