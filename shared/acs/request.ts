import type { AcsService } from '../settings/settings.ts';

/**
 * The effect of a request that reaches ACS twice: none of importance (`harmless`), none because ACS recognises it by its
 * ids or has already done what it asks for (`recognised`), or the same effect again (`doubles`).
 */
export type Repetition = 'harmless' | 'recognised' | 'doubles';

export interface AcsRequest {
  readonly service: AcsService;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Percent-encoded, with a leading slash. */
  readonly path: string;
  /** The path with placeholders such as `{id}`, for telemetry; absent if the path has no ids. */
  readonly route?: string;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Chat: the acting user's token. Other requests are signed with the resource's credential. */
  readonly userToken?: string;
  /** The body has a token of the caller's: ACS's 401 `InvalidAccessToken` is about that one, not about Switchboard's credential. */
  readonly hasTokenInBody?: boolean;
  readonly repetition: Repetition;
  /** For telemetry. */
  readonly senderKind?: string;
  /** ACS counts each attempt towards a quota, and the caller retries later: sent only once. */
  readonly isCounted?: boolean;
  /** Parts of the body that ACS may quote in an error, where they must not appear; longest first. */
  readonly secrets?: readonly string[];
  /** Sent as `x-ms-client-request-id`, the same in every attempt. */
  readonly clientRequestId: string;
}

/** A 2xx response. */
export interface AcsAnswer<Body> {
  readonly status: number;
  readonly body: Body;
  /** A response header by its lower-case name. */
  readonly header: (name: string) => string | undefined;
  readonly repetition: Repetition;
}

/** Text of ACS without the secrets of the request that caused it. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets.reduce((it, secret) => it.replaceAll(secret, '•••'), text);
}

/** A path segment, percent-encoded as the official clients do: `8:acs:x` → `8%3Aacs%3Ax`. */
export function segment(id: string): string {
  return encodeURIComponent(id);
}

/** A URL of ACS for callers of Switchboard: the same path and query under Switchboard's own address. */
export function rebase(url: string, publicUrl: string): string {
  const { pathname, search } = new URL(url, publicUrl);
  return publicUrl + pathname + search;
}

/** The absolute URL of a request, with the API version of its service. */
export function requestUrl(
  endpoint: string,
  { service, path, query }: AcsRequest,
  apiVersions: Readonly<Record<AcsService, string>>,
): string {
  const url = new URL(endpoint.replace(/(?<!\/)\/+$/, '') + path);
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  url.searchParams.set('api-version', apiVersions[service]);
  return url.href;
}
