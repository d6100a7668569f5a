import type { HttpHandler } from '@azure/functions';
import type * as z from 'zod';
import { type AnyOperation, type OperationDefinition, operations } from './definition.ts';
import type { DeliveryHandler } from './delivery.ts';
import { registerHttp, registerQueue } from './host.ts';

/**
 * Registers an operation as two functions: `<name>` over HTTP and, if it has a queue, `<name>FromQueue`. The host lets
 * every HTTP request through; the client's signature decides who may call. The code that serves requests is loaded with
 * the first one, so that it does not delay the start.
 */
export function operation<Params extends z.ZodType, Body extends z.ZodType>(
  definition: OperationDefinition<Params, Body>,
): OperationDefinition<Params, Body> {
  const { name, http, queue } = definition;
  const any = definition as unknown as AnyOperation; // requests are validated before they are given to `run`
  operations.push(any);
  const serveRequest: HttpHandler = async (request, context) =>
    (await import('./http.ts')).serveHttp(any, request, context);
  registerHttp(name, http, serveRequest);
  if (queue !== undefined) {
    const serveMessage: DeliveryHandler = async (delivery, context) =>
      (await import('./queue.ts')).serveMessage(any, queue, delivery, context);
    registerQueue(`${name}FromQueue`, queue, serveMessage, name);
  }
  return definition;
}
