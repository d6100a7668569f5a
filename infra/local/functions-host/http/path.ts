/**
 * Decodes a request's path as the platform's web server does: every escape but `%2F`, what is no UTF-8 left alone,
 * `.` and `..` resolved.
 */
export function decodePath(raw: string): string {
  const decoded = raw.includes('%') ? raw.replaceAll(/(?:%(?!2f)[\da-f]{2})+/gi, decodeRun) : raw;
  return /\/\.\.?(?:\/|$)/.test(decoded) ? withoutDots(decoded) : decoded;
}

/** Writes a decoded path into a URL: only what cannot stand there is escaped again, so `%3A` comes out as `:`. */
export function encodePath(decoded: string): string {
  if (/^[\w\-.~!$&'()*+,;=:@/]*$/.test(decoded)) return decoded;
  return decoded.replaceAll(/%(?![\da-f]{2})|[^\w\-.~!$&'()*+,;=:@/%]+/gi, (run) =>
    encodeURIComponent(run.toWellFormed()),
  );
}

function decodeRun(run: string): string {
  try {
    return decodeURIComponent(run);
  } catch {
    return run;
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
