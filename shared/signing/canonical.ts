import { pathSpellings } from './pathSpellings.ts';

/**
 * The canonical forms of a request that ACS and its clients sign.
 *
 * @see "Sign an HTTP request" (Azure Communication Services REST, HMAC-SHA256); the query rule is that of
 * `@azure/communication-common` 2.5.0, which signs `URLSearchParams.toString()` instead of the query as sent.
 */

/** The headers that are signed, in the order in which they are signed. */
export const SIGNED_HEADERS = 'x-ms-date;host;x-ms-content-sha256';

export const SCHEME = 'HMAC-SHA256';

/** The header whose date is signed. ACS takes both. @see https://learn.microsoft.com/rest/api/communication/headers */
export type DateHeader = 'x-ms-date' | 'date';

const AUTHORIZATION = new RegExp(`^${SCHEME} SignedHeaders=(x-ms-date|date);host;x-ms-content-sha256&Signature=(.*)$`);

export interface Authorization {
  readonly dateHeader: DateHeader;
  /** As sent: it may not be base64. */
  readonly signature: string;
}

/** The parts of an `Authorization` header; undefined for any other form or order, and for other signed headers. */
export function parseAuthorization(header: string): Authorization | undefined {
  const [, dateHeader, signature] = AUTHORIZATION.exec(header) ?? [];
  if (dateHeader === undefined || signature === undefined) return undefined;
  return { dateHeader: dateHeader === 'date' ? 'date' : 'x-ms-date', signature };
}

/** Queries that `URLSearchParams` hands back unchanged: name=value pairs of characters that it never escapes. */
const UNCHANGED_QUERY = /^[\w.*-]+=[\w.*-]*(?:&[\w.*-]+=[\w.*-]*)*$/;

/** Verb, path with query, and the three signed header values: three lines, no newline at the end. */
export function stringToSign(method: string, target: string, date: string, host: string, contentHash: string): string {
  return `${method}\n${target}\n${date};${host};${contentHash}`;
}

/** The query (without `?`) as the WHATWG URL API writes it: space becomes `+`; `! ' ( ) ~ :` are percent-encoded. */
export function reserialisedQuery(query: string): string {
  // URLSearchParams drops one leading `?`, which in a query is a character like any other.
  return UNCHANGED_QUERY.test(query) ? query : new URLSearchParams(`?${query}`).toString();
}

/** Path and query as the official JavaScript client signs them. */
export function signedTarget(path: string, query: string): string {
  const canonical = query === '' ? '' : reserialisedQuery(query);
  return canonical === '' ? path : `${path}?${canonical}`;
}

/**
 * Other spellings are tried only of targets up to this length, which bounds what a stranger's request costs: each spelling
 * is signed with each key. No request that is meant for an operation comes near it, except the batch in CSV, whose path
 * has one spelling.
 */
const MAXIMUM_SPELLED_LENGTH = 2048;

/** Every path-and-query that a client may have signed for a request that arrived as `target`. */
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

// Anchored at both ends: a stranger's Host of any length is read once.
const HOST_AND_PORTS = /^([^:[]*|\[[^\]]*\])(?::\d+)+$/;

/** The Host values that a client may have signed: as received, and without its port (Java signs `getHost()`). */
export function hostForms(hosts: readonly string[]): string[] {
  return [...new Set(hosts.flatMap((host) => [host, host.replace(HOST_AND_PORTS, '$1')]))];
}
