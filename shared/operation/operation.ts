import { app } from '@azure/functions';
import type * as z from 'zod';
import type { AnyOperation, OperationDefinition } from './definition.ts';
import { httpHandler } from './http.ts';
import { observedHttp, observedQueue } from './observed.ts';
import { queueHandler } from './queue.ts';
import { operations } from './registry.ts';
import { processRuntime } from './runtime.ts';

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
  const handler = observedHttp(any, httpHandler(any, processRuntime));
  app.http(name, { methods: [method], route, authLevel: 'anonymous', handler });
  if (queue !== undefined) {
    const fromQueue = observedQueue(name, queue, queueHandler(any, queue, processRuntime));
    app.storageQueue(`${name}FromQueue`, { queueName: queue, connection: 'AzureWebJobsStorage', handler: fromQueue });
  }
  return definition;
}
