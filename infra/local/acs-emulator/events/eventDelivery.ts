import type { AcsEvent } from './acsEvent.ts';
import type { EventsSent, PendingEvents, TakenEvent } from './pendingEvents.ts';

/** Messages that are under way at the same time. */
const CONCURRENCY = 16;

const FIRST_RETRY_MILLISECONDS = 100;
const LONGEST_RETRY_MILLISECONDS = 5000;

/** How long an end waits for what is due; the rest is sent after the next start. */
const DRAIN_MILLISECONDS = 2000;

export interface EventDeliveryParts {
  readonly pending: PendingEvents;
  readonly now: () => Date;
  /** @throws when it could not be sent, or it is not known whether it was */
  readonly send: (event: AcsEvent) => Promise<void>;
  readonly record: (event: EventsSent) => void;
  /** Resolves when everything recorded so far will outlive the process. */
  readonly settled: () => Promise<void>;
  /** Gets the first error of each series. */
  readonly report: (error: unknown) => void;
}

/** Sends each event when it is due, again and again until it has been sent: at least once, in no particular order. */
export class EventDelivery {
  readonly #parts: EventDeliveryParts;
  #round: Promise<void> | undefined;
  #failures = 0;
  #timer: NodeJS.Timeout | undefined;
  /** What the timer waits for. */
  #timerDueAt: number | undefined;
  /** Once it is being closed, by `performance.now()`. */
  #endsAt: number | undefined;
  #end: Promise<void> | undefined;

  constructor(parts: EventDeliveryParts) {
    this.#parts = parts;
    this.wake();
  }

  /** There may be new events. Sends nothing itself. */
  wake(): void {
    if (this.#round === undefined) this.#schedule();
  }

  /** Sends what is due now; resolves when that is done, or one could not be sent. */
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

  /** Sends what is due, for a while at most, and then nothing any more. */
  close(): Promise<void> {
    this.#endsAt ??= performance.now() + DRAIN_MILLISECONDS;
    this.#end ??= this.deliverDue();
    return this.#end;
  }

  #schedule(): void {
    const dueAt = this.#parts.pending.nextDueAt();
    if (this.#endsAt !== undefined || dueAt === undefined || dueAt === this.#timerDueAt) return;
    clearTimeout(this.#timer);
    this.#timerDueAt = dueAt;
    const wait = Math.max(dueAt - this.#parts.now().getTime(), retryDelay(this.#failures));
    this.#timer = setTimeout(() => void this.deliverDue(), wait);
  }

  async #deliver(): Promise<void> {
    const failed = new AbortController();
    const lines = Array.from({ length: CONCURRENCY }, () => this.#sendOneByOne(failed));
    const ended = await Promise.allSettled(lines);
    ended.push(...(await Promise.allSettled([this.#parts.settled()])));
    const failure = ended.find((it) => it.status === 'rejected');
    if (failure && this.#failures === 0) this.#parts.report(failure.reason);
    this.#failures = failure ? this.#failures + 1 : 0;
  }

  /** @throws when one could not be sent */
  async #sendOneByOne(failed: AbortController): Promise<void> {
    for (let taken = this.#take(failed.signal); taken; taken = this.#take(failed.signal)) {
      try {
        await this.#parts.send(taken.event);
      } catch (error) {
        failed.abort();
        this.#parts.pending.putBack(taken);
        throw error;
      }
      const allSent = this.#parts.pending.noteSent(taken);
      if (allSent) this.#parts.record(allSent);
    }
  }

  #take({ aborted }: AbortSignal): TakenEvent | undefined {
    if (aborted || performance.now() > (this.#endsAt ?? Number.POSITIVE_INFINITY)) return undefined;
    return this.#parts.pending.take(this.#parts.now().getTime());
  }
}

function retryDelay(failures: number): number {
  if (failures === 0) return 0;
  return Math.min(FIRST_RETRY_MILLISECONDS * 2 ** (failures - 1), LONGEST_RETRY_MILLISECONDS);
}
