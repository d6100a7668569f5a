import { describe, expect, it } from 'vitest';
import { isMonitored, parseSchedule } from '../../../../../infra/local/functions-host/timer/schedule.ts';

const from = new Date('2026-03-01T10:20:30.500Z'); // a Sunday
const next = (text: string) => parseSchedule(text, 'f').next(from).toISOString();

describe('timer schedule', () => {
  it.each([
    ['*/30 * * * * *', '2026-03-01T10:21:00.000Z'],
    ['0 */5 * * * *', '2026-03-01T10:25:00.000Z'],
    ['0 0 9-17 * * MON-FRI', '2026-03-02T09:00:00.000Z'],
    ['0 30 9 1 Jan *', '2027-01-01T09:30:00.000Z'],
    ['5/15 * * * * *', '2026-03-01T10:20:35.000Z'],
    ['*/5 * * * *', '2026-03-01T10:25:00.000Z'],
    // Day of the month and day of the week both have to fit.
    ['0 0 0 13 * 5', '2026-03-13T00:00:00.000Z'],
    ['0 0 0 14 * 5', '2026-08-14T00:00:00.000Z'],
    ['00:05:00', '2026-03-01T10:25:30.500Z'],
    ['1.00:00:00', '2026-03-02T10:20:30.500Z'],
  ])('%s occurs next at %s', (text, time) => {
    expect(next(text)).toBe(time);
  });

  it.each([
    '',
    '* * * *',
    '* * * * * * *',
    '@daily',
    '0 0 0 L * *',
    '0 0 0 ? * *',
    '0 0 0 * * 7',
    '0 60 * * * *',
    '0 0 0 30 Feb *',
    '00:00:00',
    'x',
  ])('rejects "%s"', (text) => {
    expect(() => parseSchedule(text, 'sweep')).toThrow(/^sweep: the schedule /);
  });

  it('stores a status if occurrences are a minute or more apart', () => {
    const monitored = (text: string) => isMonitored(parseSchedule(text, 'f'), from);
    expect(monitored('0 * * * * *')).toBe(true);
    expect(monitored('00:01:00')).toBe(true);
    expect(monitored('*/30 * * * * *')).toBe(false);
    expect(monitored('0,59 0 0 * * *')).toBe(false);
    expect(monitored('00:00:59')).toBe(false);
  });
});
