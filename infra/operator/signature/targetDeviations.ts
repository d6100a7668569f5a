import { reserialisedQuery, targetForms } from '../../../shared/signing/canonical.ts';
import { type Deviation, joinTarget, type Part, type SignedParts, splitTarget } from './signedParts.ts';

const ENCODING = 'Sign path and query percent-encoded, exactly as sent.';

/** Other forms of the request's path and query. */
export function* targetDeviations(parts: SignedParts): Generator<Deviation> {
  const { target, host } = parts;
  const { path, query } = splitTarget(target);
  const other = deviationTo(parts);
  for (const form of targetForms(target, true)) yield other('path', form, ENCODING);
  yield* pathForms(path).flatMap((form) => withQueryForms(form, query).map((text) => other('path', text, ENCODING)));
  const route =
    'Sign the path that arrives: a gateway adds or removes a part of it (or configure it to keep the path).';
  for (const form of shorterPaths(path))
    for (const text of withQueryForms(form, query)) yield other('path', text, route);
  const relative = 'Sign only path and query, starting with the slash.';
  for (const scheme of ['https', 'http']) yield other('path', `${scheme}://${host}${target}`, relative);
  const noSlash =
    "Sign the path with its leading slash (Azure's SDK for Python drops it over http but not over https).";
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

/** With the query as sent, and as the official JavaScript client signs it. */
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
    return text; // invalid percent-encoding has no other form
  }
}

/** The path without its first segments, and with the default prefix of Azure Functions. */
function shorterPaths(path: string): string[] {
  const segments = path.split('/').slice(1);
  return [...segments.slice(1).map((_, index) => `/${segments.slice(index + 1).join('/')}`), `/api${path}`];
}

function* queryForms(query: string): Generator<readonly [query: string | undefined, remedy: string]> {
  const pairs = query.split('&');
  yield [undefined, 'Sign the query with the path: path?query.'];
  const spelled = [decoded(query), decoded(query.replaceAll('+', ' ')), reserialisedQuery(query), encodeURI(query)];
  for (const form of [...spelled, query.replaceAll('+', '%20'), query.replaceAll('%20', '+')]) yield [form, ENCODING];
  for (const order of orders(pairs)) yield [order.join('&'), 'Sign the parameters in the order they are sent in.'];
  const added = 'Sign the query that is sent: a parameter was added, changed or removed after signing.';
  for (const [index] of pairs.entries()) yield [pairs.toSpliced(index, 1).join('&') || undefined, added];
}

const TARGET_CHARACTERS = Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index));

/** Targets that differ in one character. */
export function* editedTargets(parts: SignedParts): Generator<Deviation> {
  const { target } = parts;
  const other = deviationTo(parts);
  const remedy = 'Sign path and query as they are sent: something changed them in transit.';
  for (const text of edits(target, TARGET_CHARACTERS)) {
    const part = partOfDifference(target, text);
    for (const form of targetForms(text, false)) yield other(part, form, remedy);
  }
}

/** Returns the part with the first difference. */
function partOfDifference(target: string, other: string): Part {
  const { path } = splitTarget(target);
  return other.startsWith(path) && /^(?:\?|$)/.test(other.slice(path.length)) ? 'query' : 'path';
}

/** Returns every string that differs by one replaced, added or removed character. */
export function* edits(text: string, characters: readonly string[]): Generator<string> {
  for (let at = 0; at <= text.length; at += 1) {
    const [before, after] = [text.slice(0, at), text.slice(at)];
    if (after !== '') yield before + after.slice(1);
    for (const character of characters) {
      yield before + character + after;
      if (after !== '' && character !== after[0]) yield before + character + after.slice(1);
    }
  }
}

/** Returns every order of a short list; for a long one, only the sorted and the reversed order. */
export function orders(list: readonly string[]): readonly (readonly string[])[] {
  if (list.length > MAXIMUM_PERMUTED) return [list.toSorted(byText), list.toReversed()];
  if (list.length < 2) return [list];
  return list.flatMap((first, index) => orders(list.toSpliced(index, 1)).map((rest) => [first, ...rest]));
}

/** 720 orders. */
const MAXIMUM_PERMUTED = 6;

function byText(one: string, other: string): number {
  return one < other ? -1 : 1;
}
