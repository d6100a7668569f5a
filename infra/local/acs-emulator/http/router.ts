import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import findMyWay from 'find-my-way';
import type { Route } from './route.ts';

/** Longer than any id of ACS with every character percent-encoded. */
const MAXIMUM_SEGMENT_CHARACTERS = 1024;

export interface NamedRoute {
  /** The name of the operation, which is that of the route's file. */
  readonly name: string;
  readonly route: Route;
}

export interface FoundRoute extends NamedRoute {
  readonly params: Readonly<Record<string, string | undefined>>;
}

export type FindRoute = (method: string, path: string) => FoundRoute | undefined;

/** Loads every file below a folder as a route. @throws Error when a file exports no route */
export async function loadRoutes(folder: string): Promise<NamedRoute[]> {
  const files = await readdir(folder, { recursive: true });
  const sources = files.filter((file) => file.endsWith('.ts')).sort();
  return Promise.all(sources.map((file) => loadRoute(join(folder, file))));
}

async function loadRoute(file: string): Promise<NamedRoute> {
  const { route } = (await import(pathToFileURL(file).href)) as { readonly route?: Route };
  if (!route) throw new Error(`${file} does not export a const named 'route'.`);
  return { name: basename(file, '.ts'), route };
}

export function routerOf(routes: readonly NamedRoute[]): FindRoute {
  const router = findMyWay({ maxParamLength: MAXIMUM_SEGMENT_CHARACTERS });
  for (const named of routes) router.on(named.route.method, named.route.path, unused, named);
  return (method, path) => {
    const found = router.find(method as Parameters<typeof router.find>[0], withPlainColons(path));
    return found ? { ...(found.store as NamedRoute), params: found.params } : undefined;
  };
}

/** `:` and `@` mean the same in a path whether they are percent-encoded or not (RFC 3986 section 3.3, pchar). */
function withPlainColons(path: string): string {
  return path.includes('%') ? path.replace(/%3A/gi, ':').replace(/%40/g, '@') : path;
}

function unused(): void {
  // The router wants a handler; the exchange calls the route itself.
}
