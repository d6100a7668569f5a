import { app, type HttpHandler } from '@azure/functions';
import type * as z from 'zod';
import { publicFunctions } from './registry.ts';

export interface PublicAnswer {
  readonly description: string;
  /** The schema of the body by content type; null where JSON Schema has nothing to say of it. */
  readonly content?: Readonly<Record<string, z.ZodType | null>>;
}

/** A GET for everybody: what it tells is no secret. */
export interface PublicDefinition {
  /** Of the file and the function. */
  readonly name: string;
  /** One sentence of what it does, for its callers. */
  readonly summary: string;
  /** Route template of the HTTP function, without a slash in front. */
  readonly route: string;
  /** It tells clients more. */
  readonly mayBeSigned?: boolean;
  /** Path parameters. */
  readonly params?: z.ZodType;
  /** By status. */
  readonly responses: Readonly<Record<number, PublicAnswer>>;
  /** Statuses under which it refuses, besides 500. */
  readonly errors?: readonly number[];
  readonly handler: HttpHandler;
}

/** Makes a declaration into an HTTP function without authentication. Its failures have ACS's error envelope, as all have. */
export function publicFunction(definition: PublicDefinition): void {
  const { name, route, handler: handle } = definition;
  const handler: HttpHandler = async (request, context) => {
    const startedAt = performance.now();
    try {
      return await handle(request, context);
    } catch (thrown) {
      const { refusal } = await import('./refusal.ts');
      return refusal(name, thrown, startedAt, request, context);
    }
  };
  publicFunctions.push(definition);
  app.http(name, { methods: ['GET'], route, authLevel: 'anonymous', handler });
}
