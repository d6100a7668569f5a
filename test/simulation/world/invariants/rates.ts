import type { Delivery, History } from '../history.ts';
import type { Violation } from './violation.ts';

const MINUTE_MILLISECONDS = 60_000;

/** The most that any 60 seconds contain. */
export function busiestMinute(deliveries: readonly Pick<Delivery, 'on'>[]): number {
  const times = deliveries.map(({ on }) => on).sort((one, other) => one - other);
  let most = 0;
  let first = 0;
  for (const [index, time] of times.entries()) {
    while ((times[first] ?? time) <= time - MINUTE_MILLISECONDS) first += 1;
    most = Math.max(most, index - first + 1);
  }
  return most;
}

/** By sender: the most that its batches have sent in any 60 seconds. */
export function busiestMinutes({ deliveries, intents }: History): ReadonlyMap<string, number> {
  const ofBatches = deliveries.filter(
    ({ channel, intent }) => channel === 'sms' && intents.get(intent)?.kind === 'batch',
  );
  return new Map([...Map.groupBy(ofBatches, ({ from }) => from)].map(([from, own]) => [from, busiestMinute(own)]));
}

/**
 * In no window of 60 seconds do batches send more than a sender's rate. Exact only while nothing has made a start late:
 * chunks that wait for a process that is down start together when it is back, up to what is scheduled ahead.
 */
export function* keepsRates(history: History, rates: Readonly<Record<string, number>>): Generator<Violation> {
  for (const [from, sent] of busiestMinutes(history)) {
    const rate = rates[from] ?? 0;
    if (sent > rate) yield { invariant: 'no minute above the sender’s rate', facts: { from, sent, rate } };
  }
}
