import type { EmittedEvent, History } from '../history.ts';
import type { Violation } from './violation.ts';

export interface Expected {
  readonly operation: string;
  readonly client: string;
  readonly subject: string;
}

/** Every message on a queue has an outcome: none is lost. */
export function missingOutcomes({ events }: History, expected: readonly Expected[]): Expected[] {
  const answered = new Set(events.map(({ type, subject, client }) => `${operationOf(type)} ${client} ${subject}`));
  return expected.filter(({ operation, client, subject }) => !answered.has(`${operation} ${client} ${subject}`));
}

function operationOf(type: string): string {
  return type.split('.')[1] ?? '';
}

/** One outcome has one id, however often it is emitted; one id stands for one outcome. */
export function* oneIdEach({ events }: History): Generator<Violation> {
  for (const [id, copies] of Map.groupBy(events, (it) => it.id)) {
    const kinds = new Set(copies.map(({ type, subject, client }) => `${type} ${client} ${subject}`));
    if (kinds.size > 1) yield { invariant: 'one id stands for one outcome', facts: { id, copies } };
  }
  const answers = events.filter(({ type }) => ANSWER.test(type));
  for (const [, copies] of Map.groupBy(answers, ({ type, client, subject }) => `${type} ${client} ${subject}`)) {
    const ids = new Set(copies.map(({ id }) => id));
    if (ids.size > 1) yield { invariant: 'an outcome has one id', facts: { ids: [...ids], copies } };
  }
}

/** Outcomes that a request has once. Batches that are redriven end again, and each recipient of an email has its own. */
const ANSWER = /^switchboard\.(?:sendSms|submitSmsBatch)\.(?:succeeded|failed)$/;

/** A batch has each event once for every time that it was started, and its end at least once. */
export function* batchEvents({ events, batches }: History): Generator<Violation> {
  const bySubject = Map.groupBy(
    events.filter(({ type }) => operationOf(type) === 'smsBatch'),
    ({ subject }) => subject,
  );
  for (const { id, redrives } of batches.values()) {
    const own = bySubject.get(id) ?? [];
    const idsOf = (result: string) =>
      new Set(own.filter(({ type }) => type === `switchboard.smsBatch.${result}`).map((it) => it.id)).size;
    const ends = idsOf('completed') + idsOf('canceled') + idsOf('failed');
    if (idsOf('accepted') !== 1) yield { invariant: 'a batch is reported as accepted once', facts: { id, own } };
    if (ends < 1 || ends > 1 + redrives)
      yield { invariant: 'every end of a batch is reported', facts: { id, redrives, own } };
  }
}

/** A client's own queue has its own outcomes only. */
export function* privateOutcomes({ events }: History): Generator<Violation> {
  for (const event of events) {
    if (!event.queue.startsWith('replies-') || event.queue === `replies-${event.client}`) continue;
    yield { invariant: 'no client sees the outcomes of another', facts: { event } };
  }
}

/** Final events of emails, by the subject of the email. */
export function finalEmailEvents(events: readonly EmittedEvent[]): Map<string, EmittedEvent[]> {
  return Map.groupBy(
    events.filter(({ type }) => /^switchboard\.sendEmail\.(?:succeeded|failed|unknown)$/.test(type)),
    ({ subject }) => subject,
  );
}
