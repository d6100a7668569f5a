import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { Trigger } from '../invocation.ts';
import type { Log } from '../log.ts';
import { createPause } from '../pause.ts';
import { isMonitored, type Schedule } from './schedule.ts';

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

/** What is kept of a timer between two lives of the host. */
export interface ScheduleStatus {
  /** The last occurrence that ran; undefined: none so far. */
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

/** @param dataDir undefined: nothing outlives the process */
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
      // Renamed into place: a host that dies while writing leaves the status before it.
      await writeFile(`${file}.new`, JSON.stringify(status));
      await rename(`${file}.new`, file);
    },
  };
}

/** A file that cannot be read is a timer that never ran. */
function readStatus(text: string): ScheduleStatus | undefined {
  try {
    const { last, next, lastUpdated } = statusSchema.parse(JSON.parse(text));
    return { last, next, lastUpdated };
  } catch {
    return undefined;
  }
}

/** Where a timer stands when the host starts: an occurrence that was missed is due at once. */
export function resume(schedule: Schedule, stored: ScheduleStatus | undefined, now: Date) {
  if (!stored) return { isPastDue: false, status: { last: undefined, next: schedule.next(now), lastUpdated: now } };
  // Counted anew from the last update: the schedule may have been changed since.
  const next = schedule.next(stored.lastUpdated);
  return { isPastDue: now > next, status: { ...stored, next } };
}

/** The status after a run that began at `startedAt`. */
export function advance(schedule: Schedule, startedAt: Date): ScheduleStatus {
  return { last: startedAt, next: schedule.next(startedAt), lastUpdated: startedAt };
}
