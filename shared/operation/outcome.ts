import { OUTCOME_BODIES_CONTAINER, OUTCOMES_QUEUE, type OutcomeEvent } from '../contract/queuemessage.ts';
import { MAXIMUM_QUEUE_MESSAGE_BYTES } from '../storage/queues.ts';
import type { Storage } from '../storage/storage.ts';
import { derivedIds } from './wireids.ts';

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
    id: derivedIds(['outcome', client ?? '', subject], time).uuid(occurrence ? `${type}/${occurrence}` : type),
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
