import findMyWay from 'find-my-way';
import type { Context } from '../context.ts';
import type { ServiceName } from './apiVersions.ts';
import type { RouteResult } from './response.ts';

/**
 * Who may call: the holder of an access key (or of an Entra token), a chat user with an access token, or anyone.
 * For the three chat rights, the token's scope must include the right.
 *
 * @see "Identity model", chat scopes: `chat.join` cannot change threads, `chat.join.limited` cannot change participants either
 */
export type Auth = 'none' | 'accessKey' | 'chat' | 'chatParticipants' | 'chatThreads';

/** One request, authenticated. */
export interface Call {
  readonly method: string;
  /** Path and query exactly as received. */
  readonly target: string;
  /** Variable path segments by name, decoded. */
  readonly params: Readonly<Record<string, string | undefined>>;
  readonly query: URLSearchParams;
  readonly header: (name: string) => string | undefined;
  readonly body: Buffer;
  /** Scheme and host under which the caller reached the emulator, without a trailing slash. */
  readonly baseUrl: string;
  /** Empty on the emulator's own routes. */
  readonly apiVersion: string;
  /** The raw id of the acting user; empty unless the route is for chat users. */
  readonly userId: string;
  /** Returns a signal that is aborted when the client disconnects or the emulator is closed. */
  readonly ended: () => AbortSignal;
}

export interface Route {
  /** The name of the operation, as faults refer to it. */
  readonly name: string;
  /** The service whose api-versions apply; 'emulator' has none. */
  readonly service: ServiceName;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** A find-my-way pattern: `:id` is a parameter, `::` a literal colon. */
  readonly path: string;
  readonly auth: Auth;
  /** The largest body that it accepts; default: 10 MiB. */
  readonly maximumBodyBytes?: number;
  /** A page that links of other sites may open. */
  readonly isLinkable?: true;
  /** The api-versions that include the operation, when not all of the service's do. */
  readonly versions?: readonly string[];
  readonly handle: (call: Call, context: Context) => RouteResult | Promise<RouteResult>;
}

type RouteInTable = Omit<Route, 'name' | 'service' | 'auth'> & Partial<Pick<Route, 'auth'>>;

/** Declares a service's routes by operation name. `auth` applies to every route that has none of its own. */
export function defineRoutes(
  defaults: Pick<Route, 'service' | 'auth'>,
  table: Readonly<Record<string, RouteInTable>>,
): readonly Route[] {
  return Object.entries(table).map(([name, route]) => ({ name, ...defaults, ...route }));
}

/** Returns a path parameter of the route's pattern. */
export function param(call: Pick<Call, 'params'>, name: string): string {
  return call.params[name] ?? '';
}

export interface FoundRoute {
  readonly route: Route;
  readonly params: Call['params'];
}

export type FindRoute = (method: string, path: string) => FoundRoute | undefined;

/** Longer than any ACS id with every character percent-encoded. */
const MAXIMUM_SEGMENT_CHARACTERS = 1024;

export function createRouter(routes: readonly Route[]): FindRoute {
  const router = findMyWay({ maxParamLength: MAXIMUM_SEGMENT_CHARACTERS });
  for (const route of routes) router.on(route.method, route.path, unusedHandler, route);
  return (method, path) => {
    const found = router.find(method as Parameters<typeof router.find>[0], decodeColons(path));
    return found ? { route: found.store as Route, params: found.params } : undefined;
  };
}

/** `:` and `@` mean the same in a path whether or not they are percent-encoded (RFC 3986 section 3.3, pchar). */
function decodeColons(path: string): string {
  return path.includes('%') ? path.replace(/%3A/gi, ':').replace(/%40/g, '@') : path;
}

function unusedHandler(): void {
  // find-my-way requires a handler; the exchange calls the route itself.
}
