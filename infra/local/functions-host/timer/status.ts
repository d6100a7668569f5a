import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { Schedule } from './schedule.ts';

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
