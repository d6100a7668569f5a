import { Cron } from 'croner';
import { timeSpanMilliseconds } from '../hostJson.ts';
import { StartError } from '../startError.ts';

export interface Schedule {
  /** Returns the first occurrence after `from`. */
  next(from: Date): Date;
  /** Whether occurrences follow the clock, not a fixed interval. */
  readonly adjustForDst: boolean;
}

const names = 'jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|sun|mon|tue|wed|thu|fri|sat';
const cronForm = new RegExp(`^(?:(?:\\d|[*,/-]|${names})+ ){4,5}(?:\\d|[*,/-]|${names})+$`, 'i');

/**
 * Parses an NCRONTAB expression (5 or 6 fields) or an interval such as `00:05:00`. Times are UTC, as in Azure.
 *
 * @throws StartError if it is neither
 * @see https://learn.microsoft.com/azure/azure-functions/functions-bindings-timer#ncrontab-expressions
 */
export function parseSchedule(text: string, functionName: string): Schedule {
  const refuse = (why: string) => new StartError(`${functionName}: the schedule "${text}" ${why}.`);
  const interval = timeSpanMilliseconds(text);
  if (interval !== undefined) {
    if (interval === 0) throw refuse('is zero');
    return { next: (from) => new Date(from.getTime() + interval), adjustForDst: false };
  }
  const fields = text.trim().replaceAll(/\s+/g, ' ');
  // The cron library accepts more than the platform; what would fail there must fail here.
  if (!cronForm.test(fields) || /[7-9]|\d\d/.test(weekdays(fields))) throw refuse('is not an NCRONTAB expression');
  try {
    const cron = new Cron(fields, {
      mode: '5-or-6-parts',
      timezone: 'UTC',
      domAndDow: true,
      sloppyRanges: true,
      paused: true,
    });
    if (!cron.nextRun()) throw refuse('has no occurrence');
    return { next: (from) => cron.nextRun(from) ?? new Date(8.64e15), adjustForDst: true };
  } catch (error) {
    if (error instanceof StartError) throw error;
    throw refuse(`is not an NCRONTAB expression: ${(error as Error).message}`);
  }
}

/** Returns the last field, without its steps. */
function weekdays(fields: string): string {
  return (fields.split(' ').at(-1) ?? '').replaceAll(/\/\d+/g, '');
}

/** Whether the status is stored: not if occurrences are less than a minute apart. */
export function isMonitored(schedule: Schedule, now: Date): boolean {
  let last = schedule.next(now);
  for (let count = 1; count < 10; count += 1) {
    const next = schedule.next(last);
    if (next.getTime() - last.getTime() < 60_000) return false;
    last = next;
  }
  return true;
}
