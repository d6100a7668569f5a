import type { HttpHandler, InvocationContext } from '@azure/functions';
import type * as z from 'zod';
import { validate } from '../contract/validate.ts';
import type { AnyOperation } from './definition.ts';
import { httpHandler } from './http.ts';
import { mask } from './masking.ts';
import { queueHandler } from './queue.ts';
import type { MessageHandler } from './receivedMessage.ts';
import { processRuntime, type Runtime } from './runtime.ts';
import type { WorkerDefinition } from './worker.ts';

/** What the functions of this process do when they are called. */

export const serveHttp = (operation: AnyOperation, ...[request, context]: Parameters<HttpHandler>) =>
  httpHandler(operation, processRuntime)(request, context);

export const serveMessage = (
  operation: AnyOperation,
  queue: string,
  ...[message, context]: Parameters<MessageHandler>
) => queueHandler(operation, queue, processRuntime)(message, context);

/** @throws whatever is to be tried again by the host */
export async function work<Message extends z.ZodType>(
  { name, message: schema, run }: WorkerDefinition<Message>,
  message: unknown,
  context: InvocationContext,
): Promise<void> {
  try {
    await run(validate(schema, message), processRuntime(), (line) => context.warn(mask(line)));
  } catch (error) {
    context.error(mask(`${name}: ${error instanceof Error ? error.message : String(error)}`));
    throw error;
  }
}

export const runTimer = (run: (runtime: Runtime) => Promise<void>) => run(processRuntime());
