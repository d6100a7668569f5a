import { hash } from 'node:crypto';
import { contentHash } from '../../../../../shared/signing/sign.ts';
import type { Deviation } from './finding.ts';

interface HashedBody {
  /** Completes the sentence 'The client hashed …'. */
  readonly what: string;
  readonly bytes: string | Uint8Array;
}

const ADVICE =
  'Hash exactly the bytes that you send: serialize the body once, hash it, and send the same string as UTF-8.';

const ENCODING_ADVICE = 'Encode the 32 bytes of the SHA-256, not their text, as standard base64.';

/** Values that a client may have computed as the hash of the body. @param body undefined if not all of it is kept */
export function* bodyHashes(body: Uint8Array | undefined, bodyHash: string): Generator<Deviation> {
  yield {
    value: bodyHash,
    reason: 'The client signed the hash of the body, but sent another one.',
    advice: 'Send the hash that you sign.',
  };
  yield* encodings(bodyHash);
  for (const { what, bytes } of body ? hashedBodies(body) : withoutBody()) {
    const value = contentHash(bytes);
    if (value !== bodyHash) yield { value, reason: `The client hashed ${what}.`, advice: ADVICE };
  }
  yield { value: '', reason: 'The client signed an empty value in place of the body hash.', advice: ADVICE };
}

function* encodings(bodyHash: string): Generator<Deviation> {
  const hex = Buffer.from(bodyHash, 'base64').toString('hex');
  const reason = 'The client signed the body hash as hexadecimal text instead of base64.';
  yield { value: hex, reason, advice: ENCODING_ADVICE };
  yield { value: hex.toUpperCase(), reason, advice: ENCODING_ADVICE };
  yield {
    value: Buffer.from(hex).toString('base64'),
    reason: 'The client encoded the hexadecimal text of the body hash as base64, instead of its bytes.',
    advice: ENCODING_ADVICE,
  };
  yield {
    value: Buffer.from(bodyHash, 'base64').toString('base64url'),
    reason: 'The client signed the body hash as base64url without padding.',
    advice: ENCODING_ADVICE,
  };
  yield {
    value: bodyHash.replace(/={1,2}$/, ''),
    reason: 'The client signed the body hash without its padding.',
    advice: ENCODING_ADVICE,
  };
}

function* withoutBody(): Generator<HashedBody> {
  yield { what: 'an empty body', bytes: '' };
  yield { what: "the text '{}'", bytes: '{}' };
  yield { what: "the text 'null'", bytes: 'null' };
  yield { what: "the text '[object Object]': an object that was not serialized", bytes: '[object Object]' };
  yield { what: "the text 'undefined'", bytes: 'undefined' };
}

function* hashedBodies(body: Uint8Array): Generator<HashedBody> {
  const text = Buffer.from(body).toString('utf8');
  yield* withoutBody();
  yield { what: 'the body with a newline at its end', bytes: `${text}\n` };
  yield { what: 'the body without the newline at its end', bytes: text.replace(/\r?\n$/, '') };
  yield { what: 'the body with a byte order mark before it', bytes: `\uFEFF${text}` };
  yield { what: 'the body without its byte order mark', bytes: text.replace(/^\uFEFF/, '') };
  yield { what: 'the body without the white space around it', bytes: text.trim() };
  yield { what: 'the body with LF line ends', bytes: text.replaceAll('\r\n', '\n') };
  yield { what: 'the body with CRLF line ends', bytes: text.replace(/\r?\n/g, '\r\n') };
  yield { what: 'the body encoded as UTF-16', bytes: Buffer.from(text, 'utf16le') };
  yield { what: 'the body encoded as Latin-1', bytes: Buffer.from(text, 'latin1') };
  yield { what: 'the body encoded as UTF-8 twice', bytes: Buffer.from(body).toString('latin1') };
  yield { what: 'the base64 of the body', bytes: Buffer.from(body).toString('base64') };
  yield { what: 'the hash of the body instead of the body', bytes: hash('sha256', body, 'buffer') };
  yield* serializations(text);
}

/** The same JSON as other libraries write it. */
function* serializations(text: string): Generator<HashedBody> {
  const value = parse(text);
  if (typeof value !== 'object' || value === null) return;
  const compact = JSON.stringify(value);
  const spaced = spacedJson(value);
  const other = (form: string) => `the JSON in another form (${form}) than was sent`;
  yield { what: other('compact'), bytes: compact };
  yield { what: other('indented by 2'), bytes: JSON.stringify(value, undefined, 2) };
  yield { what: other('indented by 4'), bytes: JSON.stringify(value, undefined, 4) };
  yield { what: other("with spaces after ',' and ':', as Python's json.dumps writes it"), bytes: spaced };
  yield { what: other("with spaces and \\u escapes, as Python's json.dumps writes it"), bytes: ascii(spaced) };
  yield { what: other('with \\u escapes'), bytes: ascii(compact) };
  yield {
    what: other("with \\/ and \\u escapes, as PHP's json_encode writes it"),
    bytes: ascii(compact).replaceAll('/', '\\/'),
  };
  yield { what: other('with \\/'), bytes: compact.replaceAll('/', '\\/') };
  yield { what: other('with sorted names'), bytes: JSON.stringify(sorted(value)) };
  yield { what: 'the body serialized twice', bytes: JSON.stringify(text) };
  for (const [name, member] of Object.entries(value).slice(0, MAXIMUM_MEMBERS)) {
    yield { what: `only the member '${name}' of the body`, bytes: JSON.stringify(member) };
  }
}

const MAXIMUM_MEMBERS = 8;

/** Recursion over deeper bodies could exhaust the stack. */
const MAXIMUM_BRACKETS = 1000;

function parse(text: string): unknown {
  if (text.replace(/[^[{]/g, '').length > MAXIMUM_BRACKETS) return undefined;
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}

function spacedJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spacedJson).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([name, member]) => `${JSON.stringify(name)}: ${spacedJson(member)}`)
    .join(', ')}}`;
}

function ascii(text: string): string {
  return text.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([name, member]) => [name, sorted(member)]));
}
