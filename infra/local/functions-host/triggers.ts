import { type AppSettings, resolveSettings, storageConnection } from './app-settings.ts';
import type { LocalFunction, QueueOutput, QueueTrigger, TimerTrigger } from './bindings.ts';
import type { QueueSettings } from './hostjson.ts';
import type { Invoke } from './invocation.ts';
import type { Log } from './log.ts';
import type { OpenQueue } from './queue/client.ts';
import { QueueListener } from './queue/listener.ts';
import type { OutputQueue } from './queue/output.ts';
import { openPoisonQueue } from './queue/poison.ts';
import { startTimerListener } from './timer/listener.ts';
import { parseSchedule } from './timer/schedule.ts';
import type { StatusStore } from './timer/status.ts';

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
