import { pathSpellings } from './pathSpellings.ts';

/**
 * The canonical forms of a request that ACS and its clients sign.
 *
 * The query rule follows `@azure/communication-common` 2.5.0, which signs `URLSearchParams.toString()` instead of the query
 * as sent.
 *
 * @see https://learn.microsoft.com/azure/communication-services/tutorials/hmac-header-tutorial
 */

/** The headers that are always signed, in signing order. */
export const SIGNED_HEADERS = 'x-ms-date;host;x-ms-content-sha256';

export const SCHEME = 'HMAC-SHA256';

/** The signed date header. ACS accepts both. @see https://learn.microsoft.com/rest/api/communication/headers */
export type DateHeader = 'x-ms-date' | 'date';

/** Additional headers that a request to Switchboard may sign. ACS itself accepts only its three. */
export const SIGNABLE_HEADERS = [
  'acting-user',
  'idempotency-key',
  'operation-id',
  'repeatability-request-id',
  'content-type',
] as const;

export type SignableHeader = (typeof SIGNABLE_HEADERS)[number];

/** An additional signed header with its value. */
export type SignedHeader = readonly [name: SignableHeader, value: string];

const AUTHORIZATION = new RegExp(
  `^${SCHEME} SignedHeaders=(x-ms-date|date);host;x-ms-content-sha256((?:;[a-z-]+)*)&Signature=(.*)$`,
);

export interface Authorization {
  readonly dateHeader: DateHeader;
  /** Additional headers, in signing order. */
  readonly moreHeaders: readonly SignableHeader[];
  /** As received; not necessarily base64. */
  readonly signature: string;
}

/** Parses an `Authorization` header; undefined for any other format, order, or set of signed headers. */
export function parseAuthorization(header: string): Authorization | undefined {
  const [, dateHeader, more, signature] = AUTHORIZATION.exec(header) ?? [];
  if (dateHeader === undefined || more === undefined || signature === undefined) return undefined;
  const moreHeaders = more === '' ? [] : signableNames(more.slice(1).split(';'));
  return moreHeaders && { dateHeader: dateHeader === 'date' ? 'date' : 'x-ms-date', moreHeaders, signature };
}

/** Undefined if one of them cannot be signed or is repeated. */
function signableNames(names: readonly string[]): readonly SignableHeader[] | undefined {
  return new Set(names).size === names.length && names.every(isSignable) ? names : undefined;
}

export function isSignable(name: string): name is SignableHeader {
  return SIGNABLE_HEADERS.some((it) => it === name);
}

/** Printable ASCII without leading or trailing spaces, which HTTP strips. @see https://www.rfc-editor.org/rfc/rfc9110#section-5.5 */
const SIGNABLE_VALUE = /^[!-~](?:[ -~]*[!-~])?$/;

/** Whether the value of an additional header can be signed. */
export function isSignableValue(value: string): boolean {
  return SIGNABLE_VALUE.test(value);
}

/** Queries that `URLSearchParams` returns unchanged: name=value pairs of characters that it never escapes. */
const QUERY = String.raw`[\w.*-]+=[\w.*-]*(?:&[\w.*-]+=[\w.*-]*)*`;
const UNCHANGED_QUERY = new RegExp(`^${QUERY}$`);

/** The same of paths and `URL`, which resolves the segments `.` and `..`. */
const PATH = String.raw`(?:\/(?!\.|%2[Ee])[\w.~%:@!$&'()*+,;=-]*)+`;
const UNCHANGED_TARGET = new RegExp(`^${PATH}(?:\\?${QUERY})?$`);

/**
 * Builds the string to sign: method, path with query, and the three signed header values on three lines, without a
 * trailing newline. Each additional header follows on its own line as `name:value`. The name is included so that a signed
 * value cannot be passed off as another header's; values contain no newline, so one cannot be split into two.
 */
export function stringToSign(
  method: string,
  target: string,
  date: string,
  host: string,
  contentHash: string,
  more: readonly SignedHeader[] = [],
): string {
  const lines = `${method}\n${target}\n${date};${host};${contentHash}`;
  return more.length === 0 ? lines : more.reduce((text, [name, value]) => `${text}\n${name}:${value}`, lines);
}

/** Serializes a query (without `?`) like the WHATWG URL API: space becomes `+`; `! ' ( ) ~ :` are percent-encoded. */
export function reserialisedQuery(query: string): string {
  // URLSearchParams drops one leading `?`, which inside a query is an ordinary character.
  return UNCHANGED_QUERY.test(query) ? query : new URLSearchParams(`?${query}`).toString();
}

/** Whether a path and query, as a caller writes them, are signed in the same form. It may be false for some that are. */
export function isSignedAsWritten(target: string): boolean {
  return UNCHANGED_TARGET.test(target);
}

/** The path and query that the official JavaScript client signs. */
export function signedTarget(path: string, query: string): string {
  const canonical = query === '' ? '' : reserialisedQuery(query);
  return canonical === '' ? path : `${path}?${canonical}`;
}

/** Alternative encodings are tried only for targets up to this length, to bound the work per request. */
const MAXIMUM_SPELLED_LENGTH = 2048;

/** Yields every path with query that a client may have signed for a request received as `target`. */
export function* targetForms(target: string, pathWasDecoded: boolean): Generator<string> {
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  const query = mark < 0 ? '' : target.slice(mark + 1);
  const reserialised = signedTarget('', query);
  const mayBeSpelled = pathWasDecoded && target.length <= MAXIMUM_SPELLED_LENGTH;
  for (const form of mayBeSpelled ? pathSpellings(path) : [path]) {
    yield mark < 0 ? form : `${form}?${query}`;
    if (mark >= 0 && reserialised !== `?${query}`) yield form + reserialised;
  }
}

// Anchored at both ends, so that a hostile Host header of any length is scanned once.
const HOST_AND_PORTS = /^([^:[]*|\[[^\]]*\])(?::\d+)+$/;

/** The Host values that a client may have signed: as received, and without the port (Java signs `getHost()`). */
export function hostForms(hosts: readonly string[]): string[] {
  return [...new Set(hosts.flatMap((host) => [host, host.replace(HOST_AND_PORTS, '$1')]))];
}

/** The signed parts of a received request. */
export interface SignedFacts {
  readonly date: string;
  readonly contentHash: string;
  readonly more: readonly SignedHeader[];
}

export interface ReceivedTarget {
  readonly method: string;
  readonly target: string;
  readonly pathWasDecoded?: boolean;
  readonly isLoopbackHttp?: boolean;
  readonly hosts: readonly string[];
}

/**
 * Each candidate costs one HMAC per key, and an unauthenticated caller chooses the request: the number of candidates and
 * their total length are bounded. The encodings of common clients come first.
 */
const MAXIMUM_CANDIDATES = 40;
const MAXIMUM_CHARACTERS = 32 * 1024;

/** The string that most clients have signed: the request as it was received. */
export function likeliestString({ method, target, hosts: [host = ''] }: ReceivedTarget, facts: SignedFacts): string {
  return stringToSign(method.toUpperCase(), target, facts.date, host, facts.contentHash, facts.more);
}

/** Yields what a client may have signed instead, most likely first; bounded in number and length. */
export function* otherStrings(request: ReceivedTarget, facts: SignedFacts): Generator<string> {
  const likeliest = likeliestString(request, facts);
  const method = request.method.toUpperCase();
  const hosts = hostForms(request.hosts);
  let count = 1;
  let characters = likeliest.length;
  for (const target of signedTargets(request)) {
    for (const host of hosts) {
      const text = stringToSign(method, target, facts.date, host, facts.contentHash, facts.more);
      if (text === likeliest) continue;
      count += 1;
      characters += text.length;
      if (count > MAXIMUM_CANDIDATES || characters > MAXIMUM_CHARACTERS) return;
      yield text;
    }
  }
}

/** Each form of the target and, over HTTP on localhost, the same without the leading slash. */
export function* signedTargets({ target, pathWasDecoded = false, isLoopbackHttp }: ReceivedTarget): Generator<string> {
  for (const form of targetForms(target, pathWasDecoded)) {
    yield form;
    if (isLoopbackHttp) yield form.slice(1);
  }
}
