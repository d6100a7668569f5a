import type { History } from '../history.ts';
import type { Violation } from './violation.ts';

const MINUTE_MILLISECONDS = 60_000;

/** The most of these times within any 60 seconds. */
export function busiestMinute(times: readonly number[]): number {
  const inOrder = times.toSorted((one, other) => one - other);
  let most = 0;
  let first = 0;
  for (const [index, time] of inOrder.entries()) {
    while ((inOrder[first] ?? time) <= time - MINUTE_MILLISECONDS) first += 1;
    most = Math.max(most, index - first + 1);
  }
  return most;
}

function ofBatches<Item extends { readonly intent: string; readonly from: string }>(
  { intents }: History,
  items: readonly Item[],
): ReadonlyMap<string, readonly Item[]> {
  const own = items.filter(({ intent }) => intents.get(intent)?.kind === 'batch');
  return Map.groupBy(own, ({ from }) => from);
}

/** By sender: the most messages of its batches that people have received in any 60 seconds. */
export function busiestDeliveries(history: History): ReadonlyMap<string, number> {
  const sms = history.deliveries.filter(({ channel }) => channel === 'sms');
  return new Map([...ofBatches(history, sms)].map(([from, own]) => [from, busiestMinute(own.map(({ on }) => on))]));
}

/**
 * By sender: the most tries of messages of its batches in any 60 seconds. A try is counted once, at its first-sent time: when
 * the process claimed its chunk, by its own clock. Only repetitions of what may have been sent, which ACS recognizes by the
 * same id and first-sent time, are not tries of their own.
 *
 * Not counted either is how long the process takes from the claim to the request: it may stall.
 */
export function busiestTries(history: History): ReadonlyMap<string, number> {
  const most = new Map<string, number>();
  for (const [from, requests] of ofBatches(history, history.requests)) {
    const tries = new Map<string, number>();
    for (const { ids, firstSent } of requests) for (const id of ids) tries.set(`${id} ${firstSent}`, firstSent);
    most.set(from, busiestMinute([...tries.values()])); // whole seconds: 60 of them are less than a minute and one more
  }
  return most;
}

/**
 * In no window of 60 seconds do batches send more than a sender's rate.
 *
 * @param isUndisturbed nothing delays a request: then the same holds for what people receive
 */
export function* keepsRates(
  history: History,
  rates: Readonly<Record<string, number>>,
  isUndisturbed: boolean,
): Generator<Violation> {
  const invariant = 'no minute above the sender’s rate';
  for (const [from, tries] of busiestTries(history)) {
    const rate = rates[from] ?? Number.POSITIVE_INFINITY; // ACS refuses a sender that is not its own
    if (tries > rate) yield { invariant, facts: { from, tries, rate } };
  }
  if (!isUndisturbed) return;
  for (const [from, received] of busiestDeliveries(history)) {
    const rate = rates[from] ?? 0;
    if (received > rate) yield { invariant, facts: { from, received, rate } };
  }
}
