import type { SmsBatch } from '../../../shared/contract/smsBatch.ts';
import { inOptions } from './batchOptions.ts';

const BAR_WIDTH = 30;

/** A point in time at which a batch was looked at (epoch milliseconds), and how many recipients had a result. */
export interface Look {
  readonly time: number;
  readonly handled: number;
}

export function handledOf({ counts }: Pick<SmsBatch, 'counts'>): number {
  return counts.total - counts.pending;
}

/** One line: bar, share, numbers, rate and finishing time. @param looks in order of time, the latest last */
export function progressLine(batch: SmsBatch, looks: readonly Look[]): string {
  const { total } = batch.counts;
  const handled = handledOf(batch);
  const share = total === 0 ? 1 : handled / total;
  const full = Math.round(share * BAR_WIDTH);
  const bar = `${'█'.repeat(full)}${'░'.repeat(BAR_WIDTH - full)}`;
  const parts = [`${bar} ${String(Math.floor(share * 100)).padStart(3)} %`, `${handled}/${total}`, rateText(looks)];
  if (batch.state === 'scheduled' && batch.sendAt) parts.push(`begins ${timeText(batch.sendAt)}`);
  else if (batch.counts.pending > 0 && batch.estimatedCompletionOn)
    parts.push(`done ${timeText(batch.estimatedCompletionOn)}`);
  return parts.filter((part) => part !== '').join('  ');
}

function rateText(looks: readonly Look[]): string {
  const [first, last] = [looks[0], looks.at(-1)];
  if (!first || !last || last.time === first.time) return '';
  return `${Math.round(((last.handled - first.handled) / (last.time - first.time)) * 60_000)}/min`;
}

function timeText(iso: string): string {
  return new Date(iso).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit' });
}

/** The result of a batch, a line for each state that at least one recipient is in. */
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
  const total = `${counts.total} recipients, ${segments.total} segments (${segments.encoding})`;
  const left = [
    duplicates > 0 ? `${duplicates} duplicates left out` : '',
    invalid.count > 0 ? `${invalid.count} invalid rows left out` : '',
    emptyPlaceholders?.count ? `${emptyPlaceholders.count} sent with an empty placeholder` : '',
  ];
  return [
    `${state}: ${total}`,
    ...lines,
    ...left.filter((it) => it !== '').map((it) => `  ${it}`),
    ...(reason ? [`  ${reason}`] : []),
  ].join('\n');
}

/** The first invalid rows, and the first with an empty placeholder, each with its line. */
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
