import type { InvocationContext } from '@azure/functions';
import type * as z from 'zod';
import { validate } from '../contract/validate.ts';
import { processRuntime, type Runtime } from '../runtime.ts';
import { describeError, errorLabel, logLine } from '../telemetry/masking.ts';
import type { WorkerDefinition } from './definition.ts';
import { withInvocationLog } from './logging.ts';

/** @throws Error to make the host retry */
export function runWorker<Message extends z.ZodType>(
  definition: WorkerDefinition<Message>,
  content: unknown,
  context: InvocationContext,
  runtime: () => Runtime = processRuntime,
): Promise<void> {
  const { name, message: schema, run } = definition;
  const log = (line: string) => context.warn(logLine(line));
  return withFailureMasked(name, context, async () => {
    if (await isForged(definition, content, runtime())) {
      log(`${name}: dropped a message that Switchboard has not written`);
    } else await run(validate(schema, content), runtime(), log);
  });
}

/** @throws Error to make the host report a failed run */
export function runTimer(
  name: string,
  run: (runtime: Runtime) => Promise<void>,
  context: InvocationContext,
  runtime: () => Runtime = processRuntime,
): Promise<void> {
  return withFailureMasked(name, context, () => run(runtime()));
}

async function isForged<Message extends z.ZodType>(
  { message: schema, isAuthentic }: WorkerDefinition<Message>,
  content: unknown,
  runtime: Runtime,
): Promise<boolean> {
  if (!isAuthentic) return false;
  const { success, data } = schema.safeParse(content);
  return !success || !isAuthentic(data, await runtime.secret());
}

/** The host logs everything about an error that is thrown, so it gets one that quotes nothing. */
async function withFailureMasked(name: string, context: InvocationContext, run: () => Promise<void>): Promise<void> {
  try {
    await withInvocationLog(context, run);
  } catch (error) {
    context.error(`${name}: ${describeError(error)}`);
    throw new Error(`${name} failed: ${errorLabel(error)}`);
  }
}
