import type { Trigger } from '../invocation.ts';
import type { Log } from '../log.ts';
import { createPause } from '../pause.ts';
import { isMonitored, type Schedule } from './schedule.ts';
import { advance, resume, type ScheduleStatus, type StatusStore } from './status.ts';

export interface TimerParts {
  readonly functionName: string;
  readonly schedule: Schedule;
  readonly runOnStartup: boolean;
  readonly useMonitor: boolean;
  readonly store: StatusStore;
  readonly run: (trigger: Trigger) => Promise<unknown>;
  readonly log: Log;
}

export interface TimerListener {
  /** Starts no more runs; done when the one under way has ended. */
  stop(): Promise<void>;
}

/** The longest wait that Node's timers can hold. */
const longestMilliseconds = 2 ** 31 - 1;

/** Runs a function on its schedule, never twice at once. */
export async function startTimerListener(parts: TimerParts): Promise<TimerListener> {
  const { schedule } = parts;
  const kept = parts.useMonitor && isMonitored(schedule, new Date()) ? parts.store : undefined;
  const begin = resume(schedule, await kept?.read(parts.functionName), new Date());
  const pause = createPause();
  const state: { stopped: boolean } = { stopped: false };
  const loop = async () => {
    let { status } = begin;
    await keep(parts, kept, status);
    if (begin.isPastDue || parts.runOnStartup) status = await runOnce(parts, kept, status, begin.isPastDue);
    while (!state.stopped) {
      const wait = status.next.getTime() - Date.now();
      if (wait > 0) await pause.wait(Math.min(wait, longestMilliseconds));
      else status = await runOnce(parts, kept, status, false);
    }
  };
  const looping = loop();
  return {
    stop: () => {
      state.stopped = true;
      pause.wake();
      return looping;
    },
  };
}

async function runOnce(
  parts: TimerParts,
  kept: StatusStore | undefined,
  status: ScheduleStatus,
  isPastDue: boolean,
): Promise<ScheduleStatus> {
  const startedAt = new Date();
  const trigger = toTrigger(parts.schedule, kept && status, isPastDue);
  await parts.run(trigger).catch((error: unknown) => parts.log.error(`${parts.functionName} failed`, error));
  const after = advance(parts.schedule, startedAt);
  await keep(parts, kept, after);
  return after;
}

/** A status that cannot be kept costs a past-due run after the next start, not this host's schedule. */
async function keep(
  { functionName, log }: TimerParts,
  kept: StatusStore | undefined,
  status: ScheduleStatus,
): Promise<void> {
  await kept?.write(functionName, status).catch((error: unknown) => {
    log.error(`${functionName}: its schedule status could not be kept`, error);
  });
}

/** What a timer function is called with. */
export function toTrigger(schedule: Schedule, status: ScheduleStatus | undefined, isPastDue: boolean): Trigger {
  const timer = {
    Schedule: { AdjustForDST: schedule.adjustForDst },
    ScheduleStatus: status
      ? { Last: status.last ?? '0001-01-01T00:00:00', Next: status.next, LastUpdated: status.lastUpdated }
      : null,
    IsPastDue: isPastDue,
  };
  return { data: { json: JSON.stringify(timer) } };
}
