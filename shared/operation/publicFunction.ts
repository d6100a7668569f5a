import { app, type HttpHandler, type HttpMethod } from '@azure/functions';
import { type PublicDefinition, publicFunctions } from './definition.ts';

/** Registers an HTTP function without authentication. It also serves HEAD, which probes send. */
export function publicFunction(definition: PublicDefinition): void {
  const { name, route, handler } = definition;
  publicFunctions.push(definition);
  // The host omits the body for HEAD (RFC 9110 §9.3.2).
  register(name, ['GET', 'HEAD'], route, handler);
}

/** Without TRACE, for which the library cannot construct a request: https://fetch.spec.whatwg.org/#methods */
const EVERY_METHOD = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

/** Registers a function for every path and method without another function. @param name must sort after all others */
export function catchAllFunction(name: string, handler: HttpHandler): void {
  register(name, EVERY_METHOD, '{*path}', handler);
}

/** Converts errors to ACS's error envelope. */
function register(name: string, methods: readonly HttpMethod[], route: string, handle: HttpHandler): void {
  const handler: HttpHandler = async (request, context) => {
    const startedAt = performance.now();
    try {
      return await handle(request, context);
    } catch (thrown) {
      const { errorResponse } = await import('./response.ts');
      return errorResponse(name, thrown, startedAt, request, context);
    }
  };
  app.http(name, { methods: [...methods], route, authLevel: 'anonymous', handler });
}
