import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { Trigger } from '../invocation.ts';
import type { Log } from '../log.ts';
import { createPause } from '../pause.ts';
import { isMonitored, type Schedule } from './schedule.ts';

/** A timer function, with what is needed to run it. */
export interface TimerFunction {
  readonly functionName: string;
  readonly schedule: Schedule;
  readonly runOnStartup: boolean;
  readonly useMonitor: boolean;
  readonly store: StatusStore;
  readonly run: (trigger: Trigger) => Promise<unknown>;
  readonly log: Log;
}

export interface TimerListener {
  /** Starts no more runs. Resolves when the current one has ended. */
  stop(): Promise<void>;
}

/** The longest delay of Node's timers. */
const MAXIMUM_DELAY_MILLISECONDS = 2 ** 31 - 1;

/** Runs a function on its schedule, never twice at once. */
export async function startTimerListener(timer: TimerFunction): Promise<TimerListener> {
  const { schedule } = timer;
  const store = timer.useMonitor && isMonitored(schedule, new Date()) ? timer.store : undefined;
  const begin = resume(schedule, await store?.read(timer.functionName), new Date());
  const pause = createPause();
  const state: { stopped: boolean } = { stopped: false };
  const loop = async () => {
    let { status } = begin;
    await storeStatus(timer, store, status);
    if (begin.isPastDue || timer.runOnStartup) status = await runOnce(timer, store, status, begin.isPastDue);
    while (!state.stopped) {
      const wait = status.next.getTime() - Date.now();
      if (wait > 0) await pause.wait(Math.min(wait, MAXIMUM_DELAY_MILLISECONDS));
      else status = await runOnce(timer, store, status, false);
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
  timer: TimerFunction,
  store: StatusStore | undefined,
  status: ScheduleStatus,
  isPastDue: boolean,
): Promise<ScheduleStatus> {
  const startedAt = new Date();
  const trigger = toTrigger(timer.schedule, store && status, isPastDue);
  await timer.run(trigger).catch((error: unknown) => timer.log.error(`${timer.functionName} failed`, error));
  const after = advance(timer.schedule, startedAt);
  await storeStatus(timer, store, after);
  return after;
}

/** If the status cannot be stored, the next start may repeat a run; the schedule of this host is not affected. */
async function storeStatus(
  { functionName, log }: TimerFunction,
  store: StatusStore | undefined,
  status: ScheduleStatus,
): Promise<void> {
  await store?.write(functionName, status).catch((error: unknown) => {
    log.error(`${functionName}: its schedule status could not be stored`, error);
  });
}

/** The input of a timer function. */
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

/** What is stored about a timer between two runs of the host. */
export interface ScheduleStatus {
  /** The last run; undefined: none so far. */
  readonly last: Date | undefined;
  readonly next: Date;
  readonly lastUpdated: Date;
}

export interface StatusStore {
  read(functionName: string): Promise<ScheduleStatus | undefined>;
  write(functionName: string, status: ScheduleStatus): Promise<void>;
}

const statusSchema = z.object({
  last: z.coerce.date().optional(),
  next: z.coerce.date(),
  lastUpdated: z.coerce.date(),
});

/** @param dataDir undefined: nothing is stored */
export function createStatusStore(dataDir: string | undefined): StatusStore {
  const fileOf = (folder: string, name: string) => path.join(folder, 'timers', `${name}.json`);
  return {
    read: async (name) => {
      if (!dataDir) return undefined;
      const text = await readFile(fileOf(dataDir, name), 'utf8').catch(() => '');
      return readStatus(text);
    },
    write: async (name, status) => {
      if (!dataDir) return;
      const file = fileOf(dataDir, name);
      await mkdir(path.dirname(file), { recursive: true });
      // Renamed into place: a host that is killed while writing leaves the old status.
      await writeFile(`${file}.new`, JSON.stringify(status));
      await rename(`${file}.new`, file);
    },
  };
}

/** A file that cannot be read counts as a timer that has never run. */
function readStatus(text: string): ScheduleStatus | undefined {
  try {
    const { last, next, lastUpdated } = statusSchema.parse(JSON.parse(text));
    return { last, next, lastUpdated };
  } catch {
    return undefined;
  }
}

/** The status of a timer when the host starts: a missed run is due at once. */
export function resume(schedule: Schedule, stored: ScheduleStatus | undefined, now: Date) {
  if (!stored) return { isPastDue: false, status: { last: undefined, next: schedule.next(now), lastUpdated: now } };
  // Computed again from the last update, because the schedule may have changed since.
  const next = schedule.next(stored.lastUpdated);
  return { isPastDue: now > next, status: { ...stored, next } };
}

/** The status after a run that started at `startedAt`. */
export function advance(schedule: Schedule, startedAt: Date): ScheduleStatus {
  return { last: startedAt, next: schedule.next(startedAt), lastUpdated: startedAt };
}
