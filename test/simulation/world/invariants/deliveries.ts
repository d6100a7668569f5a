import type { History } from '../history.ts';
import type { Violation } from './violation.ts';

/**
 * No recipient receives a message twice, whatever dies or fails. Only a redrive that includes messages in doubt may send once
 * more.
 */
export function* sentOnce(history: History): Generator<Violation> {
  const allowed = new Map<string, number>();
  for (const { intent, redrivesInDoubt } of history.batches.values()) allowed.set(intent.name, 1 + redrivesInDoubt);
  for (const received of history.received.values()) {
    const [first] = received;
    if (!first || received.length <= (allowed.get(first.intent) ?? 1)) continue;
    const ids = new Set(received.map(({ wireId }) => wireId));
    const invariant =
      ids.size === 1
        ? 'no recipient receives a message twice: sent again after ACS’s window'
        : 'no recipient receives a message twice: sent again with another id';
    yield { invariant, facts: { intent: first.intent, received } };
  }
}

/** Messages go to those for whom they are meant only. */
export function* sentToRecipients({ deliveries, intents }: History): Generator<Violation> {
  const recipients = new Map([...intents].map(([name, it]) => [name, new Set(it.recipients)]));
  for (const delivery of deliveries) {
    const intent = intents.get(delivery.intent);
    if (intent?.from === delivery.from && recipients.get(delivery.intent)?.has(delivery.to)) continue;
    yield { invariant: 'messages go to their recipients, from their sender', facts: { delivery } };
  }
}

/** Deadline for all attempts of one request to ACS. */
const LONGEST_REQUEST_MILLISECONDS = 10_000;

/** Every request ends while ACS recognises its ids. */
export function* endsInWindow({ requests }: History, windowSeconds: number): Generator<Violation> {
  for (const request of requests) {
    const endsBy = request.startedOn + LONGEST_REQUEST_MILLISECONDS;
    if (endsBy <= request.firstSent + windowSeconds * 1000) continue;
    yield { invariant: 'every request ends within ACS’s window', facts: { request, endsBy } };
  }
}

/** A batch that sees its cancellation a second later may have begun a chunk, which has 30 seconds for its requests. */
const CANCELED_MILLISECONDS = 31_000;

/** Nothing is sent once a batch has been canceled for some seconds, until it is redriven. */
export function* stopsWhenCanceled(history: History, slackMilliseconds: number): Generator<Violation> {
  const canceled = new Map<string, number>();
  for (const { intent, canceledOn } of history.batches.values()) {
    if (canceledOn !== undefined) canceled.set(intent.name, canceledOn);
  }
  for (const request of history.requests) {
    const canceledOn = canceled.get(request.intent);
    if (canceledOn === undefined || request.startedOn <= canceledOn + CANCELED_MILLISECONDS + slackMilliseconds)
      continue;
    yield { invariant: 'a canceled batch stops', facts: { request, canceledOn } };
  }
}

/** Nothing is sent for a client without the permission, as soon as no process has the settings in which it had it. */
export function* respectsPermissions({ requests, revocations, intents }: History): Generator<Violation> {
  for (const request of requests) {
    const client = intents.get(request.intent)?.client;
    const revocation = revocations.find(
      (it) =>
        it.client === client &&
        (it.sender ?? request.from) === request.from &&
        request.startedOn > it.from &&
        request.startedOn < it.to,
    );
    if (revocation) yield { invariant: 'nothing is sent without the permission', facts: { request, revocation } };
  }
}
