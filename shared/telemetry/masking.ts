import { SwitchboardError } from '../contract/switchboardError.ts';

type Mask = readonly [RegExp, string];

// Callers decide what some lines hold, and how much: each pattern begins only where a word begins, or is bounded,
// so that the time for a line grows with its length and not with its square.

const NAMED_SECRETS: readonly Mask[] = [
  // JSON Web Tokens
  [/(?<![\w-])eyJ[\w-]+\.[\w-]+\.[\w-]*/g, 'eyJ•••'],
  // Keys and signatures by their name
  [/\b(accesskey|accountkey|sharedaccesskey|signature|sig|code|x-functions-key)=[^\s&;"']+/gi, '$1=•••'],
];

const PEOPLE: readonly Mask[] = [
  // E-mail addresses: the first letter and the domain stay
  [
    /(?<![^\s@"'<>(),;:=])([^\s@"'<>(),;:=]?)[^\s@"'<>(),;:=]*@([\p{L}\p{M}\p{N}-]+(?:\.[\p{L}\p{M}\p{N}-]+)+)/gu,
    '$1•••@$2',
  ],
  // Phone numbers: country and area stay; also percent-encoded, and without their plus
  [/(\+|%2B)(\d{4})\d{3,11}/gi, '$1$2•••'],
  [/(?<![\w.-])(\d{4})\d{6,11}(?!\.?[\w-])/g, '$1•••'],
];

const LONG_BASE64 = /[A-Za-z0-9+/]{40,}={0,2}/g;

/** Keys are padded, or have no slash, or many capitals; paths have none of these. */
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

/** Longer lines hold nothing that was meant for a log. */
const MAXIMUM_LINE_LENGTH = 1000;

/**
 * What goes to a log, as one line: masked, cut, and without the characters that end a line or steer a terminal. Everything
 * that is logged goes through here; what callers have written should not come this far.
 */
export function logLine(text: string): string {
  const short = text.slice(0, MAXIMUM_LINE_LENGTH).toWellFormed();
  return mask(short.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ')) + (text.length > short.length ? '…' : '');
}

/**
 * An error with its causes, and the errors that it stands for or suppressed: class, codes and where each was thrown. What an
 * error says is left out: libraries quote in it what they were given, and so do ours for the caller.
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

/** An error in a word or two: its class, and its codes. */
export function errorLabel(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  if (error instanceof SwitchboardError) return loggedCode(error.publicCode);
  const { code, statusCode } = error as Error & Partial<Record<'code' | 'statusCode', unknown>>;
  const codes = [code, statusCode].filter((it) => typeof it === 'string' || typeof it === 'number');
  return [error.name, ...codes].map((it) => loggedCode(String(it))).join(' ');
}

/** ACS's codes, and those of libraries, are words; anything else is none. */
export function loggedCode(code: string): string {
  return /^[\w.-]{1,64}$/.test(code) ? code : '?';
}

/** The lines of its stack without its message, which may look like one of them. */
function framesOf({ stack = '', message }: Error): string[] {
  const start = stack.indexOf(message);
  if (start < 0) return [];
  const lines = stack.slice(start + message.length).split('\n');
  return lines.filter((line) => /^ {4}at /.test(line)).map(logLine);
}
