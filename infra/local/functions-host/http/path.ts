/** The escapes of one character in UTF-8, by the length that its first byte announces; not those of a slash. */
const escapedCharacter =
  /%(?!2f)[0-7][\da-f]|%[cd][\da-f]%[89ab][\da-f]|%e[\da-f](?:%[89ab][\da-f]){2}|%f[0-7](?:%[89ab][\da-f]){3}/gi;

/**
 * Decodes a request's path as the platform's web server does: every escape but `%2F`, what is no UTF-8 left alone,
 * `.` and `..` resolved.
 */
export function decodePath(raw: string): string {
  const decoded = raw.includes('%') ? raw.replaceAll(escapedCharacter, decodeCharacter) : raw;
  return /\/\.\.?(?:\/|$)/.test(decoded) ? withoutDots(decoded) : decoded;
}

/** Writes a decoded path into a URL: only what cannot stand there is escaped again, so `%3A` comes out as `:`. */
export function encodePath(decoded: string): string {
  if (/^[\w\-.~!$&'()*+,;=:@/]*$/.test(decoded)) return decoded;
  return decoded.replaceAll(/%(?![\da-f]{2})|[^\w\-.~!$&'()*+,;=:@/%]+/gi, (run) =>
    encodeURIComponent(run.toWellFormed()),
  );
}

function decodeCharacter(escapes: string): string {
  try {
    return decodeURIComponent(escapes);
  } catch {
    return escapes;
  }
}

function withoutDots(path: string): string {
  const kept: string[] = [];
  const segments = path.split('/').slice(1);
  for (const [index, segment] of segments.entries()) {
    const dots = segment === '.' || segment === '..';
    if (segment === '..') kept.pop();
    if (!dots) kept.push(segment);
    else if (index === segments.length - 1) kept.push('');
  }
  return `/${kept.join('/')}`;
}
