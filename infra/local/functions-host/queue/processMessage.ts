import type { DequeuedMessageItem, QueueClient } from '@azure/storage-queue';
import type { QueueSettings } from '../hostJson.ts';
import type { Trigger } from '../invocation.ts';
import type { Log } from '../log.ts';
import { decodeMessage, toTrigger } from './messages.ts';
import type { PoisonQueue } from './queues.ts';
import { isLostMessage } from './queues.ts';

export interface ProcessParts {
  readonly functionName: string;
  readonly queue: QueueClient;
  readonly poison: PoisonQueue | undefined;
  readonly settings: QueueSettings;
  /** The function takes bytes, not text. */
  readonly binary: boolean;
  /** For how long a message is taken; it is renewed at half of that. */
  readonly leaseMilliseconds: number;
  readonly run: (trigger: Trigger) => Promise<unknown>;
  readonly log: Log;
}

/** Takes a message to its end: deleted, released for another try, or moved to the poison queue. Never rejects. */
export async function processMessage(parts: ProcessParts, message: DequeuedMessageItem): Promise<void> {
  const { functionName, log } = parts;
  try {
    const content = readContent(parts, message);
    if (typeof content === 'string') await giveUp(parts, message, message.popReceipt, content);
    else await runAndSettle(parts, message, content);
  } catch (error) {
    const where = `${functionName}: message ${message.messageId}`;
    if (isLostMessage(error)) log.error(`${where} is no longer ours; it may be handled twice.`);
    else log.error(`${where} could not be settled; it comes back when its lease ends`, error);
  }
}

/** @returns a text, the reason, when the function must not see the message */
function readContent({ settings, poison }: ProcessParts, message: DequeuedMessageItem): Buffer | string {
  // Whoever took it for the last time did not come as far as settling it.
  if (poison && message.dequeueCount > settings.maxDequeueCount) return `was taken ${message.dequeueCount} times`;
  return decodeMessage(message.messageText, settings.messageEncoding) ?? `is not ${settings.messageEncoding}`;
}

async function runAndSettle(parts: ProcessParts, message: DequeuedMessageItem, content: Buffer): Promise<void> {
  const { functionName, queue, settings, log } = parts;
  const lease = holdLease(queue, message, parts.leaseMilliseconds, (error) =>
    log.error(`${functionName}: message ${message.messageId} was not renewed`, error),
  );
  const failed = await parts.run(toTrigger(message, content, parts.binary)).then(
    () => false,
    (error: unknown) => {
      log.error(`${functionName} failed (message ${message.messageId}, try ${message.dequeueCount})`, error);
      return true;
    },
  );
  const popReceipt = await lease.end();
  if (!failed) await queue.deleteMessage(message.messageId, popReceipt);
  else if (message.dequeueCount >= settings.maxDequeueCount) {
    await giveUp(parts, message, popReceipt, `failed ${message.dequeueCount} times`);
  } else if (parts.poison) {
    await queue.updateMessage(message.messageId, popReceipt, undefined, settings.visibilityTimeoutSeconds);
  }
}

async function giveUp(
  { functionName, queue, poison, log }: ProcessParts,
  message: DequeuedMessageItem,
  popReceipt: string,
  why: string,
): Promise<void> {
  const what = `${functionName}: message ${message.messageId} ${why}`;
  // A poison queue has no poison queue: the message stays taken, or it would come back at once, again and again.
  if (!poison) {
    log.error(`${what}; it stays in ${queue.name}.`);
    return;
  }
  await poison.add(message.messageText);
  await queue.deleteMessage(message.messageId, popReceipt);
  log.error(`${what}; it is in ${queue.name}-poison now.`);
}

export interface Lease {
  /**
   * Ends the renewals.
   *
   * @returns the pop receipt that is now the message's
   */
  end(): Promise<string>;
}

/** Keeps a taken message invisible to others: it is taken again for `leaseMilliseconds` at half of that time. */
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
      // Each renewal makes the pop receipt before it void.
      popReceipt = renewed.popReceipt ?? popReceipt;
    } catch (error) {
      onFailure(error);
    }
    renewal = undefined;
  };
  const timer = setInterval(() => {
    // While the storage is slow, renewals do not pile up.
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
