import type { AcceptedBatch, History } from '../history.ts';
import type { Violation } from './violation.ts';

const STATES = ['pending', 'accepted', 'failed', 'inDoubt', 'optedOut', 'canceled'] as const;

export interface BatchResult {
  readonly to: string;
  readonly state: string;
  readonly messageId?: string | undefined;
  readonly delivery?: { readonly status: string } | undefined;
}

/** What the API returns of a batch when everything has ended. */
export interface FinalBatch {
  readonly id: string;
  readonly state: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly results: readonly BatchResult[];
}

/** Rows read = recipients + duplicates + invalid. */
export function* countsRows({ batches }: History): Generator<Violation> {
  for (const { id, rows } of batches.values()) {
    if (rows.submitted === rows.total + rows.duplicates + rows.invalid) continue;
    yield { invariant: 'rows read = recipients + duplicates + invalid', facts: { id, rows } };
  }
}

/** Counters equal results, and every recipient has a result, exactly once. */
export function* countersEqualResults({ id, state, counts, results }: FinalBatch): Generator<Violation> {
  for (const name of STATES) {
    const found = results.filter((it) => it.state === name).length;
    if (found !== counts[name]) yield { invariant: 'counters equal results', facts: { id, name, counts, found } };
  }
  const of = (status: string) => results.filter(({ delivery }) => delivery?.status === status).length;
  if (of('Delivered') !== counts['delivered'] || of('Failed') !== counts['undelivered']) {
    yield {
      invariant: 'counters equal results',
      facts: { id, counts, delivered: of('Delivered'), failed: of('Failed') },
    };
  }
  if (new Set(results.map(({ to }) => to)).size !== counts['total'] || results.length !== counts['total']) {
    yield { invariant: 'every recipient has one result', facts: { id, counts, results: results.length } };
  }
  if (counts['pending'] !== 0) yield { invariant: 'no recipient is lost', facts: { id, state, counts } };
}

/** A result says what has happened. */
export function* resultsAreTrue(history: History, batch: AcceptedBatch, final: FinalBatch): Generator<Violation> {
  const { intent, id } = batch;
  const isCalm = batch.redrivesInDoubt === 0;
  for (const result of final.results) {
    const received = history.receivedBy(intent.name, result.to);
    const facts = { id, result, received };
    if (result.state === 'accepted' && !received.some(({ messageId }) => messageId === result.messageId)) {
      yield { invariant: 'who is accepted has received the message', facts };
    }
    const isNotSent = ['failed', 'optedOut', 'canceled'].includes(result.state);
    if (isNotSent && isCalm && received.length > 0) yield { invariant: 'who has failed has received nothing', facts };
  }
}

/** A batch completes unless it is canceled. */
export function* completes(history: History, batch: AcceptedBatch, { state }: FinalBatch): Generator<Violation> {
  const mayBeCanceled = batch.mayBeCanceled || history.revokedClients.has(batch.intent.client);
  if (state === 'completed' || (state === 'canceled' && mayBeCanceled)) return;
  yield { invariant: 'a batch completes unless it is canceled', facts: { id: batch.id, state } };
}

/** Delivery reports end up in the results of the messages that they are about. */
export function* reportsAreRecorded(
  { id, results }: FinalBatch,
  statuses: ReadonlyMap<string, string>,
): Generator<Violation> {
  for (const { to, state, messageId, delivery } of results) {
    const reported = state === 'accepted' && messageId !== undefined ? statuses.get(messageId) : undefined;
    if (reported === undefined || delivery?.status === reported) continue;
    yield { invariant: 'every delivery report is recorded', facts: { id, to, reported, delivery } };
  }
}
