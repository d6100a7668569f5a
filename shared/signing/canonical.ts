import { pathSpellings } from './pathSpellings.ts';

/**
 * The canonical forms of a request that ACS and its clients sign.
 *
 * @see "Sign an HTTP request" (Azure Communication Services REST, HMAC-SHA256); the query rule is that of
 * `@azure/communication-common` 2.5.0, which signs `URLSearchParams.toString()` instead of the query as sent.
 */

/** The headers that are always signed, in the order in which they are signed. */
export const SIGNED_HEADERS = 'x-ms-date;host;x-ms-content-sha256';

export const SCHEME = 'HMAC-SHA256';

/** The header whose date is signed. ACS takes both. @see https://learn.microsoft.com/rest/api/communication/headers */
export type DateHeader = 'x-ms-date' | 'date';

/** Headers that a request to Switchboard may sign besides those; ACS itself takes no other than its three. */
export const SIGNABLE_HEADERS = [
  'acting-user',
  'idempotency-key',
  'operation-id',
  'repeatability-request-id',
  'content-type',
] as const;

export type SignableHeader = (typeof SIGNABLE_HEADERS)[number];

/** A further signed header with its value. */
export type SignedHeader = readonly [name: SignableHeader, value: string];

const AUTHORIZATION = new RegExp(
  `^${SCHEME} SignedHeaders=(x-ms-date|date);host;x-ms-content-sha256((?:;[a-z-]+)*)&Signature=(.*)$`,
);

export interface Authorization {
  readonly dateHeader: DateHeader;
  /** The further headers in the order in which they are signed. */
  readonly moreHeaders: readonly SignableHeader[];
  /** As sent: it may not be base64. */
  readonly signature: string;
}

/** The parts of an `Authorization` header; undefined for any other form or order, and for other signed headers. */
export function parseAuthorization(header: string): Authorization | undefined {
  const [, dateHeader, more, signature] = AUTHORIZATION.exec(header) ?? [];
  if (dateHeader === undefined || more === undefined || signature === undefined) return undefined;
  const names = more.split(';').slice(1);
  const moreHeaders = names.filter(isSignable);
  if (moreHeaders.length < names.length || new Set(names).size < names.length) return undefined;
  return { dateHeader: dateHeader === 'date' ? 'date' : 'x-ms-date', moreHeaders, signature };
}

export function isSignable(name: string): name is SignableHeader {
  return SIGNABLE_HEADERS.some((it) => it === name);
}

/** Printable ASCII without spaces around it, which HTTP does not count as part of a value. @see RFC 9110 §5.5 */
const SIGNABLE_VALUE = /^[!-~](?:[ -~]*[!-~])?$/;

/** Whether the value of a further header can be signed. */
export function isSignableValue(value: string): boolean {
  return SIGNABLE_VALUE.test(value);
}

/** Queries that `URLSearchParams` hands back unchanged: name=value pairs of characters that it never escapes. */
const UNCHANGED_QUERY = /^[\w.*-]+=[\w.*-]*(?:&[\w.*-]+=[\w.*-]*)*$/;

/**
 * Verb, path with query, and the three signed header values: three lines, no newline at the end. Each further header
 * follows on a line of its own as `name:value`. Its name is part of the line, so that a signed value cannot be presented
 * as that of another header, and a value has no newline, so that it cannot be taken for two.
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

/** Other spellings are tried only of targets up to this length; those of a longer one would take too long to write down. */
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
