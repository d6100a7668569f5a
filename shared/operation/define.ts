import { app, type HttpHandler, type HttpMethod } from '@azure/functions';
import type * as z from 'zod';
import { noBody } from '../contract/common.ts';
import type { Runtime } from '../runtime.ts';
import { once } from '../storage/connection.ts';
import {
  type AnyOperation,
  type OperationDeclaration,
  type OperationDefinition,
  operations,
  type PublicDefinition,
  publicFunctions,
  type WorkerDefinition,
} from './definition.ts';
import type { DeliveryHandler } from './queueDelivery.ts';
import { registerHttp, registerQueue, registerTimer } from './registration.ts';

// Each declaration under functions/ calls one of these. The code that serves a call is loaded with the first one, so that
// it does not delay the start. Even of a loaded module, `import()` would cost as much as to check a signature.
const http = once(() => import('./http.ts'));
const queues = once(() => import('./queue.ts'));
const workers = once(() => import('./runWorker.ts'));

/**
 * Registers an operation as two functions: `<name>` over HTTP and, if it has a queue, `<name>FromQueue`. The host lets
 * every HTTP request through; the client's signature decides who may call.
 */
export function operation<Params extends z.ZodType, Body extends z.ZodType = typeof noBody>(
  declaration: OperationDeclaration<Params, Body>,
): OperationDefinition<Params, Body> {
  const definition = { body: { schema: noBody }, ...declaration };
  const { name, queue } = definition;
  const any = definition as unknown as AnyOperation; // requests are validated before they are given to `run`
  operations.push(any);
  const serveRequest: HttpHandler = async (request, context) => (await http()).serveHttp(any, request, context);
  registerHttp(name, definition.http, serveRequest);
  if (queue !== undefined) {
    const serveMessage: DeliveryHandler = async (delivery, context) =>
      (await queues()).serveMessage(any, queue, delivery, context);
    registerQueue(`${name}FromQueue`, queue, serveMessage, name);
  }
  return definition as OperationDefinition<Params, Body>;
}

/** Registers a worker as a queue function. If it throws, the host retries; after the last attempt the message is poison. */
export function worker<Message extends z.ZodType>(definition: WorkerDefinition<Message>): WorkerDefinition<Message> {
  const { name, queue } = definition;
  registerQueue(name, queue, async ({ content }, context) => (await workers()).runWorker(definition, content, context));
  return definition;
}

/** Registers a function that runs on a schedule. @param schedule NCRONTAB with seconds, in UTC */
export function timer(name: string, schedule: string, run: (runtime: Runtime) => Promise<void>) {
  registerTimer(name, schedule, async (context) => (await workers()).runTimer(name, run, context));
  return { name, schedule, run };
}

/** Registers an HTTP function without authentication. It also serves HEAD, which probes send. */
export function publicFunction(definition: PublicDefinition): void {
  const { name, route, handler } = definition;
  publicFunctions.push(definition);
  // The host omits the body for HEAD (RFC 9110 §9.3.2).
  registerPublic(name, ['GET', 'HEAD'], route, handler);
}

/** Without TRACE, for which the library cannot construct a request: https://fetch.spec.whatwg.org/#methods */
const EVERY_METHOD = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

/** Registers a function for every path and method without another function. @param name must sort after all others */
export function catchAllFunction(name: string, handler: HttpHandler): void {
  registerPublic(name, EVERY_METHOD, '{*path}', handler);
}

/** Converts errors to ACS's error envelope. */
function registerPublic(name: string, methods: readonly HttpMethod[], route: string, handle: HttpHandler): void {
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
