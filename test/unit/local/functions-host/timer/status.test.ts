import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  advance,
  createStatusStore,
  resume,
  toTrigger,
} from '../../../../../infra/local/functions-host/timer/listener.ts';
import { parseSchedule } from '../../../../../infra/local/functions-host/timer/schedule.ts';

const hourly = parseSchedule('0 0 * * * *', 'f');
const at = (time: string) => new Date(`2026-01-01T${time}Z`);

describe('timer status', () => {
  it('is not past due the first time', () => {
    expect(resume(hourly, undefined, at('10:30:00'))).toEqual({
      isPastDue: false,
      status: { last: undefined, next: at('11:00:00'), lastUpdated: at('10:30:00') },
    });
  });

  it('is past due if an occurrence was missed', () => {
    const stored = advance(hourly, at('10:00:00'));
    expect(stored).toEqual({ last: at('10:00:00'), next: at('11:00:00'), lastUpdated: at('10:00:00') });
    expect(resume(hourly, stored, at('10:59:59')).isPastDue).toBe(false);
    expect(resume(hourly, stored, at('11:00:01'))).toEqual({ isPastDue: true, status: stored });
  });

  it('follows a changed schedule', () => {
    const stored = advance(hourly, at('10:00:00'));
    const often = parseSchedule('0 */10 * * * *', 'f');
    expect(resume(often, stored, at('10:15:00'))).toEqual({
      isPastDue: true,
      status: { ...stored, next: at('10:10:00') },
    });
  });

  it('is stored in the data folder, and ignored if it is invalid', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'timer-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const store = createStatusStore(folder);
    expect(await store.read('f')).toBeUndefined();
    const status = advance(hourly, at('10:00:00'));
    await store.write('f', status);
    expect(await createStatusStore(folder).read('f')).toEqual(status);
    const first = { last: undefined, next: at('11:00:00'), lastUpdated: at('10:30:00') };
    await store.write('f', first);
    expect(await store.read('f')).toEqual(first);
    await writeFile(path.join(folder, 'timers', 'f.json'), '{');
    expect(await store.read('f')).toBeUndefined();
  });

  it('is passed to the function in the platform’s format', () => {
    const monitored = JSON.parse(toTrigger(hourly, advance(hourly, at('10:00:00')), true).data.json ?? '');
    expect(monitored).toEqual({
      Schedule: { AdjustForDST: true },
      ScheduleStatus: {
        Last: '2026-01-01T10:00:00.000Z',
        Next: '2026-01-01T11:00:00.000Z',
        LastUpdated: '2026-01-01T10:00:00.000Z',
      },
      IsPastDue: true,
    });
    const frequent = JSON.parse(toTrigger(hourly, undefined, false).data.json ?? '');
    expect(frequent).toMatchObject({ ScheduleStatus: null, IsPastDue: false });
  });
});
