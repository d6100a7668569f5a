import type { HttpHandler, InvocationContext } from '@azure/functions';
import type * as z from 'zod';
import { validate } from '../contract/validate.ts';
import { processRuntime, type Runtime } from '../runtime.ts';
import { withFailureLog } from '../telemetry/failureLog.ts';
import { describeError, errorLabel, logLine } from '../telemetry/masking.ts';
import type { AnyOperation } from './definition.ts';
import type { MessageHandler } from './delivery.ts';
import { httpHandler } from './http.ts';
import { queueHandler } from './queue.ts';
import type { WorkerDefinition } from './worker.ts';

/** What the functions of this process do when they are called. */

export const serveHttp = (operation: AnyOperation, ...[request, context]: Parameters<HttpHandler>) =>
  logged(context, async () => httpHandler(operation, processRuntime)(request, context));

export const serveMessage = (
  operation: AnyOperation,
  queue: string,
  ...[message, context]: Parameters<MessageHandler>
) => logged(context, async () => queueHandler(operation, queue, processRuntime)(message, context));

/** @throws whatever is to be tried again by the host */
export async function work<Message extends z.ZodType>(
  definition: WorkerDefinition<Message>,
  message: unknown,
  context: InvocationContext,
): Promise<void> {
  const { name, message: schema, run } = definition;
  try {
    const log = (line: string) => context.warn(logLine(line));
    await logged(context, async () => {
      if (await isForged(definition, message, processRuntime())) {
        log(`${name}: dropped a message that Switchboard has not written`);
      } else await run(validate(schema, message), processRuntime(), log);
    });
  } catch (error) {
    throw loggedFailure(name, error, context);
  }
}

async function isForged<Message extends z.ZodType>(
  { message: schema, isAuthentic }: WorkerDefinition<Message>,
  message: unknown,
  runtime: Runtime,
): Promise<boolean> {
  if (!isAuthentic) return false;
  const { success, data } = schema.safeParse(message);
  return !success || !isAuthentic(data, await runtime.secret());
}

/** @throws whatever the host is to report as the failure of this run */
export async function runTimer(
  name: string,
  run: (runtime: Runtime) => Promise<void>,
  context: InvocationContext,
): Promise<void> {
  try {
    await logged(context, () => run(processRuntime()));
  } catch (error) {
    throw loggedFailure(name, error, context);
  }
}

/** The host logs all of what is thrown, and so gets an error that quotes nothing. */
function loggedFailure(name: string, error: unknown, context: InvocationContext): Error {
  context.error(`${name}: ${describeError(error)}`);
  return new Error(`${name} failed: ${errorLabel(error)}`);
}

/** Runs an invocation whose handled failures go to its own log. */
function logged<Result>(context: InvocationContext, run: () => Promise<Result>): Promise<Result> {
  return withFailureLog((what, error) => context.error(`${logLine(what)}: ${describeError(error)}`), run);
}
