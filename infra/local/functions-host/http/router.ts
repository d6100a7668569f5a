import type { HttpTrigger, LocalFunction } from '../bindings.ts';
import { mapOrReject, StartError } from '../startError.ts';
import { compileTemplate, type MatchPath } from './routeTemplate.ts';

export type HttpFunction = LocalFunction<HttpTrigger>;

export interface Route {
  readonly target: HttpFunction;
  /** Below the host: prefix and template, without a leading slash. */
  readonly template: string;
  readonly match: MatchPath;
}

export interface Match {
  readonly target: HttpFunction;
  readonly parameters: Readonly<Record<string, string>>;
}

/**
 * Compiles the routes in the order of function names. The first match wins, even if another one is more specific.
 *
 * @param functions sorted by name
 * @throws StartError for an invalid template, or if two functions have the same one for the same method
 */
export function compileRoutes(functions: readonly HttpFunction[], routePrefix: string): Route[] {
  const routes: Route[] = [];
  mapOrReject(functions, (target) => routes.push(compileRoute(target, routePrefix, routes)));
  return routes;
}

function compileRoute(target: HttpFunction, routePrefix: string, others: readonly Route[]): Route {
  const template = [routePrefix, target.trigger.route.replaceAll(/^\/+|(?<!\/)\/+$/g, '')].filter(Boolean).join('/');
  if (/^(?:admin|runtime)/i.test(template)) {
    throw new StartError(`${target.name}: the route "${template}" is reserved for the host.`);
  }
  const twin = others.find(
    (other) => other.template.toLowerCase() === template.toLowerCase() && overlap(other.target, target),
  );
  if (twin) throw new StartError(`${target.name}: the route "${template}" is that of ${twin.target.name}.`);
  return { target, template, match: compileTemplate(template, target.name) };
}

/** @param path decoded, with a leading slash */
export function findRoute(routes: readonly Route[], method: string, path: string): Match | undefined {
  for (const { target, match } of routes) {
    if (target.trigger.methods && !target.trigger.methods.has(method)) continue;
    const parameters = match(path);
    if (parameters) return { target, parameters };
  }
  return undefined;
}

function overlap(a: HttpFunction, b: HttpFunction): boolean {
  const { methods } = b.trigger;
  return !a.trigger.methods || !methods || [...a.trigger.methods].some((method) => methods.has(method));
}
