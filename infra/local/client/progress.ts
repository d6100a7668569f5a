import type { SmsBatch } from '../../../shared/client/types.ts';

const BAR_WIDTH = 30;

/** How many recipients had a result at a point in time (epoch milliseconds). */
export interface Look {
  readonly time: number;
  readonly handled: number;
}

export function handledOf({ counts }: Pick<SmsBatch, 'counts'>): number {
  return counts.total - counts.pending;
}

/**
 * One line: bar, percentage, numbers, rate and estimated time of completion.
 *
 * @param looks in order of time, the latest last
 */
export function progressLine(batch: SmsBatch, looks: readonly Look[]): string {
  const { total, pending } = batch.counts;
  const handled = handledOf(batch);
  const share = total === 0 ? 1 : handled / total;
  const full = Math.round(share * BAR_WIDTH);
  const bar = `${'█'.repeat(full)}${'░'.repeat(BAR_WIDTH - full)}`;
  const parts = [`${bar} ${String(Math.floor(share * 100)).padStart(3)} %`, `${handled}/${total}`, rateText(looks)];
  if (batch.state === 'scheduled' && batch.sendAt) parts.push(`starts ${timeText(batch.sendAt)}`);
  if (pending > 0 && batch.estimatedCompletionOn) parts.push(`ends about ${timeText(batch.estimatedCompletionOn)}`);
  return parts.filter((part) => part !== '').join('  ');
}

function rateText(looks: readonly Look[]): string {
  const [first, last] = [looks[0], looks.at(-1)];
  if (!first || !last || last.time === first.time) return '';
  return `${Math.round(((last.handled - first.handled) / (last.time - first.time)) * 60_000)}/min`;
}

/** The local time, with its date if that is not today's. */
function timeText(iso: string): string {
  const time = new Date(iso);
  const isToday = time.toDateString() === new Date().toDateString();
  return isToday
    ? time.toLocaleTimeString([], { timeStyle: 'medium' })
    : time.toLocaleString([], { dateStyle: 'medium', timeStyle: 'medium' });
}

/** The result of a batch, with a line for each state that at least one recipient is in. */
export function summaryText(batch: Omit<SmsBatch, 'state'> & { readonly state: string }): string {
  const { counts, duplicates, invalid, emptyPlaceholders, segments, reason, state } = batch;
  const rows: [string, number][] = [
    ['accepted', counts.accepted],
    ['delivered', counts.delivered],
    ['undelivered', counts.undelivered],
    ['failed', counts.failed],
    ['in doubt', counts.inDoubt],
    ['opted out', counts.optedOut],
    ['canceled', counts.canceled],
    ['pending', counts.pending],
  ];
  const lines = rows.filter(([, count]) => count > 0).map(([name, count]) => `  ${name.padEnd(11)} ${count}`);
  const total = `${counted(counts.total, 'recipient')}, ${counted(segments.total, 'segment')} (${segments.encoding})`;
  const notes = [
    duplicates > 0 ? `${counted(duplicates, 'duplicate')} left out` : '',
    invalid.count > 0 ? `${counted(invalid.count, 'invalid row')} left out` : '',
    emptyPlaceholders?.count ? `${emptyPlaceholders.count} sent with an empty placeholder` : '',
  ];
  return [
    `${state}: ${total}`,
    ...lines,
    ...notes.filter((it) => it !== '').map((it) => `  ${it}`),
    ...(reason ? [`  ${reason}`] : []),
  ].join('\n');
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** What to know about delivery once a batch is over; undefined if all reports have arrived. */
export function missingReportsText({ counts }: Pick<SmsBatch, 'counts'>): string | undefined {
  const { accepted, delivered, undelivered } = counts;
  const arrived = delivered + undelivered;
  if (arrived >= accepted) return undefined;
  return `Delivery reports are still arriving: ${arrived} of ${accepted} so far.`;
}

/** The first invalid rows and the first rows with an empty placeholder, each with its line number. */
export function findingsText({ invalid, emptyPlaceholders }: SmsBatch, limit = 10): string[] {
  const invalidRows = invalid.first.map(({ line, value, reason }) => `line ${line}: '${value}' ${inOptions(reason)}`);
  const emptyRows = (emptyPlaceholders?.first ?? []).map(
    ({ line, placeholder }) => `line ${line}: {{${placeholder}}} is empty`,
  );
  return [...listed(invalidRows, invalid.count, limit), ...listed(emptyRows, emptyPlaceholders?.count ?? 0, limit)];
}

function listed(first: readonly string[], count: number, limit: number): string[] {
  const shown = first.slice(0, limit).map((line) => `  ${line}`);
  return count > shown.length ? [...shown, `  … ${count - shown.length} more`] : shown;
}

const OPTION_OF_FIELD: readonly (readonly [RegExp, string])[] = [
  [/'text\/csv; charset=([\w-]+)'/, "'--charset $1'"],
  [/\bset defaultCountry\b/, 'set --default-country'],
  [/^defaultCountry:/, '--default-country:'],
  [/^sendAt:/, '--send-at:'],
];

/** Replaces the API fields in an error message from Switchboard with the options of `npm run batch` that set them. */
export function inOptions(message: string): string {
  return OPTION_OF_FIELD.reduce((result, [field, option]) => result.replace(field, option), message);
}
