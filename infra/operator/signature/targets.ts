import { reserialisedQuery, targetForms } from '../../../shared/signing/canonical.ts';
import { edits, orders } from './edits.ts';
import { type Deviation, joinTarget, type Part, type SignedParts, splitTarget } from './parts.ts';

const ENCODING = 'Sign path and query percent-encoded, exactly as they are sent.';

/** Other spellings of the request's path and query. */
export function* targetDeviations(parts: SignedParts): Generator<Deviation> {
  const { target, host } = parts;
  const { path, query } = splitTarget(target);
  const other = deviationTo(parts);
  for (const form of targetForms(target, true)) yield other('path', form, ENCODING);
  yield* pathForms(path).flatMap((form) => withQueryForms(form, query).map((text) => other('path', text, ENCODING)));
  const route =
    'Sign the path that arrives: a gateway in front adds to it or takes away from it (let it hand on the path as it came).';
  for (const form of shorterPaths(path))
    for (const text of withQueryForms(form, query)) yield other('path', text, route);
  const relative = 'Sign path and query alone, from the slash on.';
  for (const scheme of ['https', 'http']) yield other('path', `${scheme}://${host}${target}`, relative);
  const noSlash =
    "Sign the path with its leading slash (Azure's SDK for Python drops it over http, and not over https).";
  yield other('path', target.replace(/^\//, ''), noSlash);
  if (query === undefined) return;
  for (const [form, remedy] of queryForms(query)) yield other('query', joinTarget(path, form), remedy);
}

function deviationTo(parts: SignedParts) {
  return (part: Part, target: string, remedy: string): Deviation => ({
    part,
    what: `${part === 'query' ? 'another query' : 'another path'}: ${target}`,
    remedy,
    parts: { ...parts, target },
  });
}

/** As sent, and as the official JavaScript client signs it. */
function withQueryForms(path: string, query: string | undefined): string[] {
  return query === undefined ? [path] : [joinTarget(path, query), joinTarget(path, reserialisedQuery(query))];
}

function pathForms(path: string): string[] {
  const segments = path.split('/');
  const encoded = segments.map((it) => encodeURIComponent(decoded(it))).join('/');
  const slash = path.endsWith('/') ? path.replace(/(?<!\/)\/+$/, '') : `${path}/`;
  const lowerHex = path.replace(/%[0-9A-F]{2}/g, (it) => it.toLowerCase());
  const upperHex = path.replace(/%[0-9a-f]{2}/g, (it) => it.toUpperCase());
  return [
    decoded(path),
    encoded,
    encodeURI(path),
    slash,
    path.replace(/\/{2,}/g, '/'),
    lowerHex,
    upperHex,
    path.toLowerCase(),
  ];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // not valid percent-encoding: it is spelled in one way only
  }
}

/** Without the first segments, and with the prefix that Azure Functions has by default. */
function shorterPaths(path: string): string[] {
  const segments = path.split('/').slice(1);
  return [...segments.slice(1).map((_, index) => `/${segments.slice(index + 1).join('/')}`), `/api${path}`];
}

function* queryForms(query: string): Generator<readonly [query: string | undefined, remedy: string]> {
  const pairs = query.split('&');
  yield [undefined, 'Sign the query with the path: path?query.'];
  const spelled = [decoded(query), decoded(query.replaceAll('+', ' ')), reserialisedQuery(query), encodeURI(query)];
  for (const form of [...spelled, query.replaceAll('+', '%20'), query.replaceAll('%20', '+')]) yield [form, ENCODING];
  for (const order of orders(pairs))
    yield [order.join('&'), 'Sign the parameters in the order in which they are sent.'];
  const added = 'Sign the query that is sent: a parameter was added, changed or left out afterwards.';
  for (const [index] of pairs.entries()) yield [pairs.toSpliced(index, 1).join('&') || undefined, added];
}

const TARGET_CHARACTERS = Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index));

/** Targets that differ from the request's in one character. */
export function* editedTargets(parts: SignedParts): Generator<Deviation> {
  const { target } = parts;
  const other = deviationTo(parts);
  const remedy = 'Sign path and query as they are sent: something on the way has changed them.';
  for (const text of edits(target, TARGET_CHARACTERS)) {
    const part = partOfDifference(target, text);
    for (const form of targetForms(text, false)) yield other(part, form, remedy);
  }
}

/** The part that the first differing character stands in. */
function partOfDifference(target: string, other: string): Part {
  const { path } = splitTarget(target);
  return other.startsWith(path) && /^(?:\?|$)/.test(other.slice(path.length)) ? 'query' : 'path';
}
