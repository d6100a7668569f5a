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
 * What may start together after a stall: what was scheduled while no process could start it, which is no more than two
 * minutes ahead, and a minute of what follows.
 */
const STALLED_MINUTES = 3;

/**
 * In no window of 60 seconds do batches send more than a sender's rate. Exact only while nothing has made a start late:
 * chunks that wait for a process that is down start together when it is back.
 */
export function* keepsRates(
  history: History,
  rates: Readonly<Record<string, number>>,
  isUndisturbed: boolean,
): Generator<Violation> {
  for (const [from, sent] of busiestMinutes(history)) {
    const rate = rates[from] ?? 0;
    if (sent <= rate * (isUndisturbed ? 1 : STALLED_MINUTES)) continue;
    yield { invariant: 'no minute above the sender’s rate', facts: { from, sent, rate, isUndisturbed } };
  }
}
