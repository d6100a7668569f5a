import type { QueueClient } from '@azure/storage-queue';
import { readMessage } from '../../../shared/operation/queueDelivery.ts';
import type { StorageAccess } from '../../../shared/settings/settings.ts';
import { queueService } from '../../../shared/storage/connection.ts';
import type { Person, Trace } from './person.ts';
import { holdsPerson } from './person.ts';

/** Queues that the app consumes: it processes their visible messages within seconds. */
// generated: consumed-queues
export const WORK_QUEUES: readonly string[] = [
  'acs-events',
  'add-chat-participants',
  'add-sms-opt-outs',
  'check-sms-opt-outs',
  'create-chat-thread',
  'create-identity',
  'delete-chat-message',
  'delete-chat-thread',
  'delete-identity',
  'exchange-teams-user-access-token',
  'get-chat-message',
  'get-chat-thread',
  'issue-access-token',
  'list-chat-messages',
  'list-chat-participants',
  'list-chat-threads',
  'list-read-receipts',
  'remove-chat-participant',
  'remove-sms-opt-outs',
  'revoke-access-tokens',
  'send-chat-message',
  'send-email',
  'send-read-receipt',
  'send-sms',
  'send-typing-notification',
  'sms-batch-splits',
  'sms-batch-splits-poison',
  'sms-batches',
  'sms-chunks',
  'sms-chunks-poison',
  'update-chat-message',
  'update-chat-thread',
];
// end of generated

/** Queues of the Functions host. */
const HOST_QUEUE = /^azure-webjobs-/;

/** How long a received message is hidden from others. */
const VISIBILITY_SECONDS = 120;

/** The maximum per request. @see Azure Storage "Get Messages" */
const MESSAGES_PER_REQUEST = 32;

interface QueueSearch {
  readonly access: StorageAccess;
  readonly person: Person;
  /** Whether messages may be hidden from other readers for a moment. If not, only the first 32 of each queue are searched. */
  readonly mayHide: boolean;
}

/**
 * Returns the messages about a person: unread outcomes and messages on poison queues. Invisible messages cannot be
 * searched.
 */
export async function* queueTraces({ access, person, mayHide }: QueueSearch): AsyncIterable<Trace> {
  const service = await queueService(access);
  for await (const { name } of service.listQueues()) {
    const queue = service.getQueueClient(name);
    if (HOST_QUEUE.test(name)) continue;
    if (WORK_QUEUES.includes(name)) yield* peekTraces(queue, person, 'the app is about to process it');
    else if (mayHide || name.endsWith('-poison')) yield* receiveTraces(queue, person);
    else yield* peekTraces(queue, person);
  }
}

async function* peekTraces(queue: QueueClient, person: Person, kept?: string): AsyncIterable<Trace> {
  const { peekedMessageItems } = await queue.peekMessages({ numberOfMessages: MESSAGES_PER_REQUEST });
  for (const { messageId, messageText } of peekedMessageItems) {
    const content = contentOf(messageText, person);
    if (content === undefined) continue;
    yield { ...placeOf(queue, messageId), content, ...(kept === undefined ? {} : { kept }), erase: async () => false };
  }
}

/** Receives all messages, which hides them, and makes them visible again once all have been searched. */
async function* receiveTraces(queue: QueueClient, person: Person): AsyncIterable<Trace> {
  const hidden: { readonly id: string; receipt: string }[] = [];
  try {
    for (;;) {
      const settings = { numberOfMessages: MESSAGES_PER_REQUEST, visibilityTimeout: VISIBILITY_SECONDS };
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

/** Returns the message if it contains the person. */
function contentOf(original: string, person: Person): unknown {
  const { content } = readMessage(original);
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  return holdsPerson(person, text) ? content : undefined;
}
