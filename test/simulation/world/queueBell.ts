import type { Simulation } from '../engine/types.ts';

/**
 * Wakes hosts when a queue may have a visible message. A host polls an idle queue about every second; simulating each poll
 * would take most of the time.
 */
export class QueueBell {
  readonly #simulation: Simulation;
  readonly #waiters = new Map<string, (() => void)[]>();

  constructor(simulation: Simulation) {
    this.#simulation = simulation;
  }

  /** A message was sent, or is visible sooner or later than before. */
  ring(queue: string): void {
    const waiters = this.#waiters.get(queue)?.splice(0) ?? [];
    for (const wake of waiters) wake();
  }

  /** Fulfilled when the queue has changed, or when the next of its messages becomes visible. */
  async wait(queue: string): Promise<void> {
    const { account, now } = this.#simulation;
    const nextOn = account.messages(queue).reduce((least, { visibleOn }) => Math.min(least, visibleOn), Infinity);
    const waitMilliseconds = nextOn - now();
    if (waitMilliseconds <= 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiters = this.#waiters.get(queue) ?? [];
    this.#waiters.set(queue, waiters);
    waiters.push(resolve);
    if (waitMilliseconds < Infinity) void this.#simulation.sleep(waitMilliseconds).then(resolve);
    await promise;
  }
}
