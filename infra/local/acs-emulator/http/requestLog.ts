/** What the log contains about an exchange. */
export interface ExchangeFacts {
  readonly method: string;
  readonly path: string;
  readonly status: number | 'timeout' | 'reset';
  readonly durationMilliseconds: number;
  readonly clientRequestId: string | undefined;
  readonly errorCode: string | undefined;
  /** An unexpected error, which the caller does not see. */
  readonly error?: unknown;
}

/** One line: time, method, path without query, status, duration, client request id, error code, stack. */
export function requestLine(facts: ExchangeFacts, now: Date): string {
  const { error } = facts;
  return [
    now.toISOString(),
    facts.method,
    facts.path,
    facts.status,
    `${facts.durationMilliseconds.toFixed(1)}ms`,
    facts.clientRequestId ?? '-',
    ...(facts.errorCode === undefined ? [] : [facts.errorCode]),
    ...(error === undefined ? [] : [String(error instanceof Error ? error.stack : error)]),
  ].join(' ');
}

const PHONE_NUMBER = /(\+|%2B)(\d{4})\d{1,}(\d{4})(?!\d)/gi;
const EMAIL_ADDRESS =
  /(?<![\w.!#$&'*+=?^`{|}~-])([\w.!#$&'*+=?^`{|}~-])[\w.!#$&'*+=?^`{|}~-]*(@|%40)([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,})/g;
const JSON_WEB_TOKEN = /(?<![\w-])eyJ[\w-]+\.[\w-]+\.[\w-]*/g;

/** A key of 64 bytes, like those that the emulator creates; in a path, parts of it may be percent-encoded. */
const ACCESS_KEY = /(?:[A-Za-z0-9+/]|%2[BF]){86}(?:==|%3D%3D)/gi;

/** Makes text safe to log: one line, with phone numbers, email addresses, tokens and keys masked. */
export function mask(text: string, secrets: readonly string[]): string {
  let masked = text
    .replace(/(?<!\s)\s*\n\s*/g, ' | ')
    .replace(JSON_WEB_TOKEN, 'eyJ•••')
    .replace(ACCESS_KEY, '•••');
  for (const secret of secrets) masked = masked.replaceAll(secret, '•••').replaceAll(encodeURIComponent(secret), '•••');
  return masked.replace(EMAIL_ADDRESS, '$1•••$2$3').replace(PHONE_NUMBER, '$1$2•••$3');
}
