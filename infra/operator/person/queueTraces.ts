import type { QueueClient } from '@azure/storage-queue';
import { ACS_EVENTS_QUEUE } from '../../../shared/contract/acsEvent.ts';
import { receivedMessage } from '../../../shared/operation/delivery.ts';
import type { StorageAccess } from '../../../shared/settings/settings.ts';
import { CHUNK_QUEUE, SPLIT_QUEUE } from '../../../shared/smsbatch/send/batchQueues.ts';
import { queueService } from '../../../shared/storage/connection.ts';
import type { Person } from './person.ts';
import { holdsPerson } from './redact.ts';
import type { Trace } from './trace.ts';

/** Queues that the app works off: what can be seen there is taken within seconds. */
export const WORK_QUEUES: readonly string[] = [
  ...['create-identity', 'delete-identity', 'issue-access-token', 'send-email', 'send-sms', 'sms-batches'],
  ...['create-chat-thread', 'list-chat-threads', 'send-chat-message', 'list-chat-messages', ACS_EVENTS_QUEUE],
  ...[SPLIT_QUEUE, CHUNK_QUEUE, `${SPLIT_QUEUE}-poison`, `${CHUNK_QUEUE}-poison`],
];

/** Of the Functions host. */
const HOST_QUEUE = /^azure-webjobs-/;

/** How long a message that is looked at is hidden from others. */
const LOOK_SECONDS = 120;

/** At once, whether looked at or taken. @see Azure Storage "Get Messages" */
const AT_A_TIME = 32;

export interface QueueSearch {
  readonly access: StorageAccess;
  readonly person: Person;
  /** Else messages that others read are only peeked at: the first 32 of each queue. */
  readonly mayTake: boolean;
}

/**
 * The messages about a person: outcomes that have not been read yet, and the messages on poison queues. Messages that wait for
 * their time cannot be seen.
 */
export async function* queueTraces({ access, person, mayTake }: QueueSearch): AsyncIterable<Trace> {
  const service = await queueService(access);
  for await (const { name } of service.listQueues()) {
    const queue = service.getQueueClient(name);
    if (HOST_QUEUE.test(name)) continue;
    if (WORK_QUEUES.includes(name)) yield* peeked(queue, person, 'the app is about to take it');
    else if (mayTake || name.endsWith('-poison')) yield* taken(queue, person);
    else yield* peeked(queue, person);
  }
}

async function* peeked(queue: QueueClient, person: Person, kept?: string): AsyncIterable<Trace> {
  const { peekedMessageItems } = await queue.peekMessages({ numberOfMessages: AT_A_TIME });
  for (const { messageId, messageText } of peekedMessageItems) {
    const content = contentOf(messageText, person);
    if (content === undefined) continue;
    yield { ...placeOf(queue, messageId), content, ...(kept === undefined ? {} : { kept }), erase: async () => false };
  }
}

/** Hides all messages one after the other, and makes them visible again once all are read. */
async function* taken(queue: QueueClient, person: Person): AsyncIterable<Trace> {
  const hidden: { readonly id: string; receipt: string }[] = [];
  try {
    for (;;) {
      const settings = { numberOfMessages: AT_A_TIME, visibilityTimeout: LOOK_SECONDS };
      const { receivedMessageItems } = await queue.receiveMessages(settings);
      if (receivedMessageItems.length === 0) return;
      for (const { messageId: id, popReceipt: receipt, messageText } of receivedMessageItems) {
        const message = { id, receipt };
        hidden.push(message);
        const content = contentOf(messageText, person);
        if (content === undefined) continue;
        const erase = async () => {
          await queue.deleteMessage(id, receipt);
          hidden.splice(hidden.indexOf(message), 1);
          return true;
        };
        yield { ...placeOf(queue, id), content, erase };
      }
    }
  } finally {
    for (const { id, receipt } of hidden) await queue.updateMessage(id, receipt, undefined, 0);
  }
}

function placeOf({ name }: QueueClient, id: string): Pick<Trace, 'store' | 'place'> {
  return { store: `queue ${name}`, place: id };
}

/** The message where it holds the person. */
function contentOf(original: string, person: Person): unknown {
  const { content } = receivedMessage(original);
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  return holdsPerson(person, text) ? content : undefined;
}
