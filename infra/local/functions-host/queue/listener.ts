import type { DequeuedMessageItem } from '@azure/storage-queue';
import { createPause } from '../pause.ts';
import { type ProcessParts, processMessage } from './processMessage.ts';
import { isMissingQueue } from './queues.ts';

/** How long a message is taken for. The platform's own number. */
export const defaultLeaseMilliseconds = 600_000;

/** Polls a queue and runs its function, a batch at a time. */
export class QueueListener {
  readonly #parts: ProcessParts;
  readonly #pause = createPause();
  readonly #running = new Set<Promise<void>>();
  readonly #polling: Promise<void>;
  #stopped: boolean = false;

  constructor(parts: ProcessParts) {
    this.#parts = parts;
    this.#polling = this.#poll();
  }

  /** Takes no more messages; done when those under way are settled. */
  stop(): Promise<void> {
    this.#stopped = true;
    this.#pause.wake();
    return this.#polling;
  }

  async #poll(): Promise<void> {
    const { batchSize, maxPollingIntervalMilliseconds } = this.#parts.settings;
    const receive = createReceive(this.#parts, batchSize);
    const backoff = createBackoff(maxPollingIntervalMilliseconds);
    while (!this.#stopped) {
      const messages = await receive();
      // A batch that comes in after the stop is handled too: nobody else could see it for ten minutes.
      for (const message of messages) this.#start(message);
      if (messages.length > 0) backoff.reset();
      if (!this.#stopped) await this.#rest(messages.length === 0 ? backoff.next() : 0);
    }
    await Promise.all(this.#running);
  }

  #start(message: DequeuedMessageItem): void {
    const done = processMessage(this.#parts, message).finally(() => {
      this.#running.delete(done);
      if (this.#running.size === this.#parts.settings.newBatchThreshold) this.#pause.wake();
    });
    this.#running.add(done);
  }

  /** Until there is room for another batch, or else, after an empty one, for a while. */
  async #rest(milliseconds: number): Promise<void> {
    if (this.#running.size > this.#parts.settings.newBatchThreshold) await this.#pause.wait();
    else if (milliseconds > 0) await this.#pause.wait(milliseconds);
  }
}

/** A queue that is missing is empty; a storage that cannot be reached is, too, and says so once. */
function createReceive({ queue, functionName, leaseMilliseconds, log }: ProcessParts, batchSize: number) {
  const options = { numberOfMessages: batchSize, visibilityTimeout: Math.ceil(leaseMilliseconds / 1000) };
  const receive = async () => {
    try {
      return (await queue.receiveMessages(options)).receivedMessageItems;
    } catch (error) {
      if (isMissingQueue(error)) return [];
      throw error;
    }
  };
  let down = false;
  return async (): Promise<DequeuedMessageItem[]> => {
    try {
      const messages = await receive();
      if (down) log.info(`${functionName}: the queue ${queue.name} can be read again.`);
      down = false;
      return messages;
    } catch (error) {
      if (!down) log.error(`${functionName}: the queue ${queue.name} cannot be read; still trying`, error);
      down = true;
      return [];
    }
  };
}

const leastMilliseconds = 100;

export interface Backoff {
  /** Milliseconds until the next look at a queue that was empty. */
  next(): number;
  /** A message came. */
  reset(): void;
}

/** Doubles the wait, give or take a fifth, so that hosts that started together do not poll together. */
export function createBackoff(mostMilliseconds: number, random: () => number = Math.random): Backoff {
  let exponent = 0;
  return {
    next: () => {
      const spread = 0.8 + random() * 0.4;
      const wait = leastMilliseconds + leastMilliseconds * spread * (2 ** exponent - 1);
      if (wait < mostMilliseconds) exponent += 1;
      return Math.min(wait, mostMilliseconds);
    },
    reset: () => {
      exponent = 0;
    },
  };
}
