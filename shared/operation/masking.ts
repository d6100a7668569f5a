/** What must not appear whole in a log line, and what is left of it. */
const MASKS: readonly (readonly [RegExp, string])[] = [
  // JSON Web Tokens
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, 'eyJ•••'],
  // Keys and signatures by their name
  [/\b(accesskey|accountkey|sharedaccesskey|signature|sig|code|x-functions-key)=[^\s&;"']+/gi, '$1=•••'],
  // Base64 keys by their look: long and padded, or long without any other character in between
  [/[A-Za-z0-9+/]{42,}={1,2}/g, '•••'],
  [/\b[A-Za-z0-9]{40,}\b/g, '•••'],
  // E-mail addresses: the first letter and the domain stay
  [/([A-Za-z0-9])[^\s@"'<>(),;:=]*@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)/g, '$1•••@$2'],
  // Phone numbers: country and area stay; also percent-encoded, and without their plus
  [/(\+|%2B)(\d{4})\d{3,11}/gi, '$1$2•••'],
  [/(?<![\w.-])(\d{4})\d{6,11}(?![\w.-])/g, '$1•••'],
];

/** A log line without secrets, tokens, keys, phone numbers or addresses. */
export function mask(line: string): string {
  return MASKS.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), line);
}

/** An error with its causes and their stacks, masked; what the caller never sees. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return mask(String(error));
  const text = error.stack ?? `${error.name}: ${error.message}`;
  return error.cause === undefined ? mask(text) : `${mask(text)}\ncaused by ${describeError(error.cause)}`;
}
