import Module from 'node:module';
import { app, type FunctionHandler } from '@azure/functions';
import type { Trigger } from './functions.ts';

/** What is loaded after the start: every declaration, and what runs it. */
export interface LoadedFunctions {
  /** By name. */
  readonly handlers: ReadonlyMap<string, FunctionHandler>;
  startTelemetryIfWanted(): void;
  stopTelemetry(): Promise<void>;
}

/**
 * Registers functions with the Functions host, which waits for nothing else. What runs them is loaded during the rest of the
 * host's start, and the first invocation waits for it.
 */
export function registerFunctions(triggers: readonly Trigger[], load: () => Promise<LoadedFunctions>): void {
  let loading: Promise<LoadedFunctions> | undefined;
  const loaded = () => {
    loading ??= load().then((functions) => {
      functions.startTelemetryIfWanted();
      return functions;
    });
    return loading;
  };
  for (const trigger of triggers) {
    register(trigger, async (input, context) => handlerOf(trigger, await loaded())(input, context));
  }
  app.hook.appStart(ignoreMessageMetadata);
  app.hook.appStart(() => void loaded().catch(warnOf));
  app.hook.appTerminate(async () => (await loaded()).stopTelemetry());
}

function handlerOf({ name }: Trigger, { handlers }: LoadedFunctions): FunctionHandler {
  const handler = handlers.get(name);
  if (!handler) throw new Error(`There is no declaration of the function ${name}.`);
  return handler;
}

/** Every invocation fails with this error. */
function warnOf(error: unknown): void {
  process.emitWarning(`The functions could not be loaded: ${String(error)}`, 'LoadWarning');
}

/**
 * A queue's trigger passes bytes: with text, the host would parse it and lose what JSON objects cannot hold, such as large
 * numbers or the difference between a string and its JSON.
 */
function register(trigger: Trigger, handler: FunctionHandler): void {
  const { kind, name } = trigger;
  if (kind === 'http') {
    app.http(name, { methods: [...trigger.methods], route: trigger.route, authLevel: 'anonymous', handler });
  } else if (kind === 'queue') {
    const binary = { dataType: 'binary' };
    app.storageQueue(name, { queueName: trigger.queue, connection: 'AzureWebJobsStorage', ...binary, handler });
  } else app.timer(name, { schedule: trigger.schedule, handler });
}

/**
 * Keeps the library from reading a message a second time. The host also passes its text in the metadata, where the library
 * parses it and traverses it recursively. A deeply nested message would fail there, before any function runs, and would
 * become poison without an outcome.
 *
 * @see https://github.com/Azure/azure-functions-nodejs-library/blob/v4.x/src/converters/toCamelCase.ts
 */
function ignoreMessageMetadata(): void {
  const core = Module.createRequire(import.meta.url)('@azure/functions-core') as WorkerApi;
  const model = core.getProgrammingModel?.();
  if (!model) return;
  const getInvocationModel = model.getInvocationModel.bind(model);
  model.getInvocationModel = (invocation) => {
    const { triggerMetadata } = invocation.request;
    if (triggerMetadata) delete triggerMetadata['QueueTrigger'];
    return getInvocationModel(invocation);
  };
}

interface Invocation {
  readonly request: { readonly triggerMetadata?: Record<string, unknown> | null };
}

/** The used part of the worker's own API. @see azure-functions-nodejs-worker, types-core/index.d.ts */
interface WorkerApi {
  getProgrammingModel?(): { getInvocationModel(invocation: Invocation): unknown } | undefined;
}
