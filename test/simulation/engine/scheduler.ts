import { setImmediate as nextTurn } from 'node:timers';

// Taken before a run replaces them.
const realTurn = nextTurn;

/** One thing that happens at a moment of virtual time. */
export interface Scheduled {
  readonly time: number;
  /** Decides among those of one moment; drawn from the seed. */
  readonly rank: number;
  readonly run: () => void;
  isCanceled: boolean;
}

/** The run cannot continue: nothing will ever happen again, or there is no end to it. */
export class RunStuck extends Error {
  override readonly name = 'RunStuck';
}

export interface SchedulerLimits {
  /** No run takes longer (virtual). */
  readonly lastTime: number;
  readonly maximumSteps: number;
}

/**
 * Virtual time: jumps from one scheduled event to the next. All that follows from an event without another event (promise
 * callbacks, `process.nextTick`, `queueMicrotask`) happens before the next one.
 */
export class Scheduler {
  readonly #heap: Scheduled[] = [];
  readonly #drawRank: () => number;
  readonly #limits: SchedulerLimits;
  #now: number;
  #steps = 0;

  /** @param drawRank orders events of the same moment */
  constructor(startedOn: number, drawRank: () => number, limits: SchedulerLimits) {
    this.#now = startedOn;
    this.#drawRank = drawRank;
    this.#limits = limits;
  }

  /** Epoch milliseconds with fractions. */
  get now(): number {
    return this.#now;
  }

  get steps(): number {
    return this.#steps;
  }

  after(milliseconds: number, run: () => void): Scheduled {
    const delay = Number.isFinite(milliseconds) ? Math.max(0, milliseconds) : 0;
    const event: Scheduled = { time: this.#now + delay, rank: this.#drawRank(), run, isCanceled: false };
    push(this.#heap, event);
    return event;
  }

  /**
   * Runs events until `isOver`, which is asked after each one.
   *
   * @throws RunStuck; and what an event throws
   */
  run(isOver: () => boolean): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const turn = () => {
      try {
        if (isOver()) resolve();
        else {
          this.#step();
          realTurn(turn); // after all microtasks and ticks of this step
        }
      } catch (error) {
        reject(error);
      }
    };
    realTurn(turn);
    return promise;
  }

  #step(): void {
    let event = pop(this.#heap);
    while (event?.isCanceled) event = pop(this.#heap);
    if (!event) throw new RunStuck('Nothing is scheduled, and the run has not ended: something waits for ever.');
    this.#now = event.time;
    this.#steps += 1;
    if (this.#now > this.#limits.lastTime) throw new RunStuck('The run does not end within its virtual time.');
    if (this.#steps > this.#limits.maximumSteps) throw new RunStuck('The run does not end within its steps.');
    event.run();
  }
}

function isBefore(one: Scheduled, other: Scheduled): boolean {
  return one.time < other.time || (one.time === other.time && one.rank < other.rank);
}

function push(heap: Scheduled[], event: Scheduled): void {
  let at = heap.length;
  heap.push(event);
  while (at > 0) {
    const parent = (at - 1) >> 1;
    const above = heap[parent] as Scheduled;
    if (!isBefore(event, above)) break;
    heap[at] = above;
    at = parent;
  }
  heap[at] = event;
}

function pop(heap: Scheduled[]): Scheduled | undefined {
  const top = heap[0];
  const last = heap.pop();
  if (!last || heap.length === 0) return top;
  let at = 0;
  for (;;) {
    const child = smallerChild(heap, at);
    const below = heap[child];
    if (!below || !isBefore(below, last)) break;
    heap[at] = below;
    at = child;
  }
  heap[at] = last;
  return top;
}

function smallerChild(heap: readonly Scheduled[], at: number): number {
  const left = 2 * at + 1;
  const [one, other] = [heap[left], heap[left + 1]];
  return one && other && isBefore(other, one) ? left + 1 : left;
}
