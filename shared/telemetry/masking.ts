import { SwitchboardError } from '../contract/switchboardError.ts';

type Mask = readonly [RegExp, string];

// Callers influence the content and length of some lines. Each pattern starts only at the start of a word, or is bounded, so
// that the time for a line is linear in its length.

const NAMED_SECRETS: readonly Mask[] = [
  // JSON Web Tokens
  [/(?<![\w-])eyJ[\w-]+\.[\w-]+\.[\w-]*/g, 'eyJ•••'],
  // Keys and signatures by their name
  [/\b(accesskey|accountkey|sharedaccesskey|signature|sig|code|x-functions-key)=[^\s&;"']+/gi, '$1=•••'],
];

const PEOPLE: readonly Mask[] = [
  // Email addresses: the first letter and the domain stay
  [
    /(?<![^\s@"'<>(),;:=])([^\s@"'<>(),;:=]?)[^\s@"'<>(),;:=]*@([\p{L}\p{M}\p{N}-]+(?:\.[\p{L}\p{M}\p{N}-]+)+)/gu,
    '$1•••@$2',
  ],
  // Phone numbers: country and area code stay; also percent-encoded, and without the plus
  [/(\+|%2B)(\d{4})\d{3,11}/gi, '$1$2•••'],
  [/(?<![\w.-])(\d{4})\d{6,11}(?!\.?[\w-])/g, '$1•••'],
];

const LONG_BASE64 = /[A-Za-z0-9+/]{40,}={0,2}/g;

/** Keys are padded, or have no slash, or many capital letters; paths have none of these. */
function isKey(base64: string): boolean {
  const capitals = base64.replaceAll(/[^A-Z]/g, '').length;
  return base64.endsWith('=') || !/[+/]/.test(base64) || capitals * 10 > base64.length;
}

/** A log line without secrets, tokens, keys, phone numbers or addresses. */
export function mask(line: string): string {
  const withoutKeys = replaced(line, NAMED_SECRETS).replaceAll(LONG_BASE64, (it) => (isKey(it) ? '•••' : it));
  return replaced(withoutKeys, PEOPLE);
}

function replaced(line: string, masks: readonly Mask[]): string {
  return masks.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), line);
}

/** A longer line contains something that was not meant for a log. */
const MAXIMUM_LINE_LENGTH = 1000;

/**
 * Formats a line for the log: masked, truncated, and without characters that end a line or control a terminal. Everything
 * that is logged passes through here; content written by callers should not get this far.
 */
export function logLine(text: string): string {
  const short = text.slice(0, MAXIMUM_LINE_LENGTH).toWellFormed();
  return mask(short.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ')) + (text.length > short.length ? '…' : '');
}

/**
 * Describes an error, its causes, and the errors that it aggregates or suppressed: class, codes, and where each was thrown.
 * Messages are omitted: libraries quote their input in them, and ours quote the request.
 */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return `a value of type ${typeof error}`;
  const suppressed = error instanceof SwitchboardError ? error.suppressed : [];
  return [
    errorLabel(error),
    ...framesOf(error),
    ...(error.cause === undefined ? [] : [`caused by ${describeError(error.cause)}`]),
    ...(error instanceof AggregateError ? error.errors.map((it) => `one of them: ${describeError(it)}`) : []),
    ...suppressed.map((it) => `while that was handled: ${describeError(it)}`),
  ].join('\n');
}

/** The class of an error and its codes. */
export function errorLabel(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  if (error instanceof SwitchboardError) return loggedCode(error.publicCode);
  const { code, statusCode } = error as Error & Partial<Record<'code' | 'statusCode', unknown>>;
  const codes = [code, statusCode].filter((it) => typeof it === 'string' || typeof it === 'number');
  return [error.name, ...codes].map((it) => loggedCode(String(it))).join(' ');
}

/** Codes of ACS and of libraries are words; anything else is replaced by `?`. */
export function loggedCode(code: string): string {
  return /^[\w.-]{1,64}$/.test(code) ? code : '?';
}

/** The frames of the stack without the message, which may look like a frame. */
function framesOf({ stack = '', message }: Error): string[] {
  const start = stack.indexOf(message);
  if (start < 0) return [];
  const lines = stack.slice(start + message.length).split('\n');
  return lines.filter((line) => /^ {4}at /.test(line)).map(logLine);
}
