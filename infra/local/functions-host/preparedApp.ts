import type { QueueClient } from '@azure/storage-queue';
import { type LocalFunction, readFunctions } from './bindings.ts';
import type { Core } from './core.ts';
import type { HostSettings } from './hostJson.ts';
import { compileRoutes, type HttpFunction, type Route } from './http/router.ts';
import { createInvoke, type Invoke } from './invocation.ts';
import type { Log } from './log.ts';
import { QueueListener } from './queue/listener.ts';
import { sendOutputs } from './queue/messages.ts';
import { StorageQueues } from './queue/queues.ts';
import { type AppSettings, mapOrReject, resolveSettings, StartError } from './startError.ts';
import { createStatusStore, startTimerListener } from './timer/listener.ts';
import { parseSchedule } from './timer/schedule.ts';

/** A loaded app, checked and ready to start. */
export interface PreparedApp {
  readonly functions: readonly LocalFunction[];
  readonly routes: readonly Route[];
  readonly invoke: Invoke;
  readonly starts: readonly StartListener[];
  /** Creates the queues that a deployment of the app has. @throws StartError if the storage fails */
  readonly createQueues: () => Promise<void>;
}

/** A queue listener or a timer. */
export interface Listener {
  stop(): Promise<void>;
}

/** Starts the listener of a function whose settings have been checked. */
export type StartListener = () => Listener | Promise<Listener>;

export interface AppOptions {
  readonly appSettings: AppSettings;
  readonly hostSettings: HostSettings;
  readonly dataDir: string | undefined;
  readonly queueLeaseMilliseconds: number;
  /** Queues to create besides those that functions read; undefined: no queue is created. */
  readonly createQueues: readonly string[] | undefined;
}

/** @throws StartError with one line for each problem */
export function prepareApp(core: Core, options: AppOptions, log: Log): PreparedApp {
  const { queues: queueSettings, routePrefix, recordsTraces } = options.hostSettings;
  const functions = readFunctions(core.functions.values());
  const routes = compileRoutes(functions.filter(isHttp), routePrefix);
  const queues = new StorageQueues(options.appSettings);
  const invoke = withOutputs(createInvoke(core, log, recordsTraces), functions, queues, queueSettings.messageEncoding);
  const store = createStatusStore(options.dataDir);

  const listenerOf = (target: LocalFunction): StartListener | undefined => {
    const { name: functionName, trigger } = target;
    const run: (data: Parameters<Invoke>[1]) => Promise<unknown> = (data) => invoke(target, data);
    if (trigger.kind === 'queue') {
      const [queue, poison] = [queues.open(trigger, functionName), queues.openPoison(trigger, functionName)];
      const { binary } = trigger;
      const leaseMilliseconds = options.queueLeaseMilliseconds;
      return () =>
        new QueueListener({
          functionName,
          queue,
          poison,
          settings: queueSettings,
          binary,
          leaseMilliseconds,
          run,
          log,
        });
    }
    if (trigger.kind === 'timer') {
      const expression = resolveSettings(trigger.schedule, options.appSettings, functionName);
      const schedule = parseSchedule(expression, functionName);
      const { runOnStartup, useMonitor } = trigger;
      return () => startTimerListener({ functionName, schedule, runOnStartup, useMonitor, store, run, log });
    }
    return undefined;
  };
  const starts = mapOrReject(functions, listenerOf).filter((start) => start !== undefined);

  const queuesOfDeployment = options.createQueues ? queuesToCreate(functions, options.createQueues, queues) : [];
  const createQueues = async () => {
    await Promise.all(queuesOfDeployment.map((queue) => queue.createIfNotExists())).catch((error: Error) => {
      throw new StartError(`The queues cannot be created: ${error.message}`, { cause: error });
    });
  };
  return { functions, routes, invoke, starts, createQueues };
}

function isHttp(target: LocalFunction): target is HttpFunction {
  return target.trigger.kind === 'http';
}

/** Also sends what a function returns for its queue outputs. @throws StartError if a setting of an output is missing */
function withOutputs(
  invoke: Invoke,
  functions: readonly LocalFunction[],
  queues: StorageQueues,
  encoding: 'base64' | 'none',
): Invoke {
  const outputs = new Map(
    mapOrReject(functions, (target) => [
      target,
      target.queueOutputs.map((output) => ({ binding: output.binding, queue: queues.open(output, target.name) })),
    ]),
  );
  return async (target, trigger) => {
    const response = await invoke(target, trigger);
    await sendOutputs(outputs.get(target) ?? [], response, encoding);
    return response;
  };
}

/**
 * Returns the queues that a deployment of the app has: those that its functions read, each with its poison queue, and others.
 *
 * @param others names of queues that no function reads
 * @throws StartError if a setting is missing
 */
function queuesToCreate(
  functions: readonly LocalFunction[],
  others: readonly string[],
  queues: StorageQueues,
): QueueClient[] {
  const read = functions.flatMap(({ name, trigger }) =>
    trigger.kind === 'queue' ? [queues.open(trigger, name), queues.openPoison(trigger, name)] : [],
  );
  const unread = others.map((queueName) => queues.open({ queueName, connection: '' }, queueName));
  const all = [...read, ...unread].filter((queue) => queue !== undefined);
  return [...new Map(all.map((queue) => [queue.url, queue])).values()];
}
