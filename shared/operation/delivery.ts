import { randomUUID } from 'node:crypto';
import type { InvocationContext } from '@azure/functions';
import { queueName } from '../contract/queueMessage.ts';
import type { ReceivedMessage } from './receivedMessage.ts';

/** One delivery of a queue message, as far as it can be read before it is checked. */
export interface Delivery {
  readonly message: ReceivedMessage;
  /** How often it was delivered, this time included. */
  readonly tries: number;
  /** What the queue calls it: unlike its own `id`, nothing that its sender has written. */
  readonly queueId: string;
  readonly known: {
    /** The message's own `id`, or the one that the queue gave it. */
    readonly id: string;
    readonly client: string | undefined;
    readonly replyTo: string | undefined;
  };
}

/** Of ids and names; longer ones, which no schema takes, would not fit into the outcome that says so. */
const MAXIMUM_NAME_LENGTH = 256;

/** Reads what can be read of any message, so that also the outcome of an unusable one finds its way. */
export function readDelivery(message: ReceivedMessage, context: InvocationContext): Delivery {
  const metadata = context.triggerMetadata ?? {};
  const member = (name: string): string | undefined => {
    const { content } = message;
    const value = typeof content === 'object' && content !== null ? Reflect.get(content, name) : undefined;
    return typeof value === 'string' && value !== '' && value.length <= MAXIMUM_NAME_LENGTH ? value : undefined;
  };
  const replyTo = member('replyTo');
  const queueId = String(metadata['id'] ?? randomUUID());
  return {
    message,
    tries: Number(metadata['dequeueCount'] ?? 1),
    queueId,
    known: {
      id: member('id') ?? queueId,
      client: member('client'),
      replyTo: queueName.safeParse(replyTo).success ? replyTo : undefined,
    },
  };
}
