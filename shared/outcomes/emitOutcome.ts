import { v5 } from 'uuid';
import { OUTCOME_BODIES_CONTAINER, OUTCOMES_QUEUE, type OutcomeEvent } from '../contract/queueMessage.ts';
import { MAXIMUM_QUEUE_MESSAGE_BYTES } from '../storage/queues.ts';
import type { Storage } from '../storage/storage.ts';

/** A random UUID, generated once for Switchboard. */
const NAMESPACE = 'd9f1c7a4-52f6-4c8e-9a0b-3e6d27b15c48';

export type OutcomeResult =
  | 'succeeded'
  | 'failed'
  /** Of a batch. */
  | 'accepted'
  | 'completed'
  | 'reported'
  | 'canceled'
  /** Of a message that was sent before. */
  | 'delivered'
  | 'undelivered'
  | 'unknown'
  /** Of a received SMS message. */
  | 'received';

export interface Outcome {
  readonly operation: string;
  readonly result: OutcomeResult;
  /** The message's `id`. */
  readonly subject: string;
  /** Undefined if it concerns no client. */
  readonly client: string | undefined;
  /** The status of the request's answer; undefined if the event does not report an answer. */
  readonly httpStatus: number | undefined;
  readonly data: unknown;
  readonly replyTo: string | undefined;
  readonly time: Date;
  /** Distinguishes outcomes of the same type for one subject. */
  readonly occurrence?: number | string;
}

/** Sends an outcome to the queue `replyTo`, or else to `outcomes`. Data that does not fit into a message becomes a blob. */
export async function emitOutcome(storage: Storage, outcome: Outcome): Promise<void> {
  const queue = outcome.replyTo ?? OUTCOMES_QUEUE;
  const event = outcomeEventOf(outcome);
  const text = JSON.stringify(event);
  if (Buffer.byteLength(text) <= MAXIMUM_QUEUE_MESSAGE_BYTES) return storage.queues.send(queue, text);
  const { data, ...envelope } = event;
  const dataref = await storage.blobs.write(OUTCOME_BODIES_CONTAINER, `${event.id}.json`, JSON.stringify(data));
  return storage.queues.send(queue, JSON.stringify({ ...envelope, dataref }));
}

function outcomeEventOf(outcome: Outcome): OutcomeEvent {
  const { operation, result, subject, client, httpStatus, data, time, occurrence } = outcome;
  const type = `switchboard.${operation}.${result}`;
  return {
    specversion: '1.0',
    // The same outcome always has the same id, so that readers can drop repetitions.
    id: eventId(['outcome', client ?? '', subject], occurrence ? `${type}/${occurrence}` : type),
    source: '/switchboard',
    type,
    subject,
    time: time.toISOString(),
    datacontenttype: 'application/json',
    ...(httpStatus === undefined ? {} : { httpstatus: httpStatus }),
    client,
    data: data ?? null,
  };
}

/** Not a secret, unlike ids sent to ACS: it only lets readers recognise a repetition. @see RFC 9562 §5.5 */
function eventId(scope: readonly string[], occurrence: string): string {
  return v5(occurrence, v5(JSON.stringify(scope), NAMESPACE));
}
