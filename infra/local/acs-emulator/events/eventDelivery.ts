import { setTimeout as delay } from 'node:timers/promises';
import type { QueueClient } from '@azure/storage-queue';
import type { AcsEvent } from './eventSource.ts';
import type { EventOrder, EventsSent, PendingEvents, TakenEvent } from './pendingEvents.ts';

/** Events sent at the same time. */
const CONCURRENCY = 16;

const FIRST_RETRY_MILLISECONDS = 100;
const LONGEST_RETRY_MILLISECONDS = 5000;

/** How long {@link EventDelivery.close} sends events that are due; the rest are sent after the next start. */
const DRAIN_MILLISECONDS = 2000;

/** Clocks can jump: Node's timers of more than 24.8 days fire at once. */
const LONGEST_TIMER_MILLISECONDS = 24 * 60 * 60 * 1000;

interface EventDeliveryOptions {
  readonly pending: PendingEvents;
  readonly now: () => Date;
  /** @throws if the event was not sent, or might not have been */
  readonly send: (event: AcsEvent) => Promise<void>;
  /** Which of the events that are due is sent first. */
  readonly order?: () => EventOrder;
  readonly record: (event: EventsSent) => void;
  /** Resolves when everything recorded so far is durable. */
  readonly settled: () => Promise<void>;
  /** Called with the first error of a series. */
  readonly onError: (error: unknown) => void;
}

/** Sends each event when it is due and retries until it succeeds: at least once, up to 16 at a time. */
export class EventDelivery {
  readonly #options: EventDeliveryOptions;
  #round: Promise<void> | undefined;
  #failures = 0;
  #timer: NodeJS.Timeout | undefined;
  /** The due time that the timer is set for. */
  #timerDueAt: number | undefined;
  /** The deadline of `close`, by `performance.now()`. */
  #closeBy: number | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: EventDeliveryOptions) {
    this.#options = options;
    this.wake();
  }

  /** Reschedules after a change that may have added events. Sends nothing itself. */
  wake(): void {
    if (this.#round === undefined) this.#schedule();
  }

  /** Sends the events that are due now; resolves when all are sent or one has failed. */
  async deliverDue(): Promise<void> {
    while (this.#round !== undefined) await this.#round;
    clearTimeout(this.#timer);
    this.#timerDueAt = undefined;
    this.#round = this.#deliver().finally(() => {
      this.#round = undefined;
      this.#schedule();
    });
    await this.#round;
  }

  /** Sends the events that are due, for a limited time, then stops: their receiver may be waiting for this. */
  close(): Promise<void> {
    this.#closing ??= this.#drain();
    return this.#closing;
  }

  async #drain(): Promise<void> {
    this.#closeBy = performance.now() + DRAIN_MILLISECONDS;
    const ended = new AbortController();
    await Promise.race([delay(DRAIN_MILLISECONDS, undefined, { signal: ended.signal }), this.deliverDue()]);
    ended.abort();
  }

  #schedule(): void {
    const dueAt = this.#options.pending.nextDueAt();
    if (this.#closeBy !== undefined || dueAt === undefined || dueAt === this.#timerDueAt) return;
    clearTimeout(this.#timer);
    this.#timerDueAt = dueAt;
    const untilDue = Math.min(dueAt - this.#options.now().getTime(), LONGEST_TIMER_MILLISECONDS);
    const wait = Math.max(untilDue, retryDelay(this.#failures));
    this.#timer = setTimeout(() => void this.deliverDue(), wait);
  }

  async #deliver(): Promise<void> {
    const failed = new AbortController();
    const workers = Array.from({ length: CONCURRENCY }, () => this.#sendWhileDue(failed));
    const ended = await Promise.allSettled(workers);
    ended.push(...(await Promise.allSettled([this.#options.settled()])));
    const failure = ended.find((it) => it.status === 'rejected');
    if (failure && this.#failures === 0) this.#options.onError(failure.reason);
    this.#failures = failure ? this.#failures + 1 : 0;
  }

  /** @throws if an event could not be sent */
  async #sendWhileDue(failed: AbortController): Promise<void> {
    for (let taken = this.#take(failed.signal); taken; taken = this.#take(failed.signal)) {
      try {
        await this.#options.send(taken.event);
      } catch (error) {
        failed.abort();
        this.#options.pending.putBack(taken);
        throw error;
      }
      if (this.#isTooLate()) return; // not recorded, so it is sent again after the next start
      const allSent = this.#options.pending.noteSent(taken);
      if (allSent) this.#options.record(allSent);
    }
  }

  #take({ aborted }: AbortSignal): TakenEvent | undefined {
    const { pending, now, order } = this.#options;
    return aborted || this.#isTooLate() ? undefined : pending.take(now().getTime(), order?.());
  }

  #isTooLate(): boolean {
    return performance.now() > (this.#closeBy ?? Number.POSITIVE_INFINITY);
  }
}

function retryDelay(failures: number): number {
  if (failures === 0) return 0;
  return Math.min(FIRST_RETRY_MILLISECONDS * 2 ** (failures - 1), LONGEST_RETRY_MILLISECONDS);
}

export interface EventStorage {
  readonly connectionString: string;
  /** Default: 'acs-events'. */
  readonly queue?: string;
}

const DEFAULT_QUEUE = 'acs-events';

/** No retries in the client: {@link EventDelivery} retries. */
const RETRY_OPTIONS = { maxTries: 1, tryTimeoutInMs: 10_000 };

/**
 * Returns a function that puts events into a storage queue, base64-encoded as Event Grid does. Creates a missing queue.
 *
 * @see "Storage queues as an event handler for Azure Event Grid events"
 */
export function queueSender({
  connectionString,
  queue = DEFAULT_QUEUE,
}: EventStorage): (event: string) => Promise<void> {
  let opened: Promise<QueueClient> | undefined;
  return async (event) => {
    opened ??= openQueue(connectionString, queue);
    await sendOrCreate(await opened, Buffer.from(event).toString('base64'));
  };
}

async function openQueue(connectionString: string, name: string): Promise<QueueClient> {
  const { QueueServiceClient } = await import('@azure/storage-queue');
  const service = QueueServiceClient.fromConnectionString(connectionString, { retryOptions: RETRY_OPTIONS });
  return service.getQueueClient(name);
}

async function sendOrCreate(queue: QueueClient, content: string): Promise<void> {
  try {
    await queue.sendMessage(content);
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'QueueNotFound') throw error;
    await queue.createIfNotExists();
    await queue.sendMessage(content);
  }
}
