import type { History, SmsRequest } from '../history.ts';
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

/** How long a process may use what it has read: the documented second. */
const KNOWN_MILLISECONDS = 1000;

/** From the last look to the request, nothing is awaited but storage. */
const NEXT_MILLISECONDS = 50;

/** Nothing is sent once a batch has been canceled, as soon as the process can know it. */
export function* stopsWhenCanceled(history: History): Generator<Violation> {
  const canceled = new Map([...history.batches.values()].map((batch) => [batch.intent.name, batch]));
  for (const request of history.requests) {
    const { id = '', canceledOn = Number.POSITIVE_INFINITY } = canceled.get(request.intent) ?? {};
    if (request.startedOn <= canceledOn || mayBeUnaware(history, request, id, canceledOn)) continue;
    yield { invariant: 'a canceled batch stops', facts: { request, canceledOn } };
  }
}

/** Whether the process has seen the batch before it was canceled, no more than a second and a look at the opt-outs ago. */
function mayBeUnaware(history: History, { process, startedOn }: SmsRequest, id: string, canceledOn: number): boolean {
  const optOutReads = history.optOutReads.filter((read) => read.process === process && read.endedOn <= startedOn);
  return history.batchReads.some((read) => {
    if (read.process !== process || !read.rowKey.endsWith(id) || read.startedOn > canceledOn) return false;
    const knownUntil = Math.max(read.endedOn, read.startedOn + KNOWN_MILLISECONDS) + NEXT_MILLISECONDS;
    const looks = optOutReads.filter((look) => look.startedOn <= knownUntil).map(({ endedOn }) => endedOn);
    return read.endedOn <= startedOn && startedOn <= Math.max(knownUntil, ...looks) + NEXT_MILLISECONDS;
  });
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
