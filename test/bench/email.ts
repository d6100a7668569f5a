/** What following mails costs: status reads of a day, and one run of the timer with ten thousand open mails. */
import { busiestWindow, type Day, type DayHour, MAILS, simulateDay } from './email/day.ts';
import { benchPoll } from './email/poll.ts';
import { type Figures, figure } from './report.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;

export async function benchEmail(): Promise<Figures> {
  const day = await simulateDay();
  console.error(dayTable(day));
  return { ...dayFigures(day), ...(await benchPoll()) };
}

function dayFigures({ reads, refused, open, notEmittedOnce }: Day): Figures {
  return {
    'email.dayMails': figure(MAILS),
    'email.dayStatusReads': figure(reads.length),
    'email.dayStatusReadsPerMail': figure(reads.length / MAILS, { relation: '≤', limit: 2 }),
    'email.dayBusiestHourReads': figure(busiestWindow(reads, HOUR), { relation: '≤', limit: 200 }),
    'email.dayBusiestMinuteReads': figure(busiestWindow(reads, MINUTE), { relation: '≤', limit: 60 }),
    'email.dayReadsRefused': figure(refused, { relation: '≤', limit: 0 }),
    'email.dayMailsOpen': figure(open, { relation: '≤', limit: 0 }),
    'email.dayMailsNotToldOnce': figure(notEmittedOnce, { relation: '≤', limit: 0 }),
  };
}

const COLUMNS = [
  ['sent', ({ sent }) => sent],
  ['status reads', ({ reads }) => reads],
  ['busiest minute', ({ busiestMinute }) => busiestMinute],
  ['ended', ({ ended }) => ended],
  ['open', ({ open }) => open],
] as const satisfies readonly (readonly [string, (hour: DayHour) => number])[];

/** A row for each hour in which something happened. */
function dayTable({ hours, states }: Day): string {
  const rows = hours.map((hour, index) => [String(index), ...COLUMNS.map(([, read]) => String(read(hour)))]);
  const busy = rows.filter((_, index) => hours[index]?.sent || hours[index]?.reads || hours[index]?.ended);
  const header = ['hour', ...COLUMNS.map(([name]) => name)];
  const lines = [header, header.map((name) => '-'.repeat(name.length)), ...busy].map((cells) =>
    cells.map((cell, column) => cell.padStart(header[column]?.length ?? 0)).join('  '),
  );
  const ends = Object.entries(states).map(([state, count]) => `${state} ${count}`);
  return [...lines, `in the end: ${ends.join(', ')}`].join('\n');
}
