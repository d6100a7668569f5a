/**
 * The segments of a path for `matchesRoute`: decoded, in lower case, without a trailing slash. The host decodes all escapes but
 * `%2F`, which is part of a segment.
 */
export function segmentsOf(pathname: string): readonly string[] {
  return pathname
    .replace(/^\//, '')
    .replace(/\/$/, '')
    .split('/')
    .map((it) => decoded(it).toLowerCase());
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment; // not valid percent-encoding
  }
}

/** Matches a path as the host matches a route template of literals and `{parameters}`, in time linear in its length. */
export function matchesRoute(route: string, segments: readonly string[]): boolean {
  const templates = route.split('/');
  return templates.length === segments.length && templates.every((it, index) => matchesSegment(it, segments[index]));
}

/** A template has at most one parameter in a segment: `{id}`, `{id}:cancel`. */
export function matchesSegment(template: string, segment = ''): boolean {
  const [before = '', after] = template.toLowerCase().split(/\{[^{}]+\}/);
  if (after === undefined) return segment === before;
  return segment.length > before.length + after.length && segment.startsWith(before) && segment.endsWith(after);
}
