/** What differs between two runs although it means the same: ids, tokens, times, addresses of the two servers. */
const KINDS: readonly (readonly [kind: string, pattern: RegExp])[] = [
  ['token', /\b[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}\b/],
  ['thread', /19:[\w-]+@thread\.v2/],
  ['user', /8:acs:[\w-]+/],
  ['sms', /\b(?:Outgoing_)?\d{14}[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}(?:_noam)?\b/],
  ['uuid', /\b[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\b/i],
  ['time', /\b\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)/],
  ['number', /\+1[2-9]\d{9}\b/],
  ['milliseconds', /\b1\d{12}\b/],
  ['server', /\bhttps?:\/\/127\.0\.0\.1:\d+/],
  ['etag', /(?:W\/)?"[\w-]+"/],
];

const ANY = new RegExp(KINDS.map(([, { source }]) => source).join('|'), 'gi');

/**
 * Replaces what differs by its kind and its place in the order of first appearance, so that two results are equal if
 * they are the same but for these, and one id that appears twice is told from two ids.
 */
export function createNormalizer(): (value: unknown) => unknown {
  const places = new Map<string, string>();
  const placeholder = (kind: string, text: string): string => {
    const known = places.get(text);
    if (known !== undefined) return known;
    const place = [...places.values()].filter((it) => it.startsWith(`<${kind} `)).length + 1;
    places.set(text, `<${kind} ${place}>`);
    return `<${kind} ${place}>`;
  };
  const normalizeText = (text: string): string =>
    text.replaceAll(ANY, (found) => {
      const [kind = ''] = KINDS.find(([, pattern]) => pattern.exec(found)?.[0] === found) ?? [];
      return kind === 'time' ? '<time>' : placeholder(kind, found);
    });
  const normalize = (value: unknown): unknown => {
    if (typeof value === 'string') return normalizeText(value);
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? '<invalid Date>' : dateOf(value);
    if (Array.isArray(value)) return value.map(normalize);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, it]) => it !== undefined && typeof it !== 'function')
        .map(([name, it]) => [normalizeText(name), normalize(it)]),
    );
  };
  return normalize;
}

/** The epoch is a value of its own: ACS returns it for a history that is shared from its start. */
const dateOf = (date: Date) => (date.getTime() === 0 ? '<the epoch>' : '<Date>');
