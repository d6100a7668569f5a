import { importKey, type SigningKey, sign } from '../signing/sign.ts';
import { abortable, withSignal } from './abort.ts';
import type { SwitchboardConnection } from './connection.ts';
import { errorOf, memberOf, type Received, requestIdOf, retryAfterOf, SwitchboardError } from './errors.ts';
import { API_VERSION, OPERATIONS, type OperationFacts, type OperationName } from './operations.ts';
import { type Page, PagedList } from './paging.ts';
import { type RetryPolicy, secondsBeforeRetry } from './retry.ts';
import type { Operations } from './types.ts';

/** A response besides its body. */
export interface ResponseFacts {
  readonly status: number;
  /** With `ratelimit-remaining` and, for a stored response, `idempotent-replayed`. */
  readonly headers: Headers;
  /** Id of the request in Switchboard's log. */
  readonly requestId: string | undefined;
}

export interface CallOptions {
  /** Aborts the call, which then rejects with the reason of the signal. */
  readonly signal?: AbortSignal | undefined;
  /** Called with each successful response. The call awaits it, and rejects if it does. */
  readonly onResponse?: ((response: ResponseFacts) => unknown) | undefined;
}

/** Of a call that changes something. */
export interface ChangeOptions extends CallOptions {
  /**
   * Calls with the same key take effect once, and the later ones get the response of the first. By default, each call has a
   * key of its own, which its retries keep.
   */
  readonly idempotencyKey?: string | undefined;
}

/** Of a chat call. */
export interface ChatOptions extends CallOptions {
  /** Id of the ACS user to act as, which requires the permission `actAs`. By default, the client's own user. */
  readonly actingUser?: string | undefined;
}

interface AllOptions extends ChangeOptions, ChatOptions {
  /** A UUID of the caller's own, in the operation's `idHeader`. */
  readonly callersId?: string | undefined;
}

/** What a request consists of. */
interface RequestParts {
  readonly path?: Readonly<Record<string, string>> | undefined;
  readonly query?: object | undefined;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent instead of a body in JSON. */
  readonly content?: { readonly type: string; readonly bytes: Uint8Array<ArrayBuffer> } | undefined;
  /** The `nextLink` of a page, used instead of path and query. */
  readonly nextLink?: string | undefined;
}

export interface Answer<Body> {
  readonly body: Body;
  readonly retryAfterSeconds: number | undefined;
}

type ListName = {
  [Name in OperationName]: Operations[Name]['result'] extends Page<unknown> ? Name : never;
}[OperationName];

type ItemOf<Name extends ListName> = Operations[Name]['result'] extends Page<infer Item> ? Item : never;

/** What tests replace. */
export interface Environment {
  readonly fetch: typeof fetch;
  readonly now: () => Date;
  readonly delay: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  readonly randomUUID: () => string;
  /** From 0 to 1. */
  readonly random: () => number;
}

export interface TransportOptions {
  readonly clientName?: string | undefined;
  readonly actingUser?: string | undefined;
  readonly userAgent?: string | undefined;
  readonly retry: RetryPolicy;
}

interface PreparedRequest {
  readonly operation: OperationFacts;
  readonly url: URL;
  readonly headers: Headers;
  readonly body: string | Uint8Array<ArrayBuffer> | undefined;
  /** Statuses to accept besides 2xx. */
  readonly accepts?: readonly number[];
}

/** Switchboard verifies these in the signature, so that no proxy can change them. */
const SIGNED = ['acting-user', 'idempotency-key', 'operation-id', 'repeatability-request-id', 'content-type'];

const USER_AGENT = 'acs-switchboard-client';

/** Signs, sends and retries calls. */
export class Transport {
  readonly environment: Environment;
  readonly #endpoint: string;
  readonly #key: SigningKey;
  readonly #options: TransportOptions;

  /** @throws TypeError unless the access key is base64 */
  constructor({ endpoint, accessKey }: SwitchboardConnection, options: TransportOptions, environment: Environment) {
    this.#endpoint = endpoint;
    this.#key = importKey(accessKey);
    this.#options = options;
    this.environment = environment;
  }

  /**
   * Calls an operation.
   *
   * @throws SwitchboardError; the reason of an aborted signal; TypeError for a value that cannot be sent
   */
  async call<Name extends OperationName>(
    name: Name,
    request: Operations[Name]['request'],
    options: AllOptions = {},
  ): Promise<Operations[Name]['result']> {
    return (await this.exchange(name, request, options)).body;
  }

  /** The same for a request in parts, with facts about the response. */
  async exchange<Name extends OperationName>(
    name: Name,
    parts: RequestParts,
    options: AllOptions = {},
  ): Promise<Answer<Operations[Name]['result']>> {
    const operation: OperationFacts = OPERATIONS[name];
    const url = parts.nextLink === undefined ? this.#urlOf(operation, parts) : this.#urlOfNext(parts.nextLink);
    const { headers, body } = this.#contentOf(operation, parts, options);
    const received = await this.#send({ operation, url, headers, body }, options.signal);
    await report(received, options);
    const retryAfterSeconds = retryAfterOf(received.headers, this.environment.now());
    // What Switchboard answers is not validated: members that this version does not know are kept.
    const result = operation.returnsNothing ? bodyOf(received) : objectOf(received);
    return { body: result as Operations[Name]['result'], retryAfterSeconds };
  }

  /** Calls an operation that lists something. */
  list<Name extends ListName>(
    name: Name,
    request: Operations[Name]['request'],
    options?: AllOptions,
  ): PagedList<ItemOf<Name>> {
    return new PagedList(async (nextLink) => {
      const { body } = await this.exchange(name, nextLink === undefined ? request : { nextLink }, options);
      return body as Page<ItemOf<Name>>;
    });
  }

  /** Sends a signed request to a public function. @param accepts statuses to accept besides 2xx */
  async read(path: string, accepts: readonly number[], options: CallOptions): Promise<object> {
    const operation: OperationFacts = { method: 'GET', route: path };
    const { headers } = this.#contentOf(operation, {}, {});
    const request = { operation, url: new URL(path, this.#endpoint), headers, body: undefined, accepts };
    const received = await this.#send(request, options.signal);
    await report(received, options);
    return objectOf(received);
  }

  #urlOf({ route }: OperationFacts, { path = {}, query = {} }: RequestParts): URL {
    const url = new URL(
      route.replaceAll(/\{(\w+)\}/g, (_, name: string) => segment(name, path[name])),
      this.#endpoint,
    );
    for (const [name, value] of Object.entries(query))
      if (value !== undefined && value !== null) url.searchParams.set(name, queryText(value));
    url.searchParams.set('api-version', API_VERSION);
    return url;
  }

  /** The path and query of a link, never its host: the client's requests are for its own Switchboard only. */
  #urlOfNext(nextLink: string): URL {
    if (!URL.canParse(nextLink, this.#endpoint))
      throw new SwitchboardError('UnexpectedResponse', 'nextLink is not a URL.');
    const { pathname, search } = new URL(nextLink, this.#endpoint);
    const url = new URL(this.#endpoint);
    url.pathname = pathname;
    url.search = search;
    if (!url.searchParams.has('api-version')) url.searchParams.set('api-version', API_VERSION);
    return url;
  }

  #contentOf(operation: OperationFacts, { body, content }: RequestParts, options: AllOptions) {
    const { clientName, actingUser, userAgent } = this.#options;
    const headers = new Headers({
      accept: 'application/json',
      'user-agent': userAgent == null ? USER_AGENT : `${userAgent} ${USER_AGENT}`,
    });
    const set = (name: string, value: string | null | undefined) => value != null && headers.set(name, value);
    set('content-type', content?.type ?? (body === undefined ? undefined : bodyTypeOf(operation)));
    set('x-ms-client-name', clientName);
    if (operation.method !== 'GET' && !operation.isQuery) {
      set('idempotency-key', options.idempotencyKey ?? this.environment.randomUUID());
    }
    if (operation.actsAsUser) set('acting-user', options.actingUser ?? actingUser);
    if (operation.idHeader) set(operation.idHeader, options.callersId);
    return { headers, body: content?.bytes ?? (body === undefined ? undefined : JSON.stringify(body)) };
  }

  async #send(request: PreparedRequest, signal: AbortSignal | undefined): Promise<Received> {
    const isRepeatable = request.operation.isRepeatable !== false;
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await this.#attempt(request, signal);
      if (!(outcome instanceof SwitchboardError)) return outcome;
      const random = this.environment.random();
      const seconds = secondsBeforeRetry({ attempt, error: outcome, isRepeatable }, this.#options.retry, random);
      if (seconds === undefined) throw outcome;
      await this.environment.delay(seconds * 1000, signal);
    }
  }

  /** Sends a request once. @returns the response, or why there is none with an accepted status */
  async #attempt(request: PreparedRequest, signal: AbortSignal | undefined): Promise<Received | SwitchboardError> {
    signal?.throwIfAborted();
    const { url, operation, body, accepts = [] } = request;
    const headers = this.#signed(request);
    const init = { method: operation.method, headers, body: body ?? null, redirect: 'manual' } as const;
    let received: Received;
    try {
      received = await withSignal(signal, (own) => this.#receive(url, { ...init, signal: own }));
    } catch (cause) {
      signal?.throwIfAborted();
      const message = `Switchboard cannot be reached at ${url.origin}${codeOf(cause)}.`;
      return new SwitchboardError('ConnectionFailed', message, { cause });
    }
    const isAccepted = (received.status >= 200 && received.status < 300) || accepts.includes(received.status);
    return isAccepted ? received : errorOf(received, this.environment.now());
  }

  /** @param init whose signal is for this request only: `fetch` may leave its listeners on it */
  async #receive(url: URL, init: RequestInit & { readonly signal: AbortSignal }): Promise<Received> {
    const { fetch } = this.environment;
    const response = await abortable(fetch(url, init), init.signal);
    const { status, headers } = response;
    return { status, headers, text: await abortable(response.text(), init.signal) };
  }

  /** The headers of one attempt. */
  #signed({ operation: { method }, url, headers, body }: PreparedRequest): Headers {
    const signedNames = SIGNED.filter((name) => headers.has(name));
    const more = Object.fromEntries(signedNames.map((name) => [name, headers.get(name) ?? '']));
    const request = { method, url, body, date: this.environment.now(), headers: more };
    const { host: _host, ...signature } = sign(request, this.#key); // fetch sets the host
    // Two attempts within a second have the same signature. With ids of their own, neither passes for a copy of the other.
    return new Headers([
      ...headers,
      ...Object.entries(signature),
      ['x-ms-client-request-id', this.environment.randomUUID()],
    ]);
  }
}

/** Encodes a path parameter. @throws TypeError for one that URL parsers would drop, so that another path would be called */
function segment(name: string, value: unknown): string {
  if (typeof value !== 'string') throw new TypeError(`${name} must be a string.`);
  const isOdd = value === '' || value === '.' || value === '..' || LONE_SURROGATE.test(value);
  if (isOdd) throw new TypeError(`'${value}' is not a valid ${name}.`);
  return encodeURIComponent(value);
}

/** Half of a surrogate pair, which UTF-8 cannot encode. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/** The value of a query parameter; a date as in JSON. */
function queryText(value: unknown): string {
  return value instanceof Date ? value.toISOString() : String(value);
}

/** @see https://www.rfc-editor.org/rfc/rfc7396 (JSON Merge Patch) for a PATCH */
function bodyTypeOf({ method }: OperationFacts): string {
  return method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
}

function bodyOf(received: Received): unknown {
  if (received.text === '') return undefined;
  try {
    return JSON.parse(received.text);
  } catch (cause) {
    throw unexpected('The response is not JSON.', received, cause);
  }
}

/** @throws SwitchboardError `UnexpectedResponse` if there is no result, as in a gateway's own response */
function objectOf(received: Received): object {
  const body = bodyOf(received);
  if (typeof body === 'object' && body !== null) return body;
  throw unexpected('The response has no JSON object.', received);
}

function unexpected(message: string, { status, headers }: Received, cause?: unknown): SwitchboardError {
  return new SwitchboardError('UnexpectedResponse', message, { status, requestId: requestIdOf(headers), cause });
}

async function report({ status, headers }: Received, { onResponse }: CallOptions): Promise<void> {
  await onResponse?.({ status, headers, requestId: requestIdOf(headers) });
}

/** An error of `fetch` says only that it failed. Its cause has the reason. */
function codeOf(error: unknown): string {
  const code = memberOf(memberOf(error, 'cause'), 'code');
  return typeof code === 'string' ? ` (${code})` : '';
}
