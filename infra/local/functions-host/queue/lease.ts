import type { DequeuedMessageItem, QueueClient } from '@azure/storage-queue';

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
