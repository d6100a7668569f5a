import type { Context } from '../context.ts';
import type { ServiceName } from './apiVersions.ts';
import { Fields, type Refuse } from './fields.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/**
 * Who may call: the holder of an access key (or of an Entra token), a chat user by access token, or anyone.
 * The three chat rights are those that the token's scope must grant.
 *
 * @see "Identity model", chat scopes: `chat.join` may not change threads, `chat.join.limited` nor participants.
 */
export type Auth = 'none' | 'accessKey' | 'chat' | 'chatParticipants' | 'chatThreads';

/** One request, authenticated. */
export interface Call {
  readonly method: string;
  /** Path and query as they stood on the wire. */
  readonly target: string;
  /** Variable path segments by name, decoded. */
  readonly params: Readonly<Record<string, string | undefined>>;
  readonly query: URLSearchParams;
  readonly header: (name: string) => string | undefined;
  readonly body: Buffer;
  /** Scheme and host under which the caller reached the emulator, without a slash at the end. */
  readonly baseUrl: string;
  /** Empty on routes without a service. */
  readonly apiVersion: string;
  /** The raw id of the acting user; empty unless the route is for chat users. */
  readonly userId: string;
}

export interface Answer {
  readonly status: number;
  /** Sent as JSON; absent: no body. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Route {
  readonly method: Method;
  /** A find-my-way pattern: `:id` is a parameter, `::` a literal colon. */
  readonly path: string;
  /** Whose api-versions count; 'emulator' has none. */
  readonly service: ServiceName;
  readonly auth: Auth;
  /** The api-versions that have the operation, when not all of the service's do. */
  readonly versions?: readonly string[];
  readonly handle: (call: Call, emulator: Context) => Answer | Promise<Answer>;
}

/** Declares a route; the name of its file is the name of the operation. */
export function defineRoute(route: Route): Route {
  return route;
}

/** The value of a path parameter that the route's pattern contains. */
export function param(call: Call, name: string): string {
  return call.params[name] ?? '';
}

/** The body as JSON; an empty body, and null, read as an empty object. */
export function readJson(call: Call, refuse: Refuse): Fields {
  return new Fields(parseJson(call, refuse), '', refuse);
}

export function parseJson(call: Call, refuse: Refuse): unknown {
  if (call.body.length === 0) return {};
  try {
    return JSON.parse(call.body.toString('utf8')) ?? {};
  } catch {
    throw refuse('', 'The request body is not valid JSON.');
  }
}
