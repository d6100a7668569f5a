import type { DequeuedMessageItem, QueueClient } from '@azure/storage-queue';
import type { QueueSettings } from '../hostJson.ts';
import type { Trigger } from '../invocation.ts';
import type { Log } from '../log.ts';
import { decodeMessage, toTrigger } from './messages.ts';
import { isLostMessage, sendAndCreate } from './queues.ts';

/** A queue function, with what is needed to run it. */
export interface QueueFunction {
  readonly functionName: string;
  readonly queue: QueueClient;
  /** Undefined if the queue is itself a poison queue. */
  readonly poison: QueueClient | undefined;
  readonly settings: QueueSettings;
  /** The function takes bytes, not a string. */
  readonly binary: boolean;
  /** How long a received message is invisible to others; renewed after half of that. */
  readonly leaseMilliseconds: number;
  readonly run: (trigger: Trigger) => Promise<unknown>;
  readonly log: Log;
}

/** Runs the function, then deletes the message, releases it for a retry or moves it to the poison queue. Never rejects. */
export async function processMessage(queueFunction: QueueFunction, message: DequeuedMessageItem): Promise<void> {
  const { functionName, log } = queueFunction;
  try {
    const content = readContent(queueFunction, message);
    if (typeof content === 'string') await giveUp(queueFunction, message, message.popReceipt, content);
    else await runAndSettle(queueFunction, message, content);
  } catch (error) {
    const where = `${functionName}: message ${message.messageId}`;
    if (isLostMessage(error)) log.error(`${where} was lost to another host; it may be handled twice.`);
    else log.error(`${where} could not be settled; it is redelivered when its lease ends`, error);
  }
}

/** @returns a string with the reason if the function must not get the message */
function readContent({ settings, poison }: QueueFunction, message: DequeuedMessageItem): Buffer | string {
  // The last delivery ended before the message was settled.
  if (poison && message.dequeueCount > settings.maxDequeueCount) return `was delivered ${message.dequeueCount} times`;
  return decodeMessage(message.messageText, settings.messageEncoding) ?? `is not ${settings.messageEncoding}`;
}

async function runAndSettle(
  queueFunction: QueueFunction,
  message: DequeuedMessageItem,
  content: Buffer,
): Promise<void> {
  const { functionName, queue, settings, log } = queueFunction;
  const lease = holdLease(queue, message, queueFunction.leaseMilliseconds, (error) =>
    log.error(`${functionName}: message ${message.messageId} was not renewed`, error),
  );
  const failed = await queueFunction.run(toTrigger(message, content, queueFunction.binary)).then(
    () => false,
    (error: unknown) => {
      log.error(`${functionName} failed (message ${message.messageId}, try ${message.dequeueCount})`, error);
      return true;
    },
  );
  const popReceipt = await lease.end();
  if (!failed) await queue.deleteMessage(message.messageId, popReceipt);
  else if (message.dequeueCount >= settings.maxDequeueCount) {
    await giveUp(queueFunction, message, popReceipt, `failed ${message.dequeueCount} times`);
  } else if (queueFunction.poison) {
    await queue.updateMessage(message.messageId, popReceipt, undefined, settings.visibilityTimeoutSeconds);
  }
}

async function giveUp(
  { functionName, queue, poison, log }: QueueFunction,
  message: DequeuedMessageItem,
  popReceipt: string,
  why: string,
): Promise<void> {
  const what = `${functionName}: message ${message.messageId} ${why}`;
  // A poison queue has no poison queue itself: the message stays leased, or it would be redelivered at once, endlessly.
  if (!poison) {
    log.error(`${what}; it stays in ${queue.name}.`);
    return;
  }
  // Poison messages may wait for weeks until someone looks at them, so they do not expire.
  await sendAndCreate(poison, message.messageText, { messageTimeToLive: -1 });
  await queue.deleteMessage(message.messageId, popReceipt);
  log.error(`${what}; moved to ${poison.name}.`);
}

export interface Lease {
  /**
   * Ends the renewals.
   *
   * @returns the current pop receipt of the message
   */
  end(): Promise<string>;
}

/** Keeps a received message invisible to others: renews its lease of `leaseMilliseconds` after half of that time. */
export function holdLease(
  queue: Pick<QueueClient, 'updateMessage'>,
  message: Pick<DequeuedMessageItem, 'messageId' | 'popReceipt'>,
  leaseMilliseconds: number,
  onFailure: (error: unknown) => void,
): Lease {
  let { popReceipt } = message;
  let renewal: Promise<void> | undefined;
  const renew = async () => {
    try {
      const seconds = Math.ceil(leaseMilliseconds / 1000);
      const renewed = await queue.updateMessage(message.messageId, popReceipt, undefined, seconds);
      // Each renewal invalidates the previous pop receipt.
      popReceipt = renewed.popReceipt ?? popReceipt;
    } catch (error) {
      onFailure(error);
    }
    renewal = undefined;
  };
  const timer = setInterval(() => {
    // If the storage is slow, renewals do not pile up.
    renewal ??= renew();
  }, leaseMilliseconds / 2);
  return {
    end: async () => {
      clearInterval(timer);
      await renewal;
      return popReceipt;
    },
  };
}
