import type { DequeuedMessageItem } from '@azure/storage-queue';
import { createPause } from '../pause.ts';
import { processMessage, type QueueFunction } from './processMessage.ts';
import { isMissingQueue } from './queues.ts';

/** How long a received message is invisible to others, as on the platform. */
export const DEFAULT_LEASE_MILLISECONDS = 600_000;

/** Polls a queue and runs its function for each batch of messages. */
export class QueueListener {
  readonly #function: QueueFunction;
  readonly #pause = createPause();
  readonly #running = new Set<Promise<void>>();
  readonly #polling: Promise<void>;
  #stopped: boolean = false;

  constructor(queueFunction: QueueFunction) {
    this.#function = queueFunction;
    this.#polling = this.#poll();
  }

  /** Receives no more messages. Resolves when all received ones are settled. */
  stop(): Promise<void> {
    this.#stopped = true;
    this.#pause.wake();
    return this.#polling;
  }

  async #poll(): Promise<void> {
    const { batchSize, maxPollingIntervalMilliseconds } = this.#function.settings;
    const receive = createReceive(this.#function, batchSize);
    const backoff = createBackoff(maxPollingIntervalMilliseconds);
    while (!this.#stopped) {
      const messages = await receive();
      // A batch received after the stop is handled as well: no other host could see it for ten minutes.
      for (const message of messages) this.#start(message);
      if (messages.length > 0) backoff.reset();
      if (!this.#stopped) await this.#rest(messages.length === 0 ? backoff.next() : 0);
    }
    await Promise.all(this.#running);
  }

  #start(message: DequeuedMessageItem): void {
    const done = processMessage(this.#function, message).finally(() => {
      this.#running.delete(done);
      if (this.#running.size === this.#function.settings.newBatchThreshold) this.#pause.wake();
    });
    this.#running.add(done);
  }

  /** Waits until another batch fits or, after an empty batch, for `milliseconds`. */
  async #rest(milliseconds: number): Promise<void> {
    if (this.#running.size > this.#function.settings.newBatchThreshold) await this.#pause.wait();
    else if (milliseconds > 0) await this.#pause.wait(milliseconds);
  }
}

/** Treats a missing queue as empty, and an unreachable storage as well, which is logged once. */
function createReceive({ queue, functionName, leaseMilliseconds, log }: QueueFunction, batchSize: number) {
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
      if (down) log.info(`${functionName}: reading the queue ${queue.name} works again.`);
      down = false;
      return messages;
    } catch (error) {
      if (!down) log.error(`${functionName}: the queue ${queue.name} cannot be read; retrying`, error);
      down = true;
      return [];
    }
  };
}

const MINIMUM_MILLISECONDS = 100;

export interface Backoff {
  /** Returns the milliseconds until the next poll of an empty queue. */
  next(): number;
  /** Starts again with the shortest wait, after a message. */
  reset(): void;
}

/** Doubles the wait, plus or minus 20 %, so that hosts that started together do not poll together. */
export function createBackoff(maximumMilliseconds: number, random: () => number = Math.random): Backoff {
  let exponent = 0;
  return {
    next: () => {
      const spread = 0.8 + random() * 0.4;
      const wait = MINIMUM_MILLISECONDS + MINIMUM_MILLISECONDS * spread * (2 ** exponent - 1);
      if (wait < maximumMilliseconds) exponent += 1;
      return Math.min(wait, maximumMilliseconds);
    },
    reset: () => {
      exponent = 0;
    },
  };
}
