import type { LocalFunction } from './bindings.ts';
import type { RunByName } from './http/admin.ts';
import type { Invoke, Trigger } from './invocation.ts';
import type { Log } from './log.ts';
import { toTrigger as toTimerTrigger } from './timer/listener.ts';
import { parseSchedule } from './timer/schedule.ts';

export interface RunsByName {
  readonly run: RunByName;
  /** Done when the runs under way have ended. */
  stop(): Promise<void>;
}

/** Runs functions outside their triggers, for `POST /admin/functions/{name}`. */
export function createRunsByName(functions: readonly LocalFunction[], invoke: Invoke, log: Log): RunsByName {
  const running = new Set<Promise<void>>();
  return {
    run: (name, input) => {
      const target = functions.find(
        (one) => one.name.toLowerCase() === name.toLowerCase() && one.trigger.kind !== 'http',
      );
      if (!target) return false;
      const done = invoke(target, triggerOf(target, input))
        .then(
          () => undefined,
          (error: unknown) => log.error(`${target.name} failed`, error),
        )
        .finally(() => running.delete(done));
      running.add(done);
      return true;
    },
    stop: async () => void (await Promise.all(running)),
  };
}

function triggerOf({ name, trigger }: LocalFunction, input: string): Trigger {
  if (trigger.kind === 'timer') return toTimerTrigger(parseSchedule('00:01:00', name), undefined, false);
  return { data: { string: input }, metadata: { QueueTrigger: { string: input } } };
}
