import type { AnsweredCall, Delivery, History } from '../history.ts';
import type { SimulatedClient } from '../installation.ts';
import type { Violation } from './violation.ts';

/** A minute, less what the clocks of two processes may differ. */
const SURE_MINUTE_MILLISECONDS = 60_000 - 4_000;

const DAY_MILLISECONDS = 86_400_000;

/**
 * The most recipients that were certainly counted within one minute. A call is counted at some time between its start and
 * its end, so a window contains those that are inside as a whole.
 */
export function surelyInOneMinute(calls: readonly AnsweredCall[]): number {
  const counted = calls.filter((it) => it.counted > 0);
  const totals = counted.map(({ startedOn }) =>
    counted
      .filter((it) => it.startedOn >= startedOn && it.endedOn <= startedOn + SURE_MINUTE_MILLISECONDS)
      .reduce((sum, it) => sum + it.counted, 0),
  );
  return Math.max(0, ...totals);
}

/** No client sends more than its limits allow. */
export function* keepsLimits(history: History, clients: readonly SimulatedClient[]): Generator<Violation> {
  const invariant = 'no client exceeds its limits';
  for (const { name, limits } of clients) {
    const calls = history.calls.filter(({ client }) => client === name);
    for (const [limit, operation] of PER_MINUTE) {
      const maximum = limits[limit];
      const sent = surelyInOneMinute(calls.filter((it) => it.operation === operation));
      if (maximum !== undefined && sent > maximum) yield { invariant, facts: { client: name, limit, maximum, sent } };
    }
    const { perRecipientPerDay } = limits;
    if (perRecipientPerDay !== undefined) yield* keepsRecipientLimit(history, name, perRecipientPerDay);
    yield* keepsBatchLimit(history, name, limits['batchRecipients']);
  }
}

const PER_MINUTE = [
  ['smsPerMinute', 'sendSms'],
  ['emailsPerMinute', 'sendEmail'],
] as const;

/** Counts each message once, however its request ended. */
function* keepsRecipientLimit(history: History, client: string, limit: number): Generator<Violation> {
  const isOwn = ({ intent }: Delivery) => history.intents.get(intent)?.client === client;
  const own = [...history.received.values()].flatMap(([first]) => (first && isOwn(first) ? [first] : []));
  for (const [to, received] of Map.groupBy(own, (it) => it.to)) {
    const days = new Set(received.map(({ on }) => Math.floor(on / DAY_MILLISECONDS))).size;
    // What is accepted on one day may be sent on the next.
    const allowed = days === 1 && history.spansOneDay ? limit : limit * (days + 1);
    if (received.length <= allowed) continue;
    yield { invariant: 'no client exceeds its limits', facts: { client, limit: 'perRecipientPerDay', to, received } };
  }
}

function* keepsBatchLimit(history: History, client: string, limit: number | undefined): Generator<Violation> {
  for (const { intent, rows, id } of history.batches.values()) {
    if (limit === undefined || intent.client !== client || rows.total <= limit) continue;
    yield {
      invariant: 'no client exceeds its limits',
      facts: { client, limit: 'batchRecipients', id, total: rows.total },
    };
  }
}
