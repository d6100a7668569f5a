import type { QueueClient } from '@azure/storage-queue';
import {
  type LocalFunction,
  type QueueOutput,
  type QueueTrigger,
  readFunctions,
  type TimerTrigger,
} from './bindings.ts';
import type { Core } from './core.ts';
import type { HostSettings, QueueSettings } from './hostJson.ts';
import { compileRoutes, type HttpFunction, type Route } from './http/router.ts';
import { createInvoke, type Invoke } from './invocation.ts';
import type { Log } from './log.ts';
import { QueueListener } from './queue/listener.ts';
import { type OutputQueue, sendOutputs } from './queue/messages.ts';
import { createOpenQueue, type OpenQueue, openPoisonQueue, poisonNameOf } from './queue/queues.ts';
import { type AppSettings, mapOrRefuse, resolveSettings, StartError, storageConnection } from './startError.ts';
import { createStatusStore, type StatusStore, startTimerListener } from './timer/listener.ts';
import { parseSchedule } from './timer/schedule.ts';

/** A loaded app, checked and ready to be started. */
export interface PreparedApp {
  readonly functions: readonly LocalFunction[];
  readonly routes: readonly Route[];
  readonly invoke: Invoke;
  readonly starts: readonly StartListener[];
  /** Creates the queues that a deployment of the app has. @throws StartError when storage refuses */
  readonly createQueues: () => Promise<void>;
}

export interface AppOptions {
  readonly appSettings: AppSettings;
  readonly hostSettings: HostSettings;
  readonly dataDir: string | undefined;
  readonly queueLeaseMilliseconds: number;
  /** Queues to create beside those that functions read; undefined: none at all is created. */
  readonly createQueues: readonly string[] | undefined;
}

/** @throws StartError with one line for each problem */
export function prepareApp(core: Core, options: AppOptions, log: Log): PreparedApp {
  const { queues, routePrefix, recordsTraces } = options.hostSettings;
  const functions = readFunctions(core.functions.values());
  const routes = compileRoutes(functions.filter(isHttp), routePrefix);
  const queueParts = { settings: options.appSettings, openQueue: createOpenQueue() };
  const outputs = new Map(mapOrRefuse(functions, (target) => [target, prepareOutputs(target, queueParts)]));
  const call = createInvoke(core, log, recordsTraces);
  const invoke: Invoke = async (target, trigger) => {
    const response = await call(target, trigger);
    const queueOutputs = outputs.get(target) ?? [];
    if (queueOutputs.length > 0) await sendOutputs(queueOutputs, response, queues.messageEncoding);
    return response;
  };
  const parts = {
    ...queueParts,
    queueSettings: queues,
    leaseMilliseconds: options.queueLeaseMilliseconds,
    store: createStatusStore(options.dataDir),
    invoke,
    log,
  };
  const starts = mapOrRefuse(functions, (target) => prepareListener(target, parts)).filter(
    (start) => start !== undefined,
  );
  const queuesOfDeployment = options.createQueues && queuesToCreate(functions, options.createQueues, queueParts);
  const createQueues = async () => {
    const created = (queuesOfDeployment ?? []).map((queue) => queue.createIfNotExists());
    await Promise.all(created).catch((error: Error) => {
      throw new StartError(`The queues cannot be created: ${error.message}`, { cause: error });
    });
  };
  return { functions, routes, invoke, starts, createQueues };
}

function isHttp(target: LocalFunction): target is HttpFunction {
  return target.trigger.kind === 'http';
}

/** A queue poller or a timer. */
export interface Listener {
  stop(): Promise<void>;
}

export interface QueueParts {
  readonly settings: AppSettings;
  readonly openQueue: OpenQueue;
}

export interface TriggerParts extends QueueParts {
  readonly queueSettings: QueueSettings;
  readonly leaseMilliseconds: number;
  readonly store: StatusStore;
  readonly invoke: Invoke;
  readonly log: Log;
}

/** Starts a function's listener; everything that can be wrong with its settings was found before. */
export type StartListener = () => Listener | Promise<Listener>;

/**
 * Resolves the settings of a queue or timer function.
 *
 * @returns undefined for an HTTP function
 * @throws StartError for a setting that is missing or unusable
 */
export function prepareListener(target: LocalFunction, parts: TriggerParts): StartListener | undefined {
  const { trigger } = target;
  if (trigger.kind === 'queue') return prepareQueue(target, trigger, parts);
  if (trigger.kind === 'timer') return prepareTimer(target, trigger, parts);
  return undefined;
}

/**
 * Opens the queues of a function's outputs.
 *
 * @throws StartError for a setting that is missing
 */
export function prepareOutputs(target: LocalFunction, parts: QueueParts): OutputQueue[] {
  return target.queueOutputs.map((output) => {
    const { connectionString, queueName } = resolveQueue(target, output, parts.settings);
    return { binding: output.binding, queue: parts.openQueue(connectionString, queueName) };
  });
}

/**
 * Where a queue is, and its name.
 *
 * @throws StartError for a setting that is missing
 */
export function resolveQueue(
  target: LocalFunction,
  { queueName, connection }: Pick<QueueOutput, 'queueName' | 'connection'>,
  settings: AppSettings,
) {
  return {
    connectionString: storageConnection(connection, settings, target.name),
    queueName: resolveSettings(queueName, settings, target.name).toLowerCase(),
  };
}

function prepareQueue(target: LocalFunction, trigger: QueueTrigger, parts: TriggerParts): StartListener {
  const { openQueue, invoke, log, queueSettings, leaseMilliseconds } = parts;
  const { connectionString, queueName } = resolveQueue(target, trigger, parts.settings);
  const queue = openQueue(connectionString, queueName);
  const poison = openPoisonQueue(openQueue, connectionString, queueName);
  return () =>
    new QueueListener({
      functionName: target.name,
      queue,
      poison,
      settings: queueSettings,
      binary: trigger.binary,
      leaseMilliseconds,
      run: (data) => invoke(target, data),
      log,
    });
}

function prepareTimer(target: LocalFunction, trigger: TimerTrigger, parts: TriggerParts): StartListener {
  const { settings, store, invoke, log } = parts;
  const schedule = parseSchedule(resolveSettings(trigger.schedule, settings, target.name), target.name);
  const { runOnStartup, useMonitor } = trigger;
  return () =>
    startTimerListener({
      functionName: target.name,
      schedule,
      runOnStartup,
      useMonitor,
      store,
      run: (data) => invoke(target, data),
      log,
    });
}

/**
 * The queues that a deployment of the app has: those that its functions read, each with its poison queue, and others.
 *
 * @param further names of queues that no function reads
 * @throws StartError for a setting that is missing
 */
export function queuesToCreate(
  functions: readonly LocalFunction[],
  further: readonly string[],
  { settings, openQueue }: { readonly settings: AppSettings; readonly openQueue: OpenQueue },
): QueueClient[] {
  const read = functions.flatMap((target) => {
    if (target.trigger.kind !== 'queue') return [];
    const { connectionString, queueName } = resolveQueue(target, target.trigger, settings);
    const names = [queueName, poisonNameOf(queueName)].filter((name) => name !== undefined);
    return names.map((name) => openQueue(connectionString, name));
  });
  const own = further.map((name) => openQueue(storageConnection('', settings, name), name));
  return [...new Map([...read, ...own].map((queue) => [queue.url, queue])).values()];
}
