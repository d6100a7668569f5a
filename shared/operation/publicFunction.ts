import { app, type HttpHandler, type HttpMethod } from '@azure/functions';
import type * as z from 'zod';
import { publicFunctions } from './registry.ts';

export interface PublicAnswer {
  readonly description: string;
  /** The schema of the body by content type; null where JSON Schema has nothing to say of it. */
  readonly content?: Readonly<Record<string, z.ZodType | null>>;
}

/** A GET that anybody may call: what it returns is no secret. */
export interface PublicDefinition {
  /** Of the file and the function. */
  readonly name: string;
  /** One sentence of what it does, for its callers. */
  readonly summary: string;
  /** Route template of the HTTP function, without a slash in front. */
  readonly route: string;
  /** It returns more to clients. */
  readonly mayBeSigned?: boolean;
  /** Path parameters. */
  readonly params?: z.ZodType;
  /** By status. */
  readonly responses: Readonly<Record<number, PublicAnswer>>;
  /** Statuses under which it refuses, besides 500. */
  readonly errors?: readonly number[];
  readonly handler: HttpHandler;
}

/** Registers a declaration as an HTTP function without authentication, which also answers HEAD (probes send it). */
export function publicFunction(definition: PublicDefinition): void {
  const { name, route, handler } = definition;
  publicFunctions.push(definition);
  // The host sends no body in answer to HEAD (RFC 9110 §9.3.2).
  register(name, ['GET', 'HEAD'], route, handler);
}

/** Without TRACE, of which the library cannot make a request: https://fetch.spec.whatwg.org/#methods */
const EVERY_METHOD = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

/** Registers a function for every path and method that no other function serves. @param name must sort behind all others */
export function catchAllFunction(name: string, handler: HttpHandler): void {
  register(name, EVERY_METHOD, '{*path}', handler);
}

/** Failures have ACS's error envelope, as everywhere. */
function register(name: string, methods: readonly HttpMethod[], route: string, handle: HttpHandler): void {
  const handler: HttpHandler = async (request, context) => {
    const startedAt = performance.now();
    try {
      return await handle(request, context);
    } catch (thrown) {
      const { refusal } = await import('./response.ts');
      return refusal(name, thrown, startedAt, request, context);
    }
  };
  app.http(name, { methods: [...methods], route, authLevel: 'anonymous', handler });
}
