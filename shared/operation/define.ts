import type { HttpHandler, HttpMethod } from '@azure/functions';
import type * as z from 'zod';
import { noBody } from '../contract/common.ts';
import type { Runtime } from '../runtime.ts';
import {
  type AnyOperation,
  type OperationDeclaration,
  type OperationDefinition,
  operations,
  type PublicDefinition,
  publicFunctions,
  type WorkerDefinition,
} from './definition.ts';
import { declareFunction } from './functions.ts';
import { serveHttp } from './http.ts';
import { serveMessage } from './queue.ts';
import type { DeliveryHandler } from './queueDelivery.ts';
import { errorResponse } from './response.ts';
import { runTimer, runWorker } from './runWorker.ts';
import { tracedHttp, tracedQueue, tracedTimer } from './tracing.ts';

// Each declaration under functions/ calls one of these. A build registers what they declare (see `registration.ts`), and
// loads them after the start, together with what serves every invocation.

/**
 * Declares an operation as two functions: `<name>` over HTTP and, if it has a queue, `<name>FromQueue`. The host lets
 * every HTTP request through; the client's signature decides who may call.
 */
export function operation<Params extends z.ZodType, Body extends z.ZodType = typeof noBody>(
  declaration: OperationDeclaration<Params, Body>,
): OperationDefinition<Params, Body> {
  const definition = { body: { schema: noBody }, ...declaration };
  const { name, queue } = definition;
  const any = definition as unknown as AnyOperation; // requests are validated before they are given to `run`
  operations.push(any);
  const serveRequest: HttpHandler = (request, context) => serveHttp(any, request, context);
  const { method, route } = definition.http;
  const handler = tracedHttp(name, definition.http, serveRequest);
  declareFunction({ kind: 'http', name, methods: [method], route }, handler);
  if (queue !== undefined) {
    const serve: DeliveryHandler = (delivery, context) => serveMessage(any, queue, delivery, context);
    declareFunction({ kind: 'queue', name: `${name}FromQueue`, queue }, tracedQueue(name, queue, serve));
  }
  return definition as OperationDefinition<Params, Body>;
}

/** Declares a worker as a queue function. If it throws, the host retries; after the last attempt the message is poison. */
export function worker<Message extends z.ZodType>(definition: WorkerDefinition<Message>): WorkerDefinition<Message> {
  const { name, queue } = definition;
  const serve: DeliveryHandler = ({ content }, context) => runWorker(definition, content, context);
  declareFunction({ kind: 'queue', name, queue }, tracedQueue(name, queue, serve));
  return definition;
}

/** Declares a function that runs on a schedule. @param schedule NCRONTAB with seconds, in UTC */
export function timer(name: string, schedule: string, run: (runtime: Runtime) => Promise<void>) {
  const handler = tracedTimer(name, (context) => runTimer(name, run, context));
  declareFunction({ kind: 'timer', name, schedule }, handler);
  return { name, schedule, run };
}

/** Declares an HTTP function without authentication. It also serves HEAD, which probes send. */
export function publicFunction(definition: PublicDefinition): void {
  const { name, route, handler } = definition;
  publicFunctions.push(definition);
  // The host omits the body for HEAD (RFC 9110 §9.3.2).
  declarePublic(name, ['GET', 'HEAD'], route, handler);
}

/** Without TRACE, for which the library cannot construct a request: https://fetch.spec.whatwg.org/#methods */
const EVERY_METHOD = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

/** Declares a function for every path and method without another function. @param name must sort after all others */
export function catchAllFunction(name: string, handler: HttpHandler): void {
  declarePublic(name, EVERY_METHOD, '{*path}', handler);
}

/** Converts errors to ACS's error envelope. */
function declarePublic(name: string, methods: readonly HttpMethod[], route: string, handle: HttpHandler): void {
  const handler: HttpHandler = async (request, context) => {
    const startedAt = performance.now();
    try {
      return await handle(request, context);
    } catch (thrown) {
      return errorResponse(name, thrown, startedAt, request, context);
    }
  };
  declareFunction({ kind: 'http', name, methods, route }, handler);
}
