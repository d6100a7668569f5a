import { v5 } from 'uuid';
import { OUTCOME_BODIES_CONTAINER, OUTCOMES_QUEUE, type OutcomeEvent } from '../contract/queueMessage.ts';
import { MAXIMUM_QUEUE_MESSAGE_BYTES } from '../storage/queues.ts';
import type { Storage } from '../storage/storage.ts';

/** Made once with UUIDv4 for Switchboard. */
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
  /** Of a message that somebody has sent to us. */
  | 'received';

export interface Outcome {
  readonly operation: string;
  readonly result: OutcomeResult;
  /** The message's `id`. */
  readonly subject: string;
  /** Undefined where it concerns no client. */
  readonly client: string | undefined;
  /** Undefined where no request has ended. */
  readonly httpStatus: number | undefined;
  readonly data: unknown;
  readonly replyTo: string | undefined;
  readonly time: Date;
  /** Tells outcomes apart that may come more than once for one subject. */
  readonly occurrence?: number | string;
}

/** Tells what became of a message, on the queue that it named or on `outcomes`. */
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
    // A repetition of one outcome (its message was redelivered) bears the same id, so that readers can drop it.
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

/** No secret, unlike the ids that ACS sees: it only lets readers of a queue recognise a repetition. @see RFC 9562 §5.5 */
function eventId(scope: readonly string[], occurrence: string): string {
  return v5(occurrence, v5(JSON.stringify(scope), NAMESPACE));
}
