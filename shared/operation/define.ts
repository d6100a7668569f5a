import { app, type HttpHandler } from '@azure/functions';
import type * as z from 'zod';
import { serving } from './deferred.ts';
import type { AnyOperation, OperationDefinition } from './definition.ts';
import type { MessageHandler } from './delivery.ts';
import { observedHttp, queueFunction } from './host.ts';
import { operations } from './registry.ts';

/**
 * Makes one declaration into two functions: `<name>` over HTTP, and, where it has a queue, `<name>FromQueue`. To the
 * host, the HTTP function is anonymous; who may call is decided by the client's signature.
 */
export function operation<Params extends z.ZodType, Body extends z.ZodType>(
  definition: OperationDefinition<Params, Body>,
): OperationDefinition<Params, Body> {
  const { name, method, route, queue } = definition;
  const any = definition as unknown as AnyOperation; // the handlers validate before they call `run`
  operations.push(any);
  const serve: HttpHandler = async (request, context) => (await serving()).serveHttp(any, request, context);
  app.http(name, { methods: [method], route, authLevel: 'anonymous', handler: observedHttp(any, serve) });
  if (queue !== undefined) {
    const take: MessageHandler = async (message, context) =>
      (await serving()).serveMessage(any, queue, message, context);
    queueFunction(`${name}FromQueue`, queue, take, name);
  }
  return definition;
}
