import { SwitchboardError } from '../contract/switchboarderror.ts';

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

/** An error with its causes, the errors it stands for or suppressed, and their stacks, masked; for the log only. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return mask(String(error));
  const suppressed = error instanceof SwitchboardError ? error.suppressed : [];
  return [
    mask(error.stack ?? `${error.name}: ${error.message}`),
    ...(error.cause === undefined ? [] : [`caused by ${describeError(error.cause)}`]),
    ...(error instanceof AggregateError ? error.errors.map((it) => `one of them: ${describeError(it)}`) : []),
    ...suppressed.map((it) => `while that was handled: ${describeError(it)}`),
  ].join('\n');
}
